"""What somebody may do with her seat: accept, change, switch, give back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.registrations import seats
from mailer.registrations.models import Attendance, Registration, RegistrationState, SeatLetter
from mailer.registrations.refusing import (
    NoSuchAttendance,
    OfferGone,
    SeatGivenBack,
    check_alive,
    ways_to_attend,
)
from mailer.registrations.registering import lock_registration
from mailer.registrations.settling import claims_of, lock_event, owe, settle
from mailer.series import Event


def accept(session: Session, registration_id: int, *, now: datetime) -> Registration:
    """Take the seat on site that is offered. Twice is the same as once.

    Raises UnknownRegistration, OfferGone when the time to accept has passed, CalledOff, EventOver.
    """
    found = lock_registration(session, registration_id, now=now)
    check_alive(found.event, now=now)
    if found.has_seat and found.attendance is Attendance.ON_SITE:
        return found
    if not found.is_offered:
        raise OfferGone(registration=registration_id)
    _seat(found, Attendance.ON_SITE, now=now)
    session.flush()
    return found


def switch(session: Session, registration_id: int, attendance: Attendance, *, now: datetime) -> Registration:
    """Take part the other way. Where no seat on site is free she waits for one, and keeps the one online.

    Raises UnknownRegistration, SeatGivenBack, NoSuchAttendance, CalledOff, EventOver.
    """
    found = _mine(session, registration_id, now=now)
    if attendance.value not in ways_to_attend(found.event):
        raise NoSuchAttendance(event=found.event.slug)
    if found.has_seat and found.attendance is attendance:
        return found
    if attendance is Attendance.ONLINE:
        waitlisted_at, lapses_at = (None, None) if found.has_seat else (found.waitlisted_at, found.lapses_at)
        _seat(found, Attendance.ONLINE, now=now)
        found.waitlisted_at, found.lapses_at = waitlisted_at, lapses_at
        settle(session, found.event, now=now)
    elif found.is_offered:
        _seat(found, Attendance.ON_SITE, now=now)
    elif found.waitlisted_at is None:
        claims = claims_of(session, found.event_id)
        if seats.has_room(found.event.capacity, claims, (now, found.id), now=now):
            _seat(found, Attendance.ON_SITE, now=now)
        else:
            found.waitlisted_at, found.changed_at = now, now
            owe(found, SeatLetter.WAITLIST)
    session.flush()
    return found


def stop_waiting(session: Session, registration_id: int, *, now: datetime) -> Registration:
    """Leave the waiting list; a seat online stays. Raises as `switch` does."""
    found = _mine(session, registration_id, now=now)
    if found.waitlisted_at is None:
        return found
    if not found.has_seat:
        return _withdraw(session, found, now=now)
    found.waitlisted_at = found.lapses_at = None
    found.changed_at = now
    settle(session, found.event, now=now)
    return found


def change_details(
    session: Session,
    registration_id: int,
    *,
    name: str,
    answers: Mapping[str, str],
    wish: str,
    now: datetime,
) -> Registration:
    """Keep another name and other answers. Raises as `switch` does."""
    found = _mine(session, registration_id, now=now)
    found.name, found.answers, found.wish = name, dict(answers), wish
    found.changed_at = now
    session.flush()
    return found


def forget_answers(session: Session, event: Event, name: str, *, now: datetime) -> int:
    """Erase what was answered to a question that is not asked any more; how many registrations held an answer.

    Nothing happens to answers of a question that still is.
    """
    lock_event(session, event)
    if name in {question.name for question in event.questions}:
        return 0
    rows = session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id)
        .order_by(Registration.id)
        .execution_options(populate_existing=True)
    )
    holding = [row for row in rows if name in row.answers]
    for row in holding:
        row.answers = {kept: answer for kept, answer in row.answers.items() if kept != name}
        row.changed_at = now
    session.flush()
    return len(holding)


def give_back(session: Session, registration_id: int, *, now: datetime) -> Registration:
    """Give the seat back, or the turn in the waiting list; the next one moves up. Twice is the same as once.

    Her calendar forgets the event by the letter that is owed now. Raises UnknownRegistration.
    """
    found = lock_registration(session, registration_id, now=now)
    if found.state is RegistrationState.WITHDRAWN:
        return found
    return _withdraw(session, found, now=now)


def _mine(session: Session, registration_id: int, *, now: datetime) -> Registration:
    """A confirmed registration, locked."""
    found = lock_registration(session, registration_id, now=now)
    if found.state is RegistrationState.WITHDRAWN or not found.was_confirmed:
        raise SeatGivenBack(registration=registration_id)
    check_alive(found.event, now=now)
    return found


def _seat(found: Registration, attendance: Attendance, *, now: datetime) -> None:
    found.state, found.attendance = RegistrationState.HELD, attendance
    found.waitlisted_at = found.lapses_at = None
    found.changed_at = now
    owe(found, SeatLetter.REGISTRATION)


def _withdraw(session: Session, found: Registration, *, now: datetime) -> Registration:
    had_seat = found.has_seat
    found.state, found.withdrawn_at, found.changed_at = RegistrationState.WITHDRAWN, now, now
    found.waitlisted_at = found.lapses_at = None
    found.owed = None
    if had_seat:
        found.withdrawals += 1
        owe(found, SeatLetter.WITHDRAWAL)
    settle(session, found.event, now=now)
    return found
