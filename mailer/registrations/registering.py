"""From a filled-in form to a seat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.core.db import insert_unless_there
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people import Person, find_or_add_person, is_suppressed
from mailer.registrations import seats
from mailer.registrations.models import Attendance, Registration, RegistrationState, SeatLetter
from mailer.registrations.refusing import (
    NoSuchAttendance,
    SeatGivenBack,
    SeatLinkReplaced,
    SeatLinkTooOld,
    UnknownRegistration,
    check_alive,
    check_open,
    ways_to_attend,
)
from mailer.registrations.settling import CONFIRMED, claims_of, lock_event, owe, settle
from mailer.series import Event

ONE_REPEAT_IN = timedelta(hours=1)
"""Who registers again gets at most one mail in this time that says how her seat stands."""


@dataclass(frozen=True)
class Wanted:
    """A form that was filled in well."""

    attendance: Attendance
    name: str
    language: Locale
    answers: Mapping[str, str]
    wish: str
    wording: str


def request(
    session: Session,
    event: Event,
    address: EmailAddress,
    wanted: Wanted,
    *,
    pseudonym: Pseudonym,
    now: datetime,
) -> Registration | None:
    """Note that somebody wants a seat; the tick writes her the letter that fits.

    A free seat is kept for her from now on; where none is free she takes her turn in the waiting
    list, once she has confirmed. None for an address the organisers blocked. The caller answers
    alike in every case: the answer must not tell who is registered.

    Raises what `check_open` raises, and NoSuchAttendance.
    """
    check_open(event, now=now)
    _check_attendance(event, wanted.attendance)
    if is_suppressed(session, pseudonym(address)):
        return None
    person = find_or_add_person(
        session, address, name="", language=wanted.language, pseudonym=pseudonym, now=now
    )
    lock_event(session, event)
    _check_attendance(event, wanted.attendance)  # once more: it may be held otherwise by now
    settle(session, event, now=now)
    found = _find_or_open(session, event, person, wanted, now=now)
    if found.state in CONFIRMED:
        _repeat(found, now=now)
        return found
    _take(session, event, found, wanted, now=now)
    owe(found, SeatLetter.CONFIRM)
    session.flush()
    return found


def confirm(session: Session, registration_id: int, request: int, *, now: datetime) -> Registration:
    """Turn the request behind a confirmation link into a seat, or a turn in the waiting list.

    Confirming twice is the same as once. Who gave her seat back stays without, however often the
    old link is opened.

    Raises UnknownRegistration, SeatLinkReplaced, SeatLinkTooOld, SeatGivenBack, CalledOff, EventOver.
    """
    found = lock_registration(session, registration_id, now=now)
    look_at_link(found, request, now=now)
    if found.state is not RegistrationState.PENDING:
        return found
    found.confirmed_at, found.lapses_at, found.changed_at = now, None, now
    if found.attendance is Attendance.ON_SITE and found.waitlisted_at is not None:
        turn = (found.waitlisted_at, found.id)
        if seats.has_room(found.event.capacity, claims_of(session, found.event_id), turn, now=now):
            found.waitlisted_at = None
    found.state = RegistrationState.HELD if found.waitlisted_at is None else RegistrationState.WAITING
    owe(found, SeatLetter.REGISTRATION if found.has_seat else SeatLetter.WAITLIST)
    found.person.name = found.person.name or found.name
    session.flush()
    return found


def look_at_link(found: Registration, request: int, *, now: datetime) -> None:
    """Raise what a confirmation link of this request comes to: looking tells the same as pressing."""
    if found.request != request:
        raise SeatLinkReplaced(registration=found.id)
    lapsed = found.lapses_at is not None and found.lapses_at <= now
    if not found.was_confirmed and (lapsed or found.state is RegistrationState.WITHDRAWN):
        raise SeatLinkTooOld(registration=found.id)
    if found.state is RegistrationState.WITHDRAWN:
        raise SeatGivenBack(registration=found.id)
    if found.state is RegistrationState.PENDING:
        check_alive(found.event, now=now)


def find_registration(session: Session, registration_id: int) -> Registration | None:
    return session.get(Registration, registration_id)


def get_registration(session: Session, registration_id: int) -> Registration:
    """Raises UnknownRegistration."""
    found = find_registration(session, registration_id)
    if found is None:
        raise UnknownRegistration(registration=registration_id)
    return found


def lock_registration(session: Session, registration_id: int, *, now: datetime) -> Registration:
    """The registration as it stands now with its event locked and settled: nobody else moves a seat meanwhile.

    Raises UnknownRegistration.
    """
    found = get_registration(session, registration_id)
    lock_event(session, found.event)
    settle(session, found.event, now=now)
    current = session.get(Registration, registration_id, populate_existing=True)
    if current is None:
        raise UnknownRegistration(registration=registration_id)
    return current


def find_of_event(session: Session, event: Event, person: Person) -> Registration | None:
    found: Registration | None = session.scalar(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.person_id == person.id)
        .execution_options(populate_existing=True)
    )
    return found


def _check_attendance(event: Event, attendance: Attendance) -> None:
    if attendance.value not in ways_to_attend(event):
        raise NoSuchAttendance(event=event.slug)


def _find_or_open(
    session: Session, event: Event, person: Person, wanted: Wanted, *, now: datetime
) -> Registration:
    """Of many at once one row is written: the event is locked, and the pair is unique."""
    found = find_of_event(session, event, person)
    if found is None:
        insert_unless_there(
            session,
            Registration,
            event_id=event.id,
            person_id=person.id,
            attendance=wanted.attendance,
            state=RegistrationState.WITHDRAWN,
            language=wanted.language,
            requested_at=now,
            changed_at=now,
        )
        found = find_of_event(session, event, person)
    assert found is not None  # noqa: S101  # the row was written above
    return found


def _take(session: Session, event: Event, found: Registration, wanted: Wanted, *, now: datetime) -> None:
    """Keep a free seat for a day, or note her turn; who asks once more before confirming keeps what she had."""
    same = found.state is RegistrationState.PENDING and found.attendance is wanted.attendance
    if not same:
        found.waitlisted_at = None
        found.state = RegistrationState.WITHDRAWN
        session.flush()
        on_site = wanted.attendance is Attendance.ON_SITE
        claims = claims_of(session, event.id)
        if on_site and not seats.has_room(event.capacity, claims, (now, found.id), now=now):
            found.waitlisted_at = now
        found.requested_at = now
    found.state, found.attendance = RegistrationState.PENDING, wanted.attendance
    found.request += 1
    found.lapses_at = now + seats.KEPT_UNCONFIRMED if not same else found.lapses_at
    found.name, found.language = wanted.name, wanted.language
    found.answers, found.wish, found.wording = dict(wanted.answers), wanted.wish, wanted.wording
    found.confirmed_at = found.withdrawn_at = found.checked_in_at = None
    found.changed_at = now
    session.flush()


def _repeat(found: Registration, *, now: datetime) -> None:
    """Write once more how her seat stands, to who registers again."""
    last = found.repeated_at
    if found.owed is not None or (last is not None and timedelta(0) <= now - last < ONE_REPEAT_IN):
        return
    found.repeated_at = now
    if found.is_offered:
        owe(found, SeatLetter.PLACE)
    else:
        owe(found, SeatLetter.REGISTRATION if found.has_seat else SeatLetter.WAITLIST)
