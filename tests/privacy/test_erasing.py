"""Erasing a person: nothing names her any more, what counted still counts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer import mailings, people, privacy, subscriptions
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery, DeliveryState
from mailer.mailings import Mailing, Told
from mailer.people import Person, Suppression, SuppressionReason
from mailer.subscriptions import Consent, ConsentStep, Subscription, SubscriptionState
from tests.privacy.living import ANNA, BERTA, a_whole_life, confirmed, mentions, send_everything
from tests.support.making import NOON, a_series, pseudonym

LATER = NOON + timedelta(days=1)


def test_before_erasure_she_stands_in_many_places(session: Session) -> None:
    a_whole_life(session)

    assert mentions(session, "anna") == [
        "delivery.address",
        "delivery.facts",
        "person.address",
        "person.mailbox",
        "person.name",
        "person.name_key",
        "person.turned_key",
        "subscription.asked_name",
    ]


@pytest.mark.parametrize("typed", ["Anna@example.net", "ANNA@example.net"])
def test_erasing_leaves_nothing_that_names_her(session: Session, typed: str) -> None:
    a_whole_life(session)
    send_everything(session, now=NOON + timedelta(hours=1))

    erased = privacy.erase(session, EmailAddress(typed), now=LATER)

    assert (erased, mentions(session, "anna")) == (True, [])


def test_letters_that_wait_are_not_sent_after_all(session: Session) -> None:
    a_whole_life(session)

    privacy.erase(session, ANNA, now=LATER)

    hers = session.scalars(select(Delivery).where(Delivery.address.is_(None))).all()
    assert len(hers) == 8
    assert {(row.state, row.reason, row.done_at) for row in hers} == {
        (DeliveryState.SKIPPED, "erased", LATER)
    }


@pytest.mark.parametrize("state", [DeliveryState.CLAIMED, DeliveryState.DEFERRED, DeliveryState.HELD])
def test_a_letter_a_worker_holds_is_taken_from_it(session: Session, state: DeliveryState) -> None:
    """Its lease stayed, and a refusal that came in then made a letter to nobody of the skipped one."""
    confirmed(session, a_series(session))
    for row in session.scalars(select(Delivery)):
        row.state, row.claimed_by, row.lease_until = state, "worker", LATER

    privacy.erase(session, ANNA, now=LATER)

    rows = session.scalars(select(Delivery)).all()
    assert {(row.state, row.claimed_by, row.lease_until) for row in rows} == {
        (DeliveryState.SKIPPED, None, None)
    }


def test_what_was_sent_still_counts(session: Session) -> None:
    series = a_whole_life(session)
    send_everything(session, now=NOON + timedelta(hours=1))
    before = counts(session)

    privacy.erase(session, ANNA, now=LATER)

    assert counts(session) == before
    assert subscriptions.counts_by_state(session, series)[SubscriptionState.LEFT] == 1
    assert session.scalars(select(Mailing.recipients).where(Mailing.series_id == series.id)).all() == [2]


def test_nobody_else_is_touched(session: Session) -> None:
    a_whole_life(session)

    privacy.erase(session, ANNA, now=LATER)

    assert session.scalars(select(Person.address)).all() == [BERTA]
    berta = session.scalars(select(Subscription)).one()
    told = session.scalars(select(Told.subscription_id)).all()
    assert told == [berta.id] * 2, "by her welcome and by a reminder"
    hers = session.scalars(select(Delivery.state).where(Delivery.address == BERTA)).all()
    assert hers == [DeliveryState.QUEUED] * 3


def test_the_proof_of_consent_stays_and_says_when_it_ended(session: Session) -> None:
    confirmed(session, a_series(session))

    privacy.erase(session, ANNA, now=LATER)

    rows = session.execute(select(Consent.step, Consent.pseudonym, Consent.at).order_by(Consent.id)).all()
    assert [row.step for row in rows] == [ConsentStep.ASKED, ConsentStep.CONFIRMED, ConsentStep.LEFT]
    assert {row.pseudonym for row in rows} == {pseudonym(ANNA)}
    assert rows[-1].at == LATER


def test_a_suppression_stays(session: Session) -> None:
    confirmed(session, a_series(session))
    people.suppress(session, pseudonym(ANNA), SuppressionReason.BLOCKED, now=NOON)

    privacy.erase(session, ANNA, now=LATER)

    assert session.scalars(select(Suppression.pseudonym)).all() == [pseudonym(ANNA)]


def test_erasing_a_stranger_says_that_there_was_nothing(session: Session) -> None:
    confirmed(session, a_series(session))

    assert not privacy.erase(session, EmailAddress("carla@example.net"), now=LATER)


def test_erasing_twice_finds_nothing_the_second_time(session: Session) -> None:
    confirmed(session, a_series(session))

    erased = [privacy.erase(session, ANNA, now=LATER) for _ in range(2)]

    assert erased == [True, False]


def test_a_letter_to_who_never_signed_up_is_erased_too(session: Session) -> None:
    a_whole_life(session)
    copy = session.scalars(select(Delivery).where(Delivery.subscription_id.is_(None))).one()
    copy.address = EmailAddress("Carla@example.net")

    erased = privacy.erase(session, EmailAddress("carla@example.net"), now=LATER)

    assert (erased, mentions(session, "carla")) == (True, [])


def test_links_of_an_erased_subscription_are_answered_kindly(session: Session) -> None:
    number = confirmed(session, a_series(session)).id

    privacy.erase(session, ANNA, now=LATER)

    assert subscriptions.leave(session, number, now=LATER) is None
    with pytest.raises(subscriptions.UnknownRequest):
        subscriptions.confirm(session, number, 1, now=LATER)


def test_who_was_erased_may_sign_up_anew(session: Session) -> None:
    series = a_series(session)
    old = confirmed(session, series).id
    privacy.erase(session, ANNA, now=LATER)

    anew = confirmed(session, series, now=LATER)

    assert anew.id > old
    assert mailings.count(session, mailings.subscribers(series, now=LATER)) == 1


def counts(session: Session) -> Counter[tuple[str, DeliveryState]]:
    rows = session.execute(
        select(Delivery.kind, Delivery.state, func.count()).group_by(Delivery.kind, Delivery.state)
    )
    return Counter({(kind, state): number for kind, state, number in rows})
