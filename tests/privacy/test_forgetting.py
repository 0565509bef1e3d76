"""What has been kept long enough is forgotten, to the second and no earlier."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import organisers, privacy, subscriptions
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery, DeliveryState
from mailer.organisers import SignInLink
from mailer.people import Person
from mailer.privacy.forgetting import PROOF_KEPT_FOR
from mailer.series import Series
from mailer.subscriptions import Consent, Subscription, SubscriptionState
from tests.privacy.living import ANNA, BERTA, a_whole_life, confirmed, mentions, send_everything
from tests.subscriptions.asking import asked, end, in_state
from tests.support.making import NOON, a_series, a_subscription

SECOND = timedelta(seconds=1)
WEEK = timedelta(days=7)
RETENTION = timedelta(days=30)
"""What `a_series` has."""


def test_a_request_nobody_confirmed_is_forgotten_after_seven_days(session: Session) -> None:
    """At the last second it can still be confirmed."""
    asked(session, a_series(session))

    forgotten = [privacy.forget_due(session, now=NOON + WEEK + seconds) for seconds in (0 * SECOND, SECOND)]

    assert forgotten == [0, 1]
    assert session.scalars(select(Person)).all() == []


@pytest.mark.parametrize(
    "state", [SubscriptionState.LEFT, SubscriptionState.BOUNCED, SubscriptionState.ENDED]
)
def test_who_is_gone_is_forgotten_after_the_retention_time(
    session: Session, state: SubscriptionState
) -> None:
    in_state(session, a_series(session), state)

    forgotten = [
        privacy.forget_due(session, now=NOON + RETENTION + seconds) for seconds in (-SECOND, 0 * SECOND)
    ]

    assert forgotten == [0, 1]
    assert mentions(session, "anna") == []


def test_the_series_says_how_long_it_keeps_people(session: Session) -> None:
    in_state(session, a_series(session, retention_days=3), SubscriptionState.LEFT)

    assert privacy.forget_due(session, now=NOON + timedelta(days=3)) == 1


def test_who_is_active_is_never_forgotten(session: Session) -> None:
    confirmed(session, a_series(session))

    assert privacy.forget_due(session, now=NOON + 20 * PROOF_KEPT_FOR) == 0


def test_who_never_confirmed_before_the_end_is_forgotten_no_later_for_it(session: Session) -> None:
    """The end made her one of those who are kept for the retention time."""
    series = a_series(session)
    asked(session, series)
    end(session, series, now=NOON + timedelta(days=1))

    forgotten = [privacy.forget_due(session, now=NOON + WEEK + seconds) for seconds in (0 * SECOND, SECOND)]

    assert forgotten == [0, 1]


def test_forgetting_one_list_keeps_the_person_for_the_other(session: Session) -> None:
    left = in_state(session, a_series(session), SubscriptionState.LEFT)
    other = a_subscription(session, a_series(session, slug="werkstatt"))
    person = left.person_id

    privacy.forget_due(session, now=NOON + RETENTION)

    assert session.scalars(select(Subscription.id)).all() == [other.id]
    assert session.scalars(select(Person.id)).all() == [person]


def test_the_ledger_keeps_its_rows_and_loses_the_address(session: Session) -> None:
    subscription = confirmed(session, a_series(session))
    send_everything(session, now=NOON)
    subscriptions.leave(session, subscription.id, now=NOON)

    privacy.forget_due(session, now=NOON + RETENTION)

    rows = session.execute(select(Delivery.kind, Delivery.state, Delivery.address, Delivery.facts)).all()
    assert sorted(rows) == [
        ("confirm", DeliveryState.SENT, None, {}),
        ("welcome", DeliveryState.SENT, None, {}),
    ]


def test_the_series_is_marked_erased_when_its_retention_time_is_over(session: Session) -> None:
    series = a_series(session)
    confirmed(session, series)
    end(session, series, now=NOON)
    marks = []
    for seconds in (-SECOND, 0 * SECOND, timedelta(days=9)):
        privacy.forget_due(session, now=NOON + RETENTION + seconds)
        marks.append(series.erased_at)

    assert marks == [None, NOON + RETENTION, NOON + RETENTION]


def test_after_the_end_only_numbers_remain(session: Session) -> None:
    series = a_whole_life(session)
    for each in session.scalars(select(Series)):
        end(session, each, now=NOON + timedelta(days=1))
    send_everything(session, now=NOON + timedelta(days=1))

    privacy.forget_due(session, now=NOON + timedelta(days=1) + RETENTION + SECOND)

    assert (mentions(session, "anna"), mentions(session, "berta")) == ([], [])
    assert session.scalars(select(Person)).all() == []
    assert session.scalars(select(Subscription)).all() == []
    assert subscriptions.counts_by_state(session, series) == dict.fromkeys(SubscriptionState, 0) | {
        SubscriptionState.ENDED: 2
    }


def test_a_proof_is_kept_three_years_after_its_last_step(session: Session) -> None:
    in_state(session, a_series(session), SubscriptionState.LEFT)
    kept = []
    for seconds in (0 * SECOND, SECOND):
        privacy.forget_due(session, now=NOON + PROOF_KEPT_FOR + seconds)
        kept.append(len(session.scalars(select(Consent)).all()))

    assert kept == [3, 0]


def test_an_early_step_is_kept_as_long_as_the_last_one(session: Session) -> None:
    """Half a proof proves nothing: that she left three years ago, but not that she had ever agreed."""
    subscription = confirmed(session, a_series(session))
    left_at = NOON + timedelta(days=900)
    subscriptions.leave(session, subscription.id, now=left_at)
    kept = []
    for moment in (NOON + PROOF_KEPT_FOR + WEEK, left_at + PROOF_KEPT_FOR, left_at + PROOF_KEPT_FOR + SECOND):
        privacy.forget_due(session, now=moment)
        kept.append(len(session.scalars(select(Consent)).all()))

    assert kept == [3, 3, 0]


def test_the_proof_of_who_still_gets_mails_is_never_forgotten(session: Session) -> None:
    """Who was imported with a consent of four years ago had none any more the same night."""
    series = a_series(session)
    a_subscription(session, series, now=NOON - timedelta(days=1500))

    privacy.forget_due(session, now=NOON)

    assert len(session.scalars(select(Consent)).all()) == 1


def test_the_proof_of_another_person_or_series_keeps_nothing(session: Session) -> None:
    in_state(session, a_series(session), SubscriptionState.LEFT)
    late = NOON + PROOF_KEPT_FOR + SECOND
    newer = a_series(session, slug="werkstatt")
    confirmed(session, newer, ANNA, now=late)
    confirmed(session, newer, BERTA, now=late)

    privacy.forget_due(session, now=late)

    assert set(session.scalars(select(Consent.series_id))) == {newer.id}


def test_letters_to_nobody_on_a_list_lose_their_address_after_a_month(session: Session) -> None:
    copy = a_sent_test_copy(session, done_at=NOON)
    kept = []
    for seconds in (0 * SECOND, SECOND):
        privacy.forget_due(session, now=NOON + timedelta(days=30) + seconds)
        session.refresh(copy)
        kept.append((copy.address, copy.state))

    assert kept == [("carla@example.net", DeliveryState.SENT), (None, DeliveryState.SENT)]


def test_old_sign_in_links_are_forgotten_along_the_way(session: Session) -> None:
    organisers.open_link(session, organisers.add(session, ANNA, now=NOON), to_mail=False, now=NOON)

    privacy.forget_due(session, now=NOON + timedelta(days=1) + SECOND)

    assert session.scalars(select(SignInLink)).all() == []


def test_forgetting_twice_does_nothing_more(session: Session) -> None:
    in_state(session, a_series(session), SubscriptionState.LEFT)

    forgotten = [privacy.forget_due(session, now=NOON + RETENTION) for _ in range(2)]

    assert forgotten == [1, 0]


def a_sent_test_copy(session: Session, *, done_at: datetime) -> Delivery:
    row = Delivery(
        key="test:1",
        kind="info",
        address=EmailAddress("carla@example.net"),
        language="de",
        facts={"test": True},
        state=DeliveryState.SENT,
        next_at=done_at,
        not_after=done_at,
        opened_at=done_at,
        done_at=done_at,
    )
    session.add(row)
    session.flush()
    return row
