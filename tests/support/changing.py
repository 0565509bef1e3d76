"""An organiser who changes a dialogue, as the desk and the import do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailer.series import Event, EventState, note_new_date, raise_revision

QUIET = timedelta(minutes=15)


def change(session: Session, event: Event, *, now: datetime, **facts: Any) -> None:
    """Save other facts of an event; a new start keeps its 90 minutes."""
    before = event.starts_at, event.state
    for name, value in facts.items():
        setattr(event, name, value)
    if "starts_at" in facts and event.starts_at is not None:
        event.ends_at = event.starts_at + timedelta(minutes=90)
    raise_revision(event, now=now)
    ripened = before[1] in (EventState.ANNOUNCED, EventState.PROVISIONAL) and event.state is EventState.FIXED
    if event.starts_at is not None and (ripened or before[0] != event.starts_at):
        note_new_date(event, now=now)
    session.flush()


def fix(session: Session, event: Event, starts_at: datetime, *, now: datetime) -> None:
    """Set the date of an event that had only a month."""
    change(session, event, starts_at=starts_at, month=None, state=EventState.FIXED, now=now)


def cancel(session: Session, event: Event, *, now: datetime) -> None:
    change(session, event, state=EventState.CANCELLED, now=now)


def reinstate(session: Session, event: Event, *, now: datetime) -> None:
    change(session, event, state=EventState.FIXED, now=now)
