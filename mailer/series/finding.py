"""Looking up series and events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.core.errors import NotFound
from mailer.series.models import Event, Series


class UnknownSeries(NotFound):
    """No series has this slug."""

    code = "unknown_series"


class UnknownEvent(NotFound):
    """The series has no event with this slug."""

    code = "unknown_event"


def find_series(session: Session, slug: str) -> Series | None:
    found: Series | None = session.scalar(select(Series).where(Series.slug == slug))
    return found


def get_series(session: Session, slug: str, *, drafts: bool = False) -> Series:
    """The series of that slug; one that is a draft only where ``drafts`` are asked for. Raises UnknownSeries."""
    found = find_series(session, slug)
    if found is None or (found.draft and not drafts):
        raise UnknownSeries(series=slug[:80])
    return found


def list_series(session: Session, *, drafts: bool = False) -> Sequence[Series]:
    """Every series, the oldest first; drafts only where they are asked for."""
    wanted = select(Series).order_by(Series.id)
    return session.scalars(wanted if drafts else wanted.where(Series.draft.is_(False))).all()


def get_event(session: Session, series: Series, slug: str, *, drafts: bool = False) -> Event:
    """The event of that slug; one that is a draft only where ``drafts`` are asked for. Raises UnknownEvent."""
    found: Event | None = session.scalar(
        select(Event).where(Event.series_id == series.id, Event.slug == slug)
    )
    if found is None or (found.draft and not drafts):
        raise UnknownEvent(series=series.slug, event=slug[:80])
    return found


def upcoming(series: Series, now: datetime) -> list[Event]:
    """Events that are not over and not cancelled, soonest first; one with only a month stands at its month's end."""
    zone = series.zone
    coming = [
        (event.starts_at or event.over_at(zone), event.position, event)
        for event in series.events
        if not event.is_cancelled and event.over_at(zone) > now
    ]
    return [event for _, _, event in sorted(coming, key=lambda entry: entry[:2])]


def next_event(series: Series, now: datetime) -> Event | None:
    """The next event that may be put into a calendar, or None."""
    return next(
        (e for e in upcoming(series, now) if e.is_dated and e.starts_at is not None and e.starts_at > now),
        None,
    )
