"""Leaving, pausing, choosing a language, bouncing: in every state, and as often as one likes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.subscriptions import Consent, ConsentStep, SubscriptionState
from tests.subscriptions.asking import asked, confirmed, in_state
from tests.support.making import NOON, a_series

LATER = NOON + timedelta(days=1)
BEFORE_AND_AFTER = [
    (SubscriptionState.PENDING, SubscriptionState.LEFT),
    (SubscriptionState.ACTIVE, SubscriptionState.LEFT),
    (SubscriptionState.BOUNCED, SubscriptionState.LEFT),
    (SubscriptionState.LEFT, SubscriptionState.LEFT),
    (SubscriptionState.ENDED, SubscriptionState.ENDED),
]
NOT_ACTIVE = [state for state in SubscriptionState if state is not SubscriptionState.ACTIVE]


@pytest.mark.parametrize(("before", "after"), BEFORE_AND_AFTER)
def test_leave_ends_what_had_not_ended(
    session: Session, before: SubscriptionState, after: SubscriptionState
) -> None:
    subscription = in_state(session, a_series(session), before)

    left = subscriptions.leave(session, subscription.id, now=LATER)

    assert left is subscription
    assert (subscription.state, subscription.owed) == (after, None)


def test_leave_twice_keeps_the_first_moment_and_is_noted_once(session: Session) -> None:
    subscription = confirmed(session, a_series(session))
    subscriptions.leave(session, subscription.id, now=LATER)

    subscriptions.leave(session, subscription.id, now=LATER + timedelta(days=1))

    assert subscription.left_at == LATER
    assert steps(session) == [ConsentStep.ASKED, ConsentStep.CONFIRMED, ConsentStep.LEFT]


def test_leave_drops_a_letter_that_was_still_owed(session: Session) -> None:
    waiting = asked(session, a_series(session))

    subscriptions.leave(session, waiting.id, now=NOON)

    assert waiting.owed is None


def test_leaving_what_was_erased_is_no_mistake(session: Session) -> None:
    assert subscriptions.leave(session, 31, now=NOON) is None


def test_leaving_one_series_leaves_the_other_alone(session: Session) -> None:
    one = confirmed(session, a_series(session))
    other = confirmed(session, a_series(session, slug="werkstatt"))

    subscriptions.leave(session, one.id, now=NOON)

    assert (one.state, other.state) == (SubscriptionState.LEFT, SubscriptionState.ACTIVE)


@pytest.mark.parametrize(
    ("until", "kept"),
    [(date(2023, 1, 4), date(2023, 1, 4)), (date(2023, 1, 3), None), (date(2022, 12, 1), None)],
)
def test_a_pause_lasts_until_a_local_day_still_to_come(
    session: Session, until: date, kept: date | None
) -> None:
    """At 23:30 UTC it is tomorrow in Berlin."""
    subscription = confirmed(session, a_series(session))
    late = NOON.replace(hour=23, minute=30)

    subscriptions.pause(session, subscription.id, until, now=late)

    assert subscription.paused_until == kept


def test_who_resumes_gets_mails_again(session: Session) -> None:
    subscription = confirmed(session, a_series(session))
    subscriptions.pause(session, subscription.id, date(2023, 6, 1), now=NOON)

    subscriptions.resume(session, subscription.id)
    subscriptions.resume(session, subscription.id)

    assert (subscription.state, subscription.paused_until) == (SubscriptionState.ACTIVE, None)


def test_a_language_is_chosen_for_every_series_of_a_person(session: Session) -> None:
    one = confirmed(session, a_series(session))
    other = confirmed(session, a_series(session, slug="werkstatt"))

    subscriptions.choose_language(session, one.id, "en")

    assert other.person.language == "en"


@pytest.mark.parametrize("state", NOT_ACTIVE)
def test_only_who_gets_mails_can_change_them(session: Session, state: SubscriptionState) -> None:
    subscription = in_state(session, a_series(session), state)

    with pytest.raises(subscriptions.NotSubscribed):
        subscriptions.pause(session, subscription.id, date(2023, 6, 1), now=NOON)
    with pytest.raises(subscriptions.NotSubscribed):
        subscriptions.resume(session, subscription.id)
    with pytest.raises(subscriptions.NotSubscribed):
        subscriptions.choose_language(session, subscription.id, "en")

    assert (subscription.paused_until, subscription.person.language) == (None, "de")


def test_what_was_erased_cannot_be_changed(session: Session) -> None:
    with pytest.raises(subscriptions.UnknownRequest):
        subscriptions.pause(session, 31, date(2023, 6, 1), now=NOON)


@pytest.mark.parametrize("state", list(SubscriptionState))
def test_a_bounce_ends_only_what_gets_mails(session: Session, state: SubscriptionState) -> None:
    subscription = in_state(session, a_series(session), state)
    living = state in (SubscriptionState.ACTIVE, SubscriptionState.PENDING)

    subscriptions.bounce(session, subscription.id, now=LATER)

    session.refresh(subscription)
    assert subscription.state is (SubscriptionState.BOUNCED if living else state)
    assert (subscription.bounced_at == LATER) is living
    assert subscription.owed is None


def test_only_active_ones_receive_reminders(session: Session) -> None:
    series = a_series(session)
    waiting = asked(session, series)
    before = waiting.receives_reminders

    subscriptions.confirm(session, waiting.id, 1, now=NOON)

    assert (before, waiting.receives_reminders) == (False, True)


def test_what_was_found_is_the_subscription_or_nothing(session: Session) -> None:
    subscription = confirmed(session, a_series(session))

    found = [subscriptions.find_subscription(session, number) for number in (subscription.id, 31)]

    assert found == [subscription, None]


def steps(session: Session) -> list[ConsentStep]:
    return list(session.scalars(select(Consent.step).order_by(Consent.id)))
