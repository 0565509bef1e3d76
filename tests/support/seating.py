"""A dialogue with seats, and people who want one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import registrations
from mailer.core.types import EmailAddress
from mailer.people import Person
from mailer.registrations import Attendance, Registration, Wanted
from mailer.series import Event, EventFormat
from tests.support.making import NOON, a_series, an_event, pseudonym

START = NOON + timedelta(days=10)


def a_dialogue(session: Session, *, capacity: int | None = 2, **facts: Any) -> Event:
    """Hybrid, ten days ahead."""
    plain = {"format": EventFormat.HYBRID, "place": "Potsdam", "capacity": capacity, "starts_at": START}
    return an_event(session, a_series(session), **(plain | facts))


def wanted(attendance: Attendance = Attendance.ON_SITE, **facts: Any) -> Wanted:
    plain: dict[str, Any] = {
        "name": "",
        "language": "de",
        "answers": {},
        "wish": "",
        "wording": "seat-2026-11/de",
    }
    return Wanted(attendance=attendance, **(plain | facts))


def asks(
    session: Session,
    event: Event,
    name: str,
    attendance: Attendance = Attendance.ON_SITE,
    *,
    now: datetime = NOON,
) -> Registration:
    """Somebody fills in the form."""
    found = registrations.request(
        session,
        event,
        EmailAddress(f"{name}@example.net"),
        wanted(attendance, name=name.title()),
        pseudonym=pseudonym,
        now=now,
    )
    assert found is not None
    return found


def comes(
    session: Session,
    event: Event,
    name: str,
    attendance: Attendance = Attendance.ON_SITE,
    *,
    now: datetime = NOON,
) -> Registration:
    """Somebody fills in the form and confirms."""
    asked = asks(session, event, name, attendance, now=now)
    return registrations.confirm(session, asked.id, asked.request, now=now)


def seat_of(session: Session, name: str) -> Registration:
    return session.scalars(
        select(Registration).join(Person).where(Person.mailbox == f"{name}@example.net")
    ).one()
