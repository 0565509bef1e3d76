"""Seats of a way that an event is no longer held: whose they are takes part the way that is left.

See docs/decisions/0023-seats-follow-what-was-told.md.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from mailer.registrations.models import Attendance, Registration, RegistrationState, SeatLetter
from mailer.registrations.refusing import ways_of
from mailer.registrations.settling import CONFIRMED, OPEN, lock_event, owe, settle
from mailer.series import Event, EventFormat


def follow_format(session: Session, event: Event, *, now: datetime) -> int:
    """Let everybody whose way to take part is gone take the one that is left; the number of registrations moved.

    Online there is room for all, for those of the waiting list too. On site she has a seat at once where
    nobody counts them; else she waits behind those who do already, and is asked when one is free: she never
    said that she can come. A way that is added moves nobody. Who was at an event that is over stays where she
    was; of one that is cancelled nobody has to hear more than that. A second call does nothing.
    """
    gone = _whose_way_is_gone(event.format)
    if gone is None or event.is_cancelled or event.over_at(event.series.zone) <= now:
        return 0
    lock_event(session, event)
    settle(session, event, now=now)
    moved = session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, gone)
        .order_by(Registration.id)
        .execution_options(populate_existing=True)
    ).all()
    for found in moved:
        if event.format is EventFormat.ONLINE or event.capacity is None:
            _seat(found, Attendance(ways_of(event.format)[0]))
        else:
            _queue(found, now=now)
        found.changed_at = now
    settle(session, event, now=now)
    return len(moved)


def count_to_follow(session: Session, event: Event, event_format: EventFormat) -> int:
    """How many with a seat, or in the waiting list, would take part another way if the event were held like this."""
    gone = _whose_way_is_gone(event_format)
    if gone is None:
        return 0
    moved = select(func.count()).where(
        Registration.event_id == event.id, gone, Registration.state.in_(CONFIRMED)
    )
    return session.scalar(moved) or 0


def _whose_way_is_gone(event_format: EventFormat) -> ColumnElement[bool] | None:
    """None while both ways are open."""
    if len(ways_of(event_format)) > 1:
        return None
    is_open = Registration.state.in_(OPEN)
    if event_format is EventFormat.ON_SITE:
        return and_(is_open, Registration.attendance == Attendance.ONLINE)
    waits = Registration.waitlisted_at.is_not(None)
    return and_(is_open, or_(Registration.attendance == Attendance.ON_SITE, waits))


def _seat(found: Registration, left: Attendance) -> None:
    """A seat the way that is left; who has not confirmed yet keeps her day to do so."""
    found.attendance, found.waitlisted_at = left, None
    if found.state is RegistrationState.PENDING:
        return
    found.state, found.lapses_at = RegistrationState.HELD, None
    if found.owed in (SeatLetter.PLACE, SeatLetter.WAITLIST):  # they would say what is not so any more
        owe(found, SeatLetter.REGISTRATION)


def _queue(found: Registration, *, now: datetime) -> None:
    """A turn in the waiting list; who waits for a seat on site already, or is offered one, keeps what she has."""
    found.attendance, found.waitlisted_at = Attendance.ON_SITE, found.waitlisted_at or now
    if found.state is RegistrationState.PENDING:
        return
    found.state = RegistrationState.WAITING
    if found.owed is SeatLetter.REGISTRATION:
        owe(found, SeatLetter.WAITLIST)
