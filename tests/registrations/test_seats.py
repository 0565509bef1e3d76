"""Seats on site: never more than there are, and nobody is passed over."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from mailer import registrations
from mailer.core.db import Database
from mailer.core.errors import MailerError
from mailer.registrations import Attendance, Registration, seats
from mailer.registrations.seats import Claim, Hold
from mailer.registrations.settling import OPEN, claims_of, lock_event, settle
from mailer.series import Event, EventFormat
from tests.support.making import NOON
from tests.support.seating import a_dialogue, asks

HOUR = timedelta(hours=1)

CLAIMS = st.lists(st.tuples(st.sampled_from(Hold), st.integers(0, 5), st.integers(-3, 3)), max_size=30).map(
    lambda drawn: [
        Claim(number, hold, NOON + since * HOUR, NOON + until * HOUR if hold is Hold.KEPT else None)
        for number, (hold, since, until) in enumerate(drawn)
    ]
)


@given(st.integers(0, 12), CLAIMS)
def test_those_who_move_up_fit_in_and_are_the_first_who_asked(capacity: int, claims: list[Claim]) -> None:
    taken = sum(claim.takes_a_seat(NOON) for claim in claims)

    up = seats.next_up(capacity, claims, now=NOON)

    queue = sorted((c for c in claims if c.hold is Hold.QUEUE), key=lambda claim: (claim.since, claim.number))
    assert up == queue[: max(0, capacity - taken)]


@given(st.integers(0, 12), CLAIMS, st.integers(0, 6))
def test_who_asks_late_gets_a_seat_only_after_all_who_wait_longer(
    capacity: int, claims: list[Claim], hours: int
) -> None:
    turn = (NOON + hours * HOUR, 1_000)

    has_room = seats.has_room(capacity, claims, turn, now=NOON)

    before = [claim for claim in claims if claim.hold is Hold.QUEUE and claim.turn < turn]
    taken = sum(claim.takes_a_seat(NOON) for claim in claims)
    assert has_room == (taken + len(before) < capacity)


@given(st.integers(1, 60 * 24 * 30))
def test_an_offer_ends_before_the_start_and_leaves_time_to_the_next(minutes: int) -> None:
    starts_at = NOON + timedelta(minutes=minutes)

    until = seats.accept_until(starts_at, now=NOON)

    assert until is not None
    assert NOON < until < starts_at
    assert until - NOON <= timedelta(hours=48)
    assert seats.accept_until(NOON, now=NOON) is None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "ask",
                "ask online",
                "confirm",
                "accept",
                "switch",
                "give back",
                "wait",
                "enlarge",
                "hold",
                "tell",
            ]
        ),
        st.integers(0, 7),
    ),
    max_size=40,
)


@pytest.fixture
def house(empty_sqlite: Path, tmp_path: Path) -> Callable[[], Database]:
    """A fresh house each time it is asked for."""

    def open_one() -> Database:
        path = tmp_path / "seats.db"
        for old in tmp_path.glob("seats.db*"):
            old.unlink()
        shutil.copyfile(empty_sqlite, path)
        return Database(f"sqlite:///{path}")

    return open_one


@given(STEPS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_people_do_in_whatever_order_the_rules_hold(
    house: Callable[[], Database], steps: list[tuple[str, int]]
) -> None:
    database, now = house(), NOON
    with database.transaction() as session:
        event = a_dialogue(session, capacity=2)
        for what, who in steps:
            now = _do(event, what, who, now=now)
            claims = claims_of(session, event.id)
            assert event.capacity is not None
            assert sum(claim.takes_a_seat(now) for claim in claims) <= event.capacity
            lock_event(session, event)
            settle(session, event, now=now)
            claims = claims_of(session, event.id)
            is_on_site = event.format is not EventFormat.ONLINE
            queue, free = seats.waiting_list(claims), seats.free(event.capacity, claims, now=now)
            assert queue == [] or free == 0 or not is_on_site
            assert what != "tell" or _ways(session, event) <= set(registrations.ways_to_attend(event))
            offered = [
                claim.turn for claim in claims if claim.hold is Hold.KEPT and claim.number in _waiting(event)
            ]
            assert all(turn < claim.turn for turn in offered for claim in seats.waiting_list(claims))
    database.dispose()


def _ways(session: Session, event: Event) -> set[str]:
    """How those take part who count on it; who waits for a seat on site beside one online both ways."""
    kind = Registration
    counted = session.scalars(select(kind).where(kind.event_id == event.id, kind.state.in_(OPEN))).all()
    waits = {Attendance.ON_SITE.value for one in counted if one.waitlisted_at is not None}
    return {one.attendance.value for one in counted} | waits


def _waiting(event: Event) -> set[int]:
    session = object_session(event)
    assert session is not None
    kind = Registration
    return set(
        session.scalars(
            select(kind.id).where(kind.waitlisted_at.is_not(None), kind.confirmed_at.is_not(None))
        )
    )


def _do(event: Event, what: str, who: int, *, now: datetime) -> datetime:
    """One thing that one of eight people, the clock or the organisers do; what is refused changes nothing."""
    if what == "wait":
        return now + timedelta(hours=who * 5)
    session = object_session(event)
    assert session is not None
    if what == "enlarge":
        event.capacity = min((event.capacity or 0) + 1, 4)
    elif what == "hold":
        event.format = list(EventFormat)[who % 3]
    elif what == "tell":
        registrations.follow_format(session, event, now=now)
    if what in ("enlarge", "hold", "tell"):
        return now
    with contextlib.suppress(MailerError):
        if what.startswith("ask"):
            way = Attendance.ON_SITE if what == "ask" else Attendance.ONLINE
            asks(session, event, f"p{who}", way, now=now)
        else:
            for mine in session.scalars(select(Registration).where(Registration.name == f"P{who}")):
                _act(session, mine, what, now=now)
    return now


def _act(session: Session, mine: Registration, what: str, *, now: datetime) -> None:
    match what:
        case "confirm":
            registrations.confirm(session, mine.id, mine.request, now=now)
        case "accept":
            registrations.accept(session, mine.id, now=now)
        case "switch":
            other = Attendance.ONLINE if mine.attendance is Attendance.ON_SITE else Attendance.ON_SITE
            registrations.switch(session, mine.id, other, now=now)
        case _:
            registrations.give_back(session, mine.id, now=now)
