"""Who confirms inside a window is told by her welcome; everybody is told exactly once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import mailings, subscriptions
from mailer.delivery import Delivery
from mailer.mailings import MailingKind, Occasion, Told
from mailer.series import Event, EventState, Series
from mailer.subscriptions import Subscription
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import a_newcomer, everything_arrives, letters_to, tick

START = berlin("2023-04-27 17:00")
INFO_DUE = berlin("2023-04-13 09:00")
DUE = berlin("2023-04-26 09:00")
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    rules_for(session, made)
    return made


@pytest.fixture
def event(session: Session, series: Series) -> Event:
    return an_event(session, series, starts_at=START)


def told_by_welcome(session: Session, subscription: Subscription) -> list[str]:
    asked = (
        select(Occasion.rule)
        .join(Told)
        .where(Told.subscription_id == subscription.id, Told.mailing_id.is_(None))
        .order_by(Occasion.rule)
    )
    return list(session.scalars(asked))


def in_the_welcome(session: Session, subscription: Subscription) -> list[int]:
    [facts] = session.scalars(
        select(Delivery.facts).where(Delivery.kind == "welcome", Delivery.subscription_id == subscription.id)
    )
    told: list[int] = facts["told"]
    return told


def test_confirmed_a_second_before_the_due_time_she_is_reminded(
    session: Session, series: Series, event: Event
) -> None:
    newcomer = a_newcomer(session, series, "neu@example.net", now=INFO_DUE - SECOND)

    tick(session, now=INFO_DUE - SECOND)
    tick(session, now=INFO_DUE)

    assert letters_to(session, newcomer) == [("welcome", INFO_DUE - SECOND), ("info", INFO_DUE)]


def test_confirmed_a_second_after_the_due_time_the_welcome_tells_her(
    session: Session, series: Series, event: Event
) -> None:
    tick(session, now=DUE)
    newcomer = a_newcomer(session, series, "neu@example.net", now=DUE + SECOND)

    for now in (DUE + SECOND, DUE + HOUR):
        tick(session, now=now)

    assert letters_to(session, newcomer) == [("welcome", DUE + SECOND)]
    assert told_by_welcome(session, newcomer) == ["info/before/P14D/09:00", "reminder/before/P1D/09:00"]
    assert in_the_welcome(session, newcomer) == [event.id]


def test_confirmed_before_the_due_time_but_welcomed_after_it_she_is_told_once(
    session: Session, series: Series, event: Event
) -> None:
    newcomer = a_newcomer(session, series, "neu@example.net", now=DUE - HOUR)

    for now in (DUE + HOUR, DUE + 2 * HOUR):
        tick(session, now=now)

    assert letters_to(session, newcomer) == [("welcome", DUE + HOUR)]


def test_mailing_that_opens_before_her_welcome_leaves_her_out(
    session: Session, series: Series, event: Event
) -> None:
    newcomer = a_newcomer(session, series, "neu@example.net", now=DUE)
    mailings.plan(session, now=DUE)
    [mailing] = [m for m in mailings.due_mailings(session, now=DUE) if m.kind is MailingKind.REMINDER]

    told = list(session.scalars(mailings.tell(session, mailing, now=DUE)))
    tick(session, now=DUE)

    assert told == []
    assert letters_to(session, newcomer) == [("welcome", DUE)]


def test_confirmed_after_the_start_she_is_told_of_nothing(
    session: Session, series: Series, event: Event
) -> None:
    newcomer = a_newcomer(session, series, "neu@example.net", now=START)

    tick(session, now=START)

    assert told_by_welcome(session, newcomer) == []
    assert in_the_welcome(session, newcomer) == []


def test_confirmed_at_night_while_a_late_mail_waits_she_is_told_by_her_welcome_alone(
    session: Session, series: Series, event: Event
) -> None:
    anna = a_subscription(session, series)
    night, morning = berlin("2023-04-26 23:00"), berlin("2023-04-27 07:00")
    newcomer = a_newcomer(session, series, "neu@example.net", now=night)

    for now in (night, morning):
        tick(session, now=now)

    assert letters_to(session, newcomer) == [("welcome", night)]
    assert letters_to(session, anna) == [("reminder", morning)]


def test_who_came_by_list_inside_a_window_is_told_at_the_next_one(
    session: Session, series: Series, event: Event
) -> None:
    tick(session, now=INFO_DUE)
    ben = a_subscription(session, series, "ben@example.net", now=INFO_DUE + HOUR)

    for now in (INFO_DUE + HOUR, DUE):
        tick(session, now=now)

    assert letters_to(session, ben) == [("reminder", DUE)]


def test_who_left_and_came_back_inside_a_window_is_told_by_her_welcome(
    session: Session, series: Series, event: Event
) -> None:
    anna = a_subscription(session, series)
    tick(session, now=DUE)
    everything_arrives(session, now=DUE)
    subscriptions.leave(session, anna.id, now=DUE + HOUR)
    again = a_newcomer(session, series, "anna@example.net", now=DUE + 2 * HOUR)

    tick(session, now=DUE + 2 * HOUR)

    assert again.id == anna.id
    assert letters_to(session, anna) == [("reminder", DUE), ("welcome", DUE + 2 * HOUR)]
    assert in_the_welcome(session, anna) == [event.id]


@pytest.mark.parametrize("state", [EventState.CANCELLED, EventState.PROVISIONAL])
def test_welcome_tells_of_no_dialogue_whose_date_does_not_stand(
    session: Session, series: Series, event: Event, state: EventState
) -> None:
    event.state = state
    newcomer = a_newcomer(session, series, "neu@example.net", now=DUE)

    tick(session, now=DUE)

    assert in_the_welcome(session, newcomer) == []


def test_welcome_tells_of_two_dialogues_of_one_day(session: Session, series: Series, event: Event) -> None:
    evening = an_event(session, series, slug="abends", starts_at=START + 3 * HOUR)
    newcomer = a_newcomer(session, series, "neu@example.net", now=DUE)

    tick(session, now=DUE)

    assert in_the_welcome(session, newcomer) == [event.id, evening.id]


def test_welcome_tells_of_what_went_out_by_hand_ahead_of_its_time(
    session: Session, series: Series, event: Event
) -> None:
    by_hand = DUE - timedelta(days=3)
    mailings.release(session, series, event, kind=MailingKind.REMINDER, key="k", now=by_hand)
    tick(session, now=by_hand)
    newcomer = a_newcomer(session, series, "neu@example.net", now=by_hand + HOUR)

    for now in (by_hand + HOUR, DUE):
        tick(session, now=now)

    assert letters_to(session, newcomer) == [("welcome", by_hand + HOUR)]


def test_welcome_speaks_of_a_dialogue_imported_late_and_leaves_a_mailing_by_hand_to_reach_her(
    session: Session, series: Series
) -> None:
    """A series imported three days before its dialogue: the info sent by hand used to reach nobody who had signed up."""
    imported = START - timedelta(days=3)
    event = an_event(session, series, starts_at=START, created_at=imported)
    newcomer = a_newcomer(session, series, "neu@example.net", now=imported + HOUR)
    tick(session, now=imported + HOUR)

    mailings.release(session, series, event, kind=MailingKind.INFO, key="k", now=imported + 2 * HOUR)
    tick(session, now=imported + 2 * HOUR)

    assert in_the_welcome(session, newcomer) == [event.id]
    assert letters_to(session, newcomer) == [("welcome", imported + HOUR), ("info", imported + 2 * HOUR)]


def test_welcome_counts_for_a_dialogue_imported_late_once_it_went_out_by_hand(
    session: Session, series: Series
) -> None:
    imported = START - timedelta(days=3)
    event = an_event(session, series, starts_at=START, created_at=imported)
    mailings.release(session, series, event, kind=MailingKind.INFO, key="k", now=imported)
    tick(session, now=imported)
    newcomer = a_newcomer(session, series, "neu@example.net", now=imported + HOUR)

    tick(session, now=imported + HOUR)

    assert told_by_welcome(session, newcomer) == ["info/before/P14D/09:00"]
