"""Letters that people's own steps ask for: which one, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.types import EmailAddress
from mailer.subscriptions import OwedLetter, SubscriptionState
from tests.subscriptions.asking import asked, block, confirmed, in_state
from tests.support.asking import ANNA, ask
from tests.support.making import NOON, a_series, pseudonym

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("later", "letters"), [(timedelta(minutes=59, seconds=59), 0), (HOUR, 1), (-timedelta(days=1), 1)]
)
def test_who_signs_up_again_is_told_at_most_once_an_hour(
    session: Session, later: timedelta, letters: int
) -> None:
    """Also when the clock was set back: else nobody would be told until it comes round again."""
    series = a_series(session)
    subscription = confirmed(session, series)
    ask(session, series)
    told = subscription.owed_number
    subscription.owed = None

    ask(session, series, now=NOON + later)

    assert subscription.owed_number - told == letters


def test_a_welcome_that_is_still_owed_says_it_all(session: Session) -> None:
    series = a_series(session)
    subscription = confirmed(session, series)
    subscription.owed = OwedLetter.WELCOME

    ask(session, series)

    assert subscription.owed is OwedLetter.WELCOME


def test_every_letter_ever_owed_has_its_own_number(session: Session) -> None:
    series = a_series(session)
    numbers = []
    for hour in range(3):
        subscription = asked(session, series, now=NOON + hour * HOUR)
        numbers.append(subscription.owed_number)
        subscription.owed = None

    subscriptions.confirm(session, subscription.id, subscription.request, now=NOON + 3 * HOUR)

    assert [*numbers, subscription.owed_number] == [1, 2, 3, 4]


def test_a_lost_link_is_mailed_for_each_list(session: Session) -> None:
    one = confirmed(session, a_series(session))
    other = confirmed(session, a_series(session, slug="werkstatt"))
    stranger = confirmed(session, a_series(session, slug="salon"), EmailAddress("berta@example.net"))

    subscriptions.ask_link(session, EmailAddress("Anna@example.net"), pseudonym=pseudonym, now=NOON)

    assert [each.owed for each in (one, other, stranger)] == [OwedLetter.ALREADY, OwedLetter.ALREADY, None]


def test_a_lost_link_is_mailed_at_most_once_an_hour(session: Session) -> None:
    subscription = confirmed(session, a_series(session))
    letters = []
    for minutes in (0, 30, 60):
        subscriptions.ask_link(session, ANNA, pseudonym=pseudonym, now=NOON + timedelta(minutes=minutes))
        letters.append(subscription.owed)
        subscription.owed = None

    assert letters == [OwedLetter.ALREADY, None, OwedLetter.ALREADY]


@pytest.mark.parametrize(
    "state", [state for state in SubscriptionState if state is not SubscriptionState.ACTIVE]
)
def test_who_gets_no_mails_gets_no_link(session: Session, state: SubscriptionState) -> None:
    subscription = in_state(session, a_series(session), state)
    before = subscription.owed_number

    subscriptions.ask_link(session, ANNA, pseudonym=pseudonym, now=NOON)

    assert subscription.owed_number == before


def test_a_blocked_address_gets_no_link(session: Session) -> None:
    subscription = confirmed(session, a_series(session))
    block(session)

    subscriptions.ask_link(session, ANNA, pseudonym=pseudonym, now=NOON)

    assert subscription.owed is None


def test_asking_for_an_unknown_address_is_silent(session: Session) -> None:
    subscriptions.ask_link(session, EmailAddress("berta@example.net"), pseudonym=pseudonym, now=NOON)

    assert subscriptions.find_subscription(session, 1) is None


@pytest.mark.parametrize(
    "state", [state for state in SubscriptionState if state is not SubscriptionState.PENDING]
)
def test_whoever_is_stored_may_ask_what_is(session: Session, state: SubscriptionState) -> None:
    subscription = in_state(session, a_series(session), state)

    subscriptions.ask_access(session, subscription.id, now=NOON)

    assert (subscription.owed, subscription.access_asked_at) == (OwedLetter.ACCESS, NOON)


def test_who_had_her_lost_link_mailed_may_ask_at_once_what_is_stored(session: Session) -> None:
    """Both letters shared one hour: who had lost her link was promised a mail that never came."""
    subscription = confirmed(session, a_series(session))
    subscriptions.ask_link(session, ANNA, pseudonym=pseudonym, now=NOON)
    subscription.owed = None

    subscriptions.ask_access(session, subscription.id, now=NOON + timedelta(minutes=2))

    assert subscription.owed is OwedLetter.ACCESS


def test_the_fresh_link_comes_at_most_once_an_hour(session: Session) -> None:
    subscription = confirmed(session, a_series(session))
    letters = []
    for minutes in (0, 59, 60):
        subscriptions.ask_access(session, subscription.id, now=NOON + timedelta(minutes=minutes))
        letters.append(subscription.owed)
        subscription.owed = None

    assert letters == [OwedLetter.ACCESS, None, OwedLetter.ACCESS]


@pytest.mark.parametrize("owed", [OwedLetter.CONFIRM, OwedLetter.WELCOME])
def test_asking_for_the_fresh_link_drops_no_letter(session: Session, owed: OwedLetter) -> None:
    """Who asked while the worker was away lost her welcome, and with it the next dialogue."""
    subscription = confirmed(session, a_series(session))
    subscription.owed = owed

    subscriptions.ask_access(session, subscription.id, now=NOON)

    assert (subscription.owed, subscription.access_asked_at) == (owed, None)


def test_asking_for_what_was_erased_is_silent(session: Session) -> None:
    subscriptions.ask_access(session, 31, now=NOON)

    assert subscriptions.find_subscription(session, 31) is None
