"""Events that move, come late, are called off or come back: reminders follow by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.mailings import MailingState
from mailer.reminders import RuleKind
from mailer.series import Event, EventState, Series, note_new_date
from mailer.subscriptions import Subscription
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import everything_arrives, letters_to, mailings_of, tick

START = berlin("2023-04-27 17:00")
DUE = berlin("2023-04-26 09:00")
WEEK = timedelta(days=7)


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session, closing_days=60)
    rules_for(session, made, ("P1D", "09:00", RuleKind.REMINDER))
    return made


@pytest.fixture
def event(session: Session, series: Series) -> Event:
    return an_event(session, series, starts_at=START)


@pytest.fixture
def anna(session: Session, series: Series) -> Subscription:
    return a_subscription(session, series)


def move(session: Session, event: Event, starts_at: datetime, *, now: datetime) -> None:
    event.starts_at, event.ends_at = starts_at, starts_at + timedelta(minutes=90)
    event.state, event.month = EventState.FIXED, None
    note_new_date(event, now=now)
    session.flush()


def test_event_moved_before_its_reminder_is_announced_for_the_new_time_only(
    session: Session, event: Event, anna: Subscription
) -> None:
    move(session, event, START + WEEK, now=DUE - WEEK)

    tick(session, now=DUE)
    tick(session, now=DUE + WEEK)

    assert letters_to(session, anna) == [("reminder", DUE + WEEK)]


def test_event_moved_after_its_reminder_gets_one_new_reminder(
    session: Session, event: Event, anna: Subscription
) -> None:
    tick(session, now=DUE)
    everything_arrives(session, now=DUE)
    move(session, event, START + WEEK, now=DUE + timedelta(hours=1))

    for hours in range(0, 24 * 9, 6):
        tick(session, now=DUE + timedelta(hours=1 + hours))

    assert letters_to(session, anna) == [("reminder", DUE), ("reminder", DUE + WEEK + timedelta(hours=1))]


def test_event_moved_and_moved_back_gets_no_second_mail_for_the_same_time(
    session: Session, event: Event, anna: Subscription
) -> None:
    tick(session, now=DUE)
    move(session, event, START + WEEK, now=DUE + timedelta(hours=1))
    tick(session, now=DUE + timedelta(hours=1))
    move(session, event, START, now=DUE + timedelta(hours=2))

    tick(session, now=DUE + timedelta(hours=2))

    assert letters_to(session, anna) == [("reminder", DUE)]


def test_event_moved_and_moved_back_before_its_reminder_is_reminded_of_once(
    session: Session, event: Event, anna: Subscription
) -> None:
    move(session, event, START + WEEK, now=DUE - WEEK)
    move(session, event, START, now=DUE - WEEK + timedelta(hours=1))

    for now in (DUE - WEEK + timedelta(hours=1), DUE, DUE + WEEK):
        tick(session, now=now)

    assert letters_to(session, anna) == [("reminder", DUE)]


def test_event_moved_into_the_past_is_not_reminded_of(
    session: Session, event: Event, anna: Subscription
) -> None:
    move(session, event, START - WEEK, now=DUE - timedelta(days=1))

    tick(session, now=DUE - timedelta(days=1))
    tick(session, now=DUE)

    assert letters_to(session, anna) == []
    assert mailings_of(session) == []


def test_event_moved_nearer_than_its_rule_is_reminded_of_at_once(
    session: Session, event: Event, anna: Subscription
) -> None:
    moved_at = berlin("2023-04-20 12:00")
    move(session, event, berlin("2023-04-20 19:00"), now=moved_at)

    tick(session, now=moved_at)

    assert letters_to(session, anna) == [("reminder", moved_at)]


def test_date_set_with_less_notice_than_the_rules_offset_is_reminded_of_at_once(
    session: Session, series: Series, anna: Subscription
) -> None:
    event = an_event(session, series)
    set_at = berlin("2023-08-16 18:00")
    move(session, event, berlin("2023-08-17 10:00"), now=set_at)

    tick(session, now=set_at)
    tick(session, now=berlin("2023-08-17 09:00"))

    assert letters_to(session, anna) == [("reminder", set_at)]


def test_date_set_late_sends_the_latest_of_its_reminders_only(
    session: Session, series: Series, anna: Subscription
) -> None:
    event = an_event(session, series, own_rules=True)
    rules_for(session, series, event=event)
    set_at = berlin("2023-08-16 18:00")
    move(session, event, berlin("2023-08-17 10:00"), now=set_at)

    tick(session, now=set_at)

    assert letters_to(session, anna) == [("reminder", set_at)]
    assert mailings_of(session, event) == [
        ("info", MailingState.MISSED, set_at),
        ("reminder", MailingState.SENDING, set_at),
    ]


def test_provisional_date_is_reminded_of_once_it_stands(
    session: Session, series: Series, anna: Subscription
) -> None:
    event = an_event(session, series, starts_at=START, state=EventState.PROVISIONAL)
    tick(session, now=DUE)
    fixed_at = DUE + timedelta(hours=2)
    event.state = EventState.FIXED
    note_new_date(event, now=fixed_at)

    tick(session, now=fixed_at)

    assert letters_to(session, anna) == [("reminder", fixed_at)]


def test_event_cancelled_before_its_reminder_is_not_reminded_of_nor_missed(
    session: Session, event: Event, anna: Subscription
) -> None:
    event.state = EventState.CANCELLED

    for now in (DUE, START, START + WEEK):
        tick(session, now=now)

    assert mailings_of(session, event) == []


def test_event_reinstated_before_its_reminder_is_reminded_of_as_ever(
    session: Session, event: Event, anna: Subscription
) -> None:
    event.state = EventState.CANCELLED
    tick(session, now=DUE - timedelta(days=1))
    event.state = EventState.FIXED

    tick(session, now=DUE)

    assert letters_to(session, anna) == [("reminder", DUE)]


def test_event_reinstated_inside_its_window_is_reminded_of_late(
    session: Session, event: Event, anna: Subscription
) -> None:
    event.state = EventState.CANCELLED
    tick(session, now=DUE)
    event.state = EventState.FIXED

    tick(session, now=DUE + timedelta(hours=3))

    assert letters_to(session, anna) == [("reminder", DUE + timedelta(hours=3))]


def test_event_reinstated_after_its_reminder_is_not_reminded_of_again(
    session: Session, event: Event, anna: Subscription
) -> None:
    tick(session, now=DUE)
    event.state = EventState.CANCELLED
    tick(session, now=DUE + timedelta(hours=1))
    event.state = EventState.FIXED

    tick(session, now=DUE + timedelta(hours=2))

    assert letters_to(session, anna) == [("reminder", DUE)]


def test_event_across_a_clock_change_is_reminded_of_at_nine(
    session: Session, series: Series, anna: Subscription
) -> None:
    an_event(session, series, starts_at=berlin("2023-03-26 01:30"))
    due = datetime.fromisoformat("2023-03-25T09:00+01:00")

    tick(session, now=due - timedelta(seconds=1))
    tick(session, now=due)

    assert letters_to(session, anna) == [("reminder", due)]
