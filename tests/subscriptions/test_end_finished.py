"""When a series is over its subscriptions end, all of them and once."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.types import EmailAddress
from mailer.subscriptions import Consent, ConsentStep, SubscriptionState
from tests.subscriptions.asking import asked, confirmed, end, in_state
from tests.support.asking import ANNA
from tests.support.making import NOON, a_series, an_event

BERTA = EmailAddress("berta@example.net")
NINE_IN_THE_MORNING = NOON.replace(hour=8)
"""09:00 in Berlin on the same day."""


def test_every_living_subscription_ends_with_its_series(session: Session) -> None:
    series = a_series(session)
    active, waiting = confirmed(session, series), asked(session, series, BERTA)

    ended = end(session, series, now=NOON)

    for subscription in (active, waiting):
        session.refresh(subscription)
    assert (ended, series.ended_at) == (2, NOON)
    assert [(one.state, one.ended_at, one.owed) for one in (active, waiting)] == [
        (SubscriptionState.ENDED, NOON, None)
    ] * 2


def test_who_was_never_subscribed_has_no_end_in_the_proof(session: Session) -> None:
    series = a_series(session)
    confirmed(session, series)
    asked(session, series, BERTA)

    end(session, series, now=NOON)

    ended = session.scalars(select(Consent).where(Consent.step == ConsentStep.ENDED)).one()
    assert (ended.pseudonym, ended.at) == (in_order(session)[0], NOON)


def test_who_left_or_bounced_stays_so(session: Session) -> None:
    series = a_series(session)
    left = in_state(session, series, SubscriptionState.LEFT)

    ended = end(session, series, now=NOON + timedelta(days=1))

    session.refresh(left)
    assert (ended, left.state, left.ended_at) == (0, SubscriptionState.LEFT, None)


def test_the_end_comes_at_nine_in_the_morning_and_not_before(session: Session) -> None:
    series = a_series(session, closes_on=date(2023, 1, 2))
    asked(session, series, now=NINE_IN_THE_MORNING - timedelta(seconds=1))

    ended = [
        subscriptions.end_finished(session, now=NINE_IN_THE_MORNING + timedelta(seconds=seconds))
        for seconds in (-1, 0)
    ]

    assert ended == [0, 1]


def test_the_end_follows_from_the_last_event(session: Session) -> None:
    series = a_series(session)
    an_event(session, series, starts_at=NOON)
    confirmed(session, series)
    day_of_the_end = NINE_IN_THE_MORNING + timedelta(days=series.closing_days)

    ended = [
        subscriptions.end_finished(session, now=day_of_the_end + timedelta(seconds=seconds))
        for seconds in (-1, 0)
    ]

    assert ended == [0, 1]


def test_ending_twice_is_the_same_as_once(session: Session) -> None:
    series = a_series(session)
    confirmed(session, series)
    end(session, series, now=NOON)

    again = subscriptions.end_finished(session, now=NOON + timedelta(days=1))

    assert (again, series.ended_at) == (0, NOON)
    assert len(session.scalars(select(Consent).where(Consent.step == ConsentStep.ENDED)).all()) == 1


def test_a_series_ends_even_when_nobody_listens(session: Session) -> None:
    series = a_series(session)

    ended = end(session, series, now=NOON)

    assert (ended, series.ended_at) == (0, NOON)


def test_a_series_without_events_never_ends_by_itself(session: Session) -> None:
    subscription = confirmed(session, a_series(session))

    subscriptions.end_finished(session, now=NOON + timedelta(days=3650))

    session.refresh(subscription)
    assert subscription.state is SubscriptionState.ACTIVE


def test_the_end_of_one_series_is_not_that_of_another(session: Session) -> None:
    other = confirmed(session, a_series(session, slug="werkstatt"))
    series = a_series(session)
    confirmed(session, series)

    end(session, series, now=NOON)

    session.refresh(other)
    assert other.state is SubscriptionState.ACTIVE


def test_who_has_ended_stays_so_when_the_series_is_prolonged(session: Session) -> None:
    series = a_series(session)
    ended = in_state(session, series, SubscriptionState.ENDED)
    newcomer = confirmed(session, series, BERTA, now=NOON + timedelta(days=1))
    second_end = NOON + timedelta(days=30)

    count = end(session, series, now=second_end)

    for subscription in (ended, newcomer):
        session.refresh(subscription)
    assert (count, series.ended_at) == (1, second_end)
    assert (ended.ended_at, newcomer.ended_at) == (NOON, second_end)


def test_who_came_while_the_end_was_put_off_ends_when_it_is_put_back(session: Session) -> None:
    """Put off and put back to a day before it had ended: she stayed active for ever and was never erased."""
    series = a_series(session)
    in_state(session, series, SubscriptionState.ENDED, now=NOON)
    newcomer = confirmed(session, series, BERTA, now=NOON + timedelta(days=1))
    series.closes_on = date(2023, 1, 1)

    count = subscriptions.end_finished(session, now=NOON + timedelta(days=2))

    session.refresh(newcomer)
    assert (count, newcomer.state) == (1, SubscriptionState.ENDED)


def test_subscriptions_are_counted_by_state(session: Session) -> None:
    series = a_series(session)
    confirmed(session, series, ANNA)
    confirmed(session, series, BERTA)
    asked(session, series, EmailAddress("carla@example.net"))
    asked(session, a_series(session, slug="werkstatt"), ANNA)

    assert subscriptions.counts_by_state(session, series) == {
        SubscriptionState.PENDING: 1,
        SubscriptionState.ACTIVE: 2,
        SubscriptionState.LEFT: 0,
        SubscriptionState.ENDED: 0,
        SubscriptionState.BOUNCED: 0,
    }


def in_order(session: Session) -> list[str]:
    return list(session.scalars(select(Consent.pseudonym).order_by(Consent.id)))
