"""What becomes of seats when a dialogue is held another way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer import registrations
from mailer.core.db import Database
from mailer.registrations import (
    Attendance,
    NoSuchAttendance,
    OfferGone,
    Registration,
    RegistrationState,
    SeatLetter,
)
from mailer.series import Event, EventFormat, EventState, get_event, get_series
from tests.support.making import NOON
from tests.support.seating import START, a_dialogue, asks, comes, seat_of

LATER = NOON.replace(hour=NOON.hour + 2)
HELD, WAITING, PENDING = RegistrationState.HELD, RegistrationState.WAITING, RegistrationState.PENDING
ONLINE, ON_SITE = Attendance.ONLINE, Attendance.ON_SITE


def stands(found: Registration) -> tuple[RegistrationState, Attendance, bool, bool]:
    return found.state, found.attendance, found.is_waiting, found.is_offered


def hold(session: Session, event: Event, event_format: EventFormat) -> int:
    """The organisers hold it another way, and its guests are told."""
    event.format = event_format
    session.flush()
    return registrations.follow_format(session, event, now=LATER)


def test_online_there_is_room_for_everybody_who_was_on_site_or_waited(session: Session) -> None:
    event = a_dialogue(session, capacity=1)
    names = ("anna", "berta", "carla")
    seated, waiting, both = (
        comes(session, event, name, ONLINE if name == "carla" else ON_SITE) for name in names
    )
    registrations.switch(session, both.id, ON_SITE, now=NOON)
    gone = comes(session, event, "dora")
    registrations.give_back(session, gone.id, now=NOON)

    moved = hold(session, event, EventFormat.ONLINE)
    again = hold(session, event, EventFormat.ONLINE)

    assert {stands(one) for one in (seated, waiting, both)} == {(HELD, ONLINE, False, False)}
    assert gone.state is RegistrationState.WITHDRAWN
    assert (moved, again) == (3, 0)


def test_who_was_offered_a_seat_or_owed_word_of_her_turn_has_one_online(session: Session) -> None:
    event = a_dialogue(session, capacity=1)
    anna, berta = comes(session, event, "anna"), comes(session, event, "berta")
    registrations.give_back(session, anna.id, now=NOON)
    assert (berta.is_offered, berta.owed) == (True, SeatLetter.PLACE)

    hold(session, event, EventFormat.ONLINE)

    assert (stands(berta), berta.owed) == ((HELD, ONLINE, False, False), SeatLetter.REGISTRATION)
    with pytest.raises(OfferGone):
        registrations.accept(session, berta.id, now=LATER)


def test_who_has_not_confirmed_yet_keeps_her_day_to_do_so(session: Session) -> None:
    event = a_dialogue(session, capacity=0)
    asked = asks(session, event, "anna")
    until = asked.lapses_at

    hold(session, event, EventFormat.ONLINE)

    assert (stands(asked), asked.lapses_at) == ((PENDING, ONLINE, False, False), until)
    assert registrations.confirm(session, asked.id, asked.request, now=LATER).has_seat


def test_on_site_everybody_has_a_seat_where_nobody_counts_them(session: Session) -> None:
    event = a_dialogue(session, capacity=None)
    anna = comes(session, event, "anna", ONLINE)

    hold(session, event, EventFormat.ON_SITE)

    assert stands(anna) == (HELD, ON_SITE, False, False)


def test_where_seats_are_counted_she_waits_behind_those_who_do_and_is_asked(session: Session) -> None:
    """Carla took part online before Berta waited for a seat on site, but she never asked for one."""
    event = a_dialogue(session, capacity=2)
    anna, carla = comes(session, event, "anna"), comes(session, event, "carla", ONLINE)
    dora = comes(session, event, "dora")
    berta = comes(session, event, "berta")
    asked = asks(session, event, "emma", ONLINE)
    registrations.give_back(session, anna.id, now=NOON)

    hold(session, event, EventFormat.ON_SITE)

    assert stands(dora) == (HELD, ON_SITE, False, False)
    assert stands(berta) == (WAITING, ON_SITE, False, True)
    assert stands(carla) == (WAITING, ON_SITE, True, False)
    assert (asked.state, asked.attendance, asked.waitlisted_at) == (PENDING, ON_SITE, LATER)
    registrations.give_back(session, dora.id, now=LATER)
    assert (carla.is_offered, carla.owed) == (True, SeatLetter.PLACE)


def test_a_way_that_is_added_moves_nobody(session: Session) -> None:
    event = a_dialogue(session, capacity=1, format=EventFormat.ONLINE)
    anna = comes(session, event, "anna", ONLINE)

    moved = hold(session, event, EventFormat.HYBRID)

    assert (moved, stands(anna)) == (0, (HELD, ONLINE, False, False))


def test_who_was_on_site_at_a_dialogue_that_is_over_stays_so_in_the_list(session: Session) -> None:
    event = a_dialogue(session)
    anna = comes(session, event, "anna")
    event.format = EventFormat.ONLINE
    session.flush()

    moved = registrations.follow_format(session, event, now=START + (START - NOON))

    assert (moved, anna.attendance) == (0, ON_SITE)


def test_nobody_is_moved_about_at_a_cancelled_dialogue_before_it_takes_place_after_all(
    session: Session,
) -> None:
    event = a_dialogue(session)
    anna = comes(session, event, "anna")
    event.state = EventState.CANCELLED
    cancelled = hold(session, event, EventFormat.ONLINE)

    event.state = EventState.FIXED
    reinstated = hold(session, event, EventFormat.ONLINE)

    assert (cancelled, reinstated, anna.attendance) == (0, 1, ONLINE)


def test_nobody_is_offered_a_seat_where_there_will_be_none(session: Session) -> None:
    """Saved, but not told yet: in between a seat becomes free."""
    event = a_dialogue(session, capacity=1)
    anna, berta = comes(session, event, "anna"), comes(session, event, "berta")
    event.format = EventFormat.ONLINE
    session.flush()

    registrations.give_back(session, anna.id, now=LATER)
    registrations.settle_due(session, now=LATER)

    assert (berta.is_waiting, berta.is_offered) == (True, False)


def test_of_those_who_register_while_it_moves_nobody_has_a_seat_that_is_gone(database: Database) -> None:
    with database.transaction() as session:
        a_dialogue(session, capacity=None)
    gate = Barrier(21, timeout=60)

    def come(number: int) -> None:
        gate.wait()
        with database.transaction() as session:
            event = get_event(session, get_series(session, "wandel"), "boden")
            try:
                comes(session, event, f"p{number}")
            except NoSuchAttendance:
                return

    def move() -> None:
        gate.wait()
        with database.transaction() as session:
            event = get_event(session, get_series(session, "wandel"), "boden")
            hold(session, event, EventFormat.ONLINE)

    with ThreadPoolExecutor(21) as threads:
        for one in [threads.submit(move), *(threads.submit(come, number) for number in range(20))]:
            one.result()

    with database.transaction() as session:
        on_site = select(func.count()).where(Registration.attendance == ON_SITE)
        assert session.scalar(on_site) == 0


@pytest.mark.parametrize(
    ("event_format", "count"), [(EventFormat.ONLINE, 2), (EventFormat.ON_SITE, 1), (EventFormat.HYBRID, 0)]
)
def test_how_many_would_follow_is_known_before(
    session: Session, event_format: EventFormat, count: int
) -> None:
    event = a_dialogue(session, capacity=1)
    for name in ("anna", "berta"):
        comes(session, event, name)
    comes(session, event, "carla", ONLINE)
    asks(session, event, "dora")

    assert registrations.count_to_follow(session, event, event_format) == count
    assert hold(session, event, event_format) == count + (event_format is EventFormat.ONLINE)
    assert seat_of(session, "dora").state is PENDING
