"""From a form to a seat, and what becomes of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer import registrations
from mailer.core.db import Database
from mailer.core.errors import Refused
from mailer.registrations import (
    Attendance,
    OfferGone,
    RegistrationState,
    SeatLetter,
    SeatLinkReplaced,
    SeatLinkTooOld,
)
from mailer.series import EventState, get_event, get_series
from tests.support.making import NOON
from tests.support.seating import a_dialogue, asks, comes, seat_of

HOUR = timedelta(hours=1)


def test_fifty_who_want_the_last_seat_at_one_moment_get_it_once(database: Database) -> None:
    with database.transaction() as session:
        a_dialogue(session, capacity=1)
    gate = Barrier(50, timeout=60)

    def come(number: int) -> str:
        gate.wait()
        with database.transaction() as session:
            event = get_event(session, get_series(session, "wandel"), "boden")
            return comes(session, event, f"p{number}").state.value

    with ThreadPoolExecutor(50) as threads:
        states = list(threads.map(come, range(50)))

    assert sorted(states) == ["held"] + ["waiting"] * 49


def test_a_seat_is_kept_for_a_day_and_then_goes_to_the_first_who_waits(session: Session) -> None:
    event = a_dialogue(session, capacity=1)
    asked = asks(session, event, "anna")
    comes(session, event, "berta", now=NOON + HOUR)
    comes(session, event, "carla", now=NOON + 2 * HOUR)

    early = registrations.settle_due(session, now=NOON + 23 * HOUR)
    registrations.settle_due(session, now=NOON + 24 * HOUR)

    berta, carla = seat_of(session, "berta"), seat_of(session, "carla")
    assert early == 0
    assert (asked.state, berta.is_offered, carla.is_waiting) == (RegistrationState.WITHDRAWN, True, True)
    assert berta.owed is SeatLetter.PLACE
    with pytest.raises(SeatLinkTooOld):
        registrations.confirm(session, asked.id, asked.request, now=NOON + 24 * HOUR)


def test_an_offer_that_nobody_takes_goes_to_the_next(session: Session) -> None:
    event = a_dialogue(session, capacity=1)
    first = comes(session, event, "anna")
    berta, carla = (comes(session, event, name, now=NOON + HOUR) for name in ("berta", "carla"))
    registrations.give_back(session, first.id, now=NOON + 2 * HOUR)
    offered_until = berta.lapses_at

    later = NOON + 2 * HOUR + timedelta(hours=48)
    registrations.settle_due(session, now=later)

    assert offered_until == later
    assert (berta.state, carla.is_offered) == (RegistrationState.WITHDRAWN, True)
    with pytest.raises(OfferGone):
        registrations.accept(session, berta.id, now=later)
    assert registrations.accept(session, carla.id, now=later).has_seat
    assert registrations.accept(session, carla.id, now=later).has_seat


def test_who_switches_to_a_full_house_waits_and_keeps_her_seat_online(session: Session) -> None:
    event = a_dialogue(session, capacity=1)
    comes(session, event, "anna")
    berta = comes(session, event, "berta", Attendance.ONLINE)

    registrations.switch(session, berta.id, Attendance.ON_SITE, now=NOON + HOUR)

    assert (berta.state, berta.attendance, berta.is_waiting) == (
        RegistrationState.HELD,
        Attendance.ONLINE,
        True,
    )
    registrations.switch(session, seat_of(session, "anna").id, Attendance.ONLINE, now=NOON + 2 * HOUR)
    assert berta.is_offered
    registrations.stop_waiting(session, berta.id, now=NOON + 3 * HOUR)
    assert (berta.state, berta.waitlisted_at, berta.lapses_at) == (RegistrationState.HELD, None, None)


def test_a_raised_capacity_moves_people_up_by_itself(session: Session) -> None:
    event = a_dialogue(session, capacity=0)
    waiting = comes(session, event, "anna")
    event.capacity = 1
    session.flush()

    moved = registrations.settle_due(session, now=NOON + HOUR)
    again = registrations.settle_due(session, now=NOON + HOUR)

    assert (moved, again, waiting.is_offered) == (1, 0, True)


def test_a_stranger_who_types_a_registered_address_changes_nothing(session: Session) -> None:
    event = a_dialogue(session)
    anna = comes(session, event, "anna")
    anna.owed = None

    asks(session, event, "anna", Attendance.ONLINE, now=NOON + HOUR)
    asks(session, event, "anna", Attendance.ONLINE, now=NOON + HOUR)

    assert (anna.state, anna.attendance) == (RegistrationState.HELD, Attendance.ON_SITE)
    assert str(anna.owed) == "registration"
    assert anna.owed_number == 3


def test_an_older_link_confirms_nothing_and_giving_back_twice_is_the_same_as_once(session: Session) -> None:
    event = a_dialogue(session)
    first = asks(session, event, "anna").request
    again = asks(session, event, "anna", now=NOON + HOUR)
    with pytest.raises(SeatLinkReplaced):
        registrations.confirm(session, again.id, first, now=NOON + HOUR)
    registrations.confirm(session, again.id, again.request, now=NOON + HOUR)

    for _ in range(2):
        registrations.give_back(session, again.id, now=NOON + 2 * HOUR)

    assert (again.state, again.withdrawals) == (RegistrationState.WITHDRAWN, 1)
    assert again.owed is SeatLetter.WITHDRAWAL


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"starts_at": None}, "registration_not_open"),
        ({"registration_url": "https://example.org/elsewhere"}, "registered_elsewhere"),
        ({"state": EventState.CANCELLED}, "event_called_off"),
        ({"starts_at": NOON - timedelta(days=1)}, "event_over"),
    ],
)
def test_nobody_registers_where_there_is_nothing_to_register_for(
    session: Session, facts: dict[str, Any], error: str
) -> None:
    event = a_dialogue(session, **facts)

    with pytest.raises(Refused) as refused:
        asks(session, event, "anna")

    assert refused.value.code == error
