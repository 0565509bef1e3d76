"""People whom the organisers vouch for enter as active, unless they decided otherwise themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.types import EmailAddress
from mailer.people import Person
from mailer.series import Series
from mailer.subscriptions import Admission, Newcomer, NotAdmitted, Subscription, SubscriptionState
from tests.subscriptions.asking import asked, block, confirmed, in_state
from tests.support.asking import ANNA
from tests.support.making import NOON, a_series, pseudonym

LAST_YEAR = NOON - timedelta(days=200)


def test_a_newcomer_is_active_at_once_and_no_letter_is_owed(session: Session) -> None:
    series = a_series(session)

    outcome = admit(session, series, Newcomer(ANNA, "Anna Beispiel", "en", LAST_YEAR))

    entered = session.scalars(select(Subscription)).one()
    assert outcome == Admission.IMPORTED
    assert (entered.state, entered.owed, entered.owed_number) == (SubscriptionState.ACTIVE, None, 0)
    assert (entered.requested_at, entered.confirmed_at) == (NOON, LAST_YEAR)
    assert (entered.person.name, entered.person.language) == ("Anna Beispiel", "en")


def test_who_consented_at_an_unknown_moment_counts_from_now(session: Session) -> None:
    admit(session, a_series(session), Newcomer(ANNA, "", "de"))

    assert session.scalars(select(Subscription.confirmed_at)).one() == NOON


def test_who_is_active_already_is_brought_up_to_date(session: Session) -> None:
    series = a_series(session)
    before = confirmed(session, series, name="Anna")

    facts = [
        Newcomer(ANNA, "Anna Beispiel", "de"),
        Newcomer(ANNA, "Anna Beispiel", "en"),
        Newcomer(ANNA, "", "en"),
    ]
    outcomes = [admit(session, series, newcomer) for newcomer in facts]

    assert outcomes == [Admission.UPDATED, Admission.UPDATED, Admission.UNCHANGED]
    assert (before.person.name, before.person.language, before.confirmed_at) == ("Anna Beispiel", "en", NOON)


def test_who_has_not_confirmed_yet_need_not_any_more(session: Session) -> None:
    series = a_series(session)
    waiting = asked(session, series)

    outcome = admit(session, series, Newcomer(ANNA, "Anna", "de"))

    assert outcome == Admission.UPDATED
    assert (waiting.state, waiting.owed) == (SubscriptionState.ACTIVE, None)


@pytest.mark.parametrize("state", [SubscriptionState.LEFT, SubscriptionState.BOUNCED])
def test_nobodys_own_decision_is_overridden(session: Session, state: SubscriptionState) -> None:
    series = a_series(session)
    gone = in_state(session, series, state)

    outcome = admit(session, series, Newcomer(ANNA, "Anna Beispiel", "en"))

    assert refusal(outcome) == state.value
    assert (gone.state, gone.person.name, gone.person.language) == (state, "", "de")


def test_a_blocked_address_is_not_admitted(session: Session) -> None:
    series = a_series(session)
    block(session)

    outcome = admit(session, series, Newcomer(EmailAddress("ANNA@example.net"), "Anna", "de"))

    assert refusal(outcome) == "blocked"
    assert session.scalars(select(Person)).all() == []


def test_nobody_is_admitted_to_what_is_over(session: Session) -> None:
    series = a_series(session, closes_on=date(2023, 1, 2))

    outcome = admit(session, series, Newcomer(ANNA, "Anna", "de"))

    assert refusal(outcome) == "over"
    assert session.scalars(select(Person)).all() == []


def test_each_of_many_has_its_own_outcome_in_order(session: Session) -> None:
    series = a_series(session)
    in_state(session, series, SubscriptionState.LEFT)
    crowd = [Newcomer(EmailAddress(f"p{number}@example.net"), "", "de") for number in range(3)]
    crowd.insert(1, Newcomer(ANNA, "", "de"))

    outcomes = subscriptions.admit(session, series, crowd, evidence="list", pseudonym=pseudonym, now=NOON)

    assert [isinstance(outcome, NotAdmitted) for outcome in outcomes] == [False, True, False, False]
    assert subscriptions.counts_by_state(session, series)[SubscriptionState.ACTIVE] == 3


def admit(session: Session, series: Series, newcomer: Newcomer) -> Admission | NotAdmitted:
    (outcome,) = subscriptions.admit(
        session, series, [newcomer], evidence="list of 2022", pseudonym=pseudonym, now=NOON
    )
    return outcome


def refusal(outcome: Admission | NotAdmitted) -> object:
    assert isinstance(outcome, NotAdmitted)
    return outcome.details["reason"]
