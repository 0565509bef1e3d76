"""What organisers do for one person: correct, ask again, remove, take that back, block."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import people, subscriptions
from mailer.core.types import EmailAddress
from mailer.series import Series
from mailer.subscriptions import Consent, OwedLetter, Subscription, SubscriptionState
from tests.support.asking import ask
from tests.support.making import NOON, a_series, a_subscription, an_event, pseudonym

ANNA = EmailAddress("anna@example.net")


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    an_event(session, made, starts_at=NOON + timedelta(days=30))
    return made


def asked(session: Session, series: Series) -> Subscription:
    found = ask(session, series, name="Ana")
    assert found is not None
    found.owed = None
    return found


def steps(session: Session) -> list[str]:
    return [step.value for step in session.scalars(select(Consent.step).order_by(Consent.id))]


def test_removed_person_is_off_the_list_and_her_consent_says_who_did_it(
    session: Session, series: Series
) -> None:
    anna = a_subscription(session, series)
    later = NOON + timedelta(days=3)

    subscriptions.remove(session, anna.id, now=later)

    assert (anna.state, anna.left_at, anna.owed) == (SubscriptionState.LEFT, later, None)
    assert steps(session) == ["imported", "removed"]


def test_removing_twice_is_the_same_as_once(session: Session, series: Series) -> None:
    anna = a_subscription(session, series)

    subscriptions.remove(session, anna.id, now=NOON)
    subscriptions.remove(session, anna.id, now=NOON + timedelta(minutes=1))

    assert (anna.left_at, steps(session)) == (NOON, ["imported", "removed"])


def test_removal_is_taken_back_within_the_hour(session: Session, series: Series) -> None:
    anna = a_subscription(session, series)
    subscriptions.remove(session, anna.id, now=NOON)

    subscriptions.restore(session, anna.id, now=NOON + timedelta(minutes=59))

    assert (anna.state, anna.left_at) == (SubscriptionState.ACTIVE, None)
    assert steps(session) == ["imported", "removed", "restored"]


def test_who_had_not_confirmed_waits_again_when_her_removal_is_taken_back(
    session: Session, series: Series
) -> None:
    anna = asked(session, series)
    subscriptions.remove(session, anna.id, now=NOON)

    subscriptions.restore(session, anna.id, now=NOON)

    assert anna.state is SubscriptionState.PENDING


def test_removal_of_an_hour_ago_stands(session: Session, series: Series) -> None:
    anna = a_subscription(session, series)
    subscriptions.remove(session, anna.id, now=NOON)

    with pytest.raises(subscriptions.NotRestorable):
        subscriptions.restore(session, anna.id, now=NOON + timedelta(hours=1))


def test_who_left_by_herself_is_not_brought_back(session: Session, series: Series) -> None:
    anna = a_subscription(session, series)
    subscriptions.leave(session, anna.id, now=NOON)

    with pytest.raises(subscriptions.NotRestorable):
        subscriptions.restore(session, anna.id, now=NOON)


def test_who_leaves_after_having_been_removed_is_not_brought_back(session: Session, series: Series) -> None:
    """Her own click must count, though she was off the list already."""
    anna = a_subscription(session, series)
    subscriptions.remove(session, anna.id, now=NOON)
    subscriptions.leave(session, anna.id, now=NOON + timedelta(minutes=1))

    with pytest.raises(subscriptions.NotRestorable):
        subscriptions.restore(session, anna.id, now=NOON + timedelta(minutes=2))
    assert steps(session) == ["imported", "removed", "left"]
    assert anna.left_at == NOON


def test_who_was_blocked_meanwhile_is_not_brought_back(session: Session, series: Series) -> None:
    anna = a_subscription(session, series)
    subscriptions.block(session, ANNA, pseudonym=pseudonym, now=NOON)

    with pytest.raises(subscriptions.Blocked):
        subscriptions.restore(session, anna.id, now=NOON)


def test_confirmation_mail_is_owed_anew_once_an_hour(session: Session, series: Series) -> None:
    anna = asked(session, series)
    number = anna.owed_number

    with pytest.raises(subscriptions.AskedLately):
        subscriptions.ask_again(session, anna.id, now=NOON + timedelta(minutes=59))
    subscriptions.ask_again(session, anna.id, now=NOON + timedelta(hours=1))

    assert (anna.owed, anna.owed_number, anna.request) == (OwedLetter.CONFIRM, number + 1, 1)
    with pytest.raises(subscriptions.AskedLately):
        subscriptions.ask_again(session, anna.id, now=NOON + timedelta(hours=1, minutes=59))


def test_asking_again_does_not_make_the_link_count_for_longer(session: Session, series: Series) -> None:
    anna = asked(session, series)
    subscriptions.ask_again(session, anna.id, now=NOON + timedelta(days=6))

    with pytest.raises(subscriptions.LinkTooOld):
        subscriptions.ask_again(session, anna.id, now=NOON + timedelta(days=7, hours=1))
    with pytest.raises(subscriptions.LinkTooOld):
        subscriptions.confirm(session, anna.id, 1, now=NOON + timedelta(days=7, hours=1))


def test_only_who_has_not_confirmed_is_asked_again(session: Session, series: Series) -> None:
    anna = a_subscription(session, series)

    with pytest.raises(subscriptions.NotPending):
        subscriptions.ask_again(session, anna.id, now=NOON + timedelta(days=1))


def test_corrected_name_outlives_the_confirmation(session: Session, series: Series) -> None:
    anna = asked(session, series)

    subscriptions.correct(session, anna.id, name="Anna", language="en")
    subscriptions.confirm(session, anna.id, 1, now=NOON + timedelta(hours=1))

    assert (anna.person.name, anna.person.language) == ("Anna", "en")


def test_name_can_be_taken_away(session: Session, series: Series) -> None:
    anna = asked(session, series)
    subscriptions.correct(session, anna.id, name="", language="de")
    subscriptions.confirm(session, anna.id, 1, now=NOON + timedelta(hours=1))

    assert anna.person.name == ""


def test_blocked_address_is_off_every_list_and_its_owner_cannot_come_back(
    session: Session, series: Series
) -> None:
    here = a_subscription(session, series)
    there = a_subscription(session, a_series(session, slug="anders"))
    others = a_subscription(session, series, "berta@example.net")

    lists = subscriptions.block(session, EmailAddress("ANNA@example.net"), pseudonym=pseudonym, now=NOON)
    again = ask(session, series)

    assert (lists, again) == (2, None)
    assert {here.state, there.state} == {SubscriptionState.LEFT}
    assert others.state is SubscriptionState.ACTIVE


def test_address_nobody_knows_can_be_blocked_and_unblocked(session: Session, series: Series) -> None:
    assert subscriptions.block(session, ANNA, pseudonym=pseudonym, now=NOON) == 0

    people.lift(session, pseudonym(ANNA))

    assert asked(session, series).state is SubscriptionState.PENDING
    with pytest.raises(people.NotBlocked):
        people.lift(session, pseudonym(ANNA))


def test_complaint_is_not_lifted(session: Session) -> None:
    people.suppress(session, pseudonym(ANNA), people.SuppressionReason.COMPLAINT, now=NOON)

    with pytest.raises(people.Complained):
        people.lift(session, pseudonym(ANNA))
    assert people.is_suppressed(session, pseudonym(ANNA))


def test_unblocked_person_is_on_no_list(session: Session, series: Series) -> None:
    anna = a_subscription(session, series)
    subscriptions.block(session, ANNA, pseudonym=pseudonym, now=NOON)

    people.lift(session, pseudonym(ANNA))

    assert anna.state is SubscriptionState.LEFT
