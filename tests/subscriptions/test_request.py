"""Filling in the form, from every state, and what may come of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.types import EmailAddress
from mailer.people import Person
from mailer.subscriptions import Consent, OwedLetter, Subscription, SubscriptionState
from tests.subscriptions.asking import asked, block, confirmed, end, in_state
from tests.support.asking import ANNA, ask
from tests.support.making import NOON, a_series

LATER = NOON + timedelta(days=1)


def test_a_request_waits_for_its_confirmation(session: Session) -> None:
    subscription = asked(session, a_series(session), name="Anna Beispiel", language="en")

    assert (subscription.state, subscription.request) == (SubscriptionState.PENDING, 1)
    assert (subscription.requested_at, subscription.confirmed_at) == (NOON, None)
    assert (subscription.asked_name, subscription.asked_language) == ("Anna Beispiel", "en")
    assert (subscription.owed, subscription.owed_number) == (OwedLetter.CONFIRM, 1)


@pytest.mark.parametrize(
    "state",
    [SubscriptionState.PENDING, SubscriptionState.LEFT, SubscriptionState.BOUNCED, SubscriptionState.ENDED],
)
def test_who_is_not_active_is_asked_to_confirm_anew(session: Session, state: SubscriptionState) -> None:
    series = a_series(session)
    before = in_state(session, series, state)

    again = asked(session, series, language="en", now=LATER)

    assert again is before
    assert (again.state, again.request, again.requested_at) == (SubscriptionState.PENDING, 2, LATER)
    assert (again.confirmed_at, again.asked_language, again.owed) == (None, "en", OwedLetter.CONFIRM)


def test_who_is_active_stays_so_and_is_told(session: Session) -> None:
    series = a_series(session)
    before = confirmed(session, series, name="Anna")

    again = ask(session, series, name="Somebody Else", language="en", now=LATER)

    assert again is before
    assert (before.state, before.request, before.confirmed_at) == (SubscriptionState.ACTIVE, 1, NOON)
    assert (before.asked_name, before.asked_language) == ("Anna", "de")
    assert before.owed is OwedLetter.ALREADY


def test_a_blocked_address_is_not_even_noted(session: Session) -> None:
    block(session)

    assert ask(session, a_series(session), EmailAddress("ANNA@example.net")) is None
    assert [session.scalars(select(table)).all() for table in (Person, Subscription, Consent)] == [[], [], []]


def test_a_blocked_address_stays_as_it_is(session: Session) -> None:
    series = a_series(session)
    before = confirmed(session, series)
    block(session)

    assert ask(session, series, now=LATER) is None
    assert (before.state, before.owed) == (SubscriptionState.ACTIVE, None)


def test_a_series_that_is_over_takes_nobody(session: Session) -> None:
    series = a_series(session, closes_on=date(2023, 1, 2))

    with pytest.raises(subscriptions.SeriesOver) as refused:
        ask(session, series, now=NOON)

    assert refused.value.details == {"series": "wandel"}
    assert session.scalars(select(Person)).all() == []


@pytest.mark.parametrize("state", list(SubscriptionState))
def test_nothing_is_asked_for_after_the_end(session: Session, state: SubscriptionState) -> None:
    series = a_series(session)
    before = in_state(session, series, state)
    end(session, series, now=LATER)
    session.refresh(before)
    as_it_was = (before.state, before.request, before.owed)

    with pytest.raises(subscriptions.SeriesOver):
        ask(session, series, now=LATER)

    assert (before.state, before.request, before.owed) == as_it_was


def test_another_spelling_of_the_address_is_the_same_request(session: Session) -> None:
    series = a_series(session)
    first = asked(session, series)

    again = asked(session, series, EmailAddress("Anna@Example.net"))

    assert again is first
    assert first.person.address == ANNA


def test_one_person_may_ask_for_two_series(session: Session) -> None:
    one, other = a_series(session), a_series(session, slug="werkstatt")

    first, second = asked(session, one), asked(session, other)

    assert first.person is second.person
    assert (first.id != second.id, first.request, second.request) == (True, 1, 1)


def test_a_form_tells_nothing_of_a_person_before_she_confirms(session: Session) -> None:
    """Anybody can fill in a form: the first one's name became the name of who then signed up herself without one."""
    series = a_series(session)
    asked(session, series, name="Something rude")
    own = asked(session, series)

    subscriptions.confirm(session, own.id, own.request, now=NOON)

    assert own.person.name == ""


def test_name_and_language_of_a_form_reach_a_known_person_only_on_confirmation(session: Session) -> None:
    known = confirmed(session, a_series(session), name="Anna Beispiel").person
    other = asked(session, a_series(session, slug="werkstatt"), name="Anna B.", language="en")
    before = (known.name, known.language)

    subscriptions.confirm(session, other.id, other.request, now=NOON)

    assert before == ("Anna Beispiel", "de")
    assert (known.name, known.language) == ("Anna B.", "en")


def test_a_form_without_name_takes_none_away(session: Session) -> None:
    known = confirmed(session, a_series(session), name="Anna Beispiel").person
    other = asked(session, a_series(session, slug="werkstatt"))

    subscriptions.confirm(session, other.id, other.request, now=NOON)

    assert known.name == "Anna Beispiel"


def test_coming_back_ends_a_pause(session: Session) -> None:
    series = a_series(session)
    before = confirmed(session, series)
    subscriptions.pause(session, before.id, date(2023, 6, 1), now=NOON)
    subscriptions.leave(session, before.id, now=NOON)

    assert asked(session, series, now=LATER).paused_until is None


def test_the_number_of_an_erased_subscription_is_never_given_again(session: Session) -> None:
    """It stands in every link that was mailed: they must not manage somebody else's."""
    series = a_series(session)
    erased = asked(session, series)
    number = erased.id
    session.delete(erased)
    session.flush()

    assert asked(session, series, EmailAddress("berta@example.net")).id > number
