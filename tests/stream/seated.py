"""A dialogue with readers and guests, its rules, and organisers who change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailer import exchange, series
from mailer.registrations import Attendance
from mailer.reminders import Anchor, Audience, ReminderRule, RuleKind
from mailer.series import Event, EventFormat
from tests.support.house import House
from tests.support.making import NOON, a_series, a_subscription, an_event
from tests.support.seating import comes

START = NOON + timedelta(days=10)
TWO_HOURS = timedelta(hours=2)
QUARTER = timedelta(minutes=15)


def rule(event: Event, audience: Audience, attendance: str = "") -> ReminderRule:
    return ReminderRule(
        series_id=event.series_id,
        position=0,
        kind=RuleKind.REMINDER,
        anchor=Anchor.BEFORE,
        offset="PT2H",
        audience=audience,
        attendance=attendance,
        owed_from=NOON,
    )


def with_seats(house: House) -> House:
    """Anna is on the list and has a seat on site, Berta only has one online, Carla is only on the list."""
    with house.transaction() as session:
        event = an_event(
            session, a_series(session), starts_at=START, format=EventFormat.HYBRID, place="Potsdam"
        )
        for name in ("anna", "carla"):
            a_subscription(session, event.series, f"{name}@example.net", name=name.title())
        comes(session, event, "anna")
        comes(session, event, "berta", Attendance.ONLINE)
    house.tick()
    house.mailbox.letters.clear()
    return house


def the_event(session: Session) -> Event:
    return series.get_event(session, series.get_series(session, "wandel"), "boden")


def change(house: House, **facts: Any) -> None:
    with house.transaction() as session:
        event = the_event(session)
        entry = replace(exchange.entry_of(session, event), **facts)
        exchange.edit_event(session, event, entry, edition=event.edition, now=house.now)
