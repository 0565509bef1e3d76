"""The link in the confirmation mail: whose it is, how long it counts, and that it counts once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.subscriptions import CONFIRM_WITHIN, Consent, ConsentStep, OwedLetter, SubscriptionState
from tests.subscriptions.asking import asked, block, end, in_state
from tests.support.making import NOON, a_series, a_subscription


@pytest.mark.parametrize("later", [timedelta(0), CONFIRM_WITHIN])
def test_confirm_makes_a_request_a_subscription(session: Session, later: timedelta) -> None:
    waiting = asked(session, a_series(session), name="Anna Beispiel", language="en")

    subscription = subscriptions.confirm(session, waiting.id, 1, now=NOON + later)

    assert subscription is waiting
    assert (subscription.state, subscription.confirmed_at) == (SubscriptionState.ACTIVE, NOON + later)
    assert (subscription.person.name, subscription.person.language) == ("Anna Beispiel", "en")
    assert subscription.owed is OwedLetter.WELCOME


def test_confirm_twice_keeps_the_first_moment_and_welcomes_once(session: Session) -> None:
    waiting = asked(session, a_series(session))
    first = NOON + timedelta(minutes=1)
    subscriptions.confirm(session, waiting.id, 1, now=first)
    waiting.owed = None

    again = subscriptions.confirm(session, waiting.id, 1, now=NOON + timedelta(days=30))

    assert (again.confirmed_at, again.owed) == (first, None)
    assert steps(session) == [ConsentStep.ASKED, ConsentStep.CONFIRMED]


@pytest.mark.parametrize(
    "state", [SubscriptionState.LEFT, SubscriptionState.BOUNCED, SubscriptionState.ENDED]
)
def test_confirm_brings_nobody_back(session: Session, state: SubscriptionState) -> None:
    gone = in_state(session, a_series(session), state)
    letter = gone.owed_number

    subscriptions.confirm(session, gone.id, gone.request, now=NOON)

    assert (gone.state, gone.owed, gone.owed_number) == (state, None, letter)


def test_an_older_requests_link_confirms_nothing(session: Session) -> None:
    series = a_series(session)
    asked(session, series)
    waiting = asked(session, series)

    with pytest.raises(subscriptions.LinkReplaced):
        subscriptions.confirm(session, waiting.id, 1, now=NOON)

    assert waiting.state is SubscriptionState.PENDING
    assert subscriptions.confirm(session, waiting.id, 2, now=NOON).state is SubscriptionState.ACTIVE


@pytest.mark.parametrize("request_number", [0, 2, -1])
def test_a_request_that_was_never_made_confirms_nothing(session: Session, request_number: int) -> None:
    waiting = asked(session, a_series(session))

    with pytest.raises(subscriptions.LinkReplaced):
        subscriptions.confirm(session, waiting.id, request_number, now=NOON)


def test_a_link_is_too_old_after_seven_days(session: Session) -> None:
    waiting = asked(session, a_series(session))

    with pytest.raises(subscriptions.LinkTooOld):
        subscriptions.confirm(session, waiting.id, 1, now=NOON + timedelta(days=7, seconds=1))

    assert (waiting.state, steps(session)) == (SubscriptionState.PENDING, [ConsentStep.ASKED])


def test_signing_up_again_makes_an_expired_request_count_anew(session: Session) -> None:
    series = a_series(session)
    asked(session, series)
    late = NOON + timedelta(days=8)

    waiting = asked(session, series, now=late)

    assert subscriptions.confirm(session, waiting.id, 2, now=late).state is SubscriptionState.ACTIVE


def test_an_erased_request_is_unknown(session: Session) -> None:
    with pytest.raises(subscriptions.UnknownRequest) as refused:
        subscriptions.confirm(session, 31, 1, now=NOON)

    assert refused.value.details == {"subscription": 31}


def test_nobody_confirms_what_is_over(session: Session) -> None:
    series = a_series(session)
    waiting = asked(session, series)
    series.closes_on = date(2023, 1, 3)

    with pytest.raises(subscriptions.SeriesOver):
        subscriptions.confirm(session, waiting.id, 1, now=NOON + timedelta(days=1))

    assert waiting.state is SubscriptionState.PENDING


def test_who_never_confirmed_before_the_end_stays_out(session: Session) -> None:
    series = a_series(session)
    waiting = asked(session, series)
    end(session, series, now=NOON)
    series.closes_on = None

    session.refresh(waiting)
    subscriptions.confirm(session, waiting.id, 1, now=NOON)

    assert waiting.state is SubscriptionState.ENDED


def test_who_was_blocked_meanwhile_confirms_nothing(session: Session) -> None:
    """The link still made an active subscription of an address nobody may write to."""
    waiting = asked(session, a_series(session))
    block(session)

    with pytest.raises(subscriptions.Blocked):
        subscriptions.confirm(session, waiting.id, 1, now=NOON)

    assert (waiting.state, steps(session)) == (SubscriptionState.PENDING, [ConsentStep.ASKED])


def test_a_bounced_address_may_confirm_anew(session: Session) -> None:
    series = a_series(session)
    in_state(session, series, SubscriptionState.BOUNCED)
    waiting = asked(session, series)

    assert subscriptions.confirm(session, waiting.id, 2, now=NOON).state is SubscriptionState.ACTIVE


def test_no_link_confirms_what_the_organisers_entered(session: Session) -> None:
    entered = a_subscription(session, a_series(session))

    with pytest.raises(subscriptions.LinkReplaced):
        subscriptions.confirm(session, entered.id, 1, now=NOON)


def steps(session: Session) -> list[ConsentStep]:
    return list(session.scalars(select(Consent.step).order_by(Consent.id)))
