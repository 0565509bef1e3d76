"""The list of people: filtered, searched by how something begins, paged by a key that never moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.types import EmailAddress
from mailer.series import Series
from mailer.subscriptions import Look, Newcomer, SubscriptionState, listing
from tests.support.making import NOON, a_series, a_subscription, an_event, pseudonym


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    an_event(session, made, starts_at=NOON + timedelta(days=30))
    return made


def names(session: Session, series: Series, words: str = "", **look: object) -> list[str]:
    page = subscriptions.list_page(session, series, Look(words=words, **look))  # type: ignore[arg-type]
    return [row.name for row in page.rows]


def many(session: Session, series: Series, count: int, name: str = "Person") -> None:
    newcomers = [Newcomer(EmailAddress(f"p{i:05}@example.net"), f"{name} {i:05}", "de") for i in range(count)]
    subscriptions.admit(session, series, newcomers, evidence="test", pseudonym=pseudonym, now=NOON)


@pytest.mark.parametrize(
    "words",
    [
        "anna",
        "ANNA",
        "anna m",
        "Anna  Müller",
        "MÜLLER",
        "mül",
        "Müller, Anna",
        "müller anna",
        "a.mueller@",
        "A.Mueller@EX",
    ],
)
def test_person_is_found_by_how_address_name_or_last_name_begins(
    session: Session, series: Series, words: str
) -> None:
    a_subscription(session, series, "a.mueller@example.net", name="Anna Müller")
    a_subscription(session, series, "b@example.net", name="Berta Schmidt")

    assert names(session, series, words) == ["Anna Müller"]


@pytest.mark.parametrize(
    "words", ["nna", "üller", "%", "_nna", "a%", "*", "Anna%", "\\", "'", "mueller", "example.net"]
)
def test_nothing_in_the_middle_is_found_and_no_sign_is_a_wildcard(
    session: Session, series: Series, words: str
) -> None:
    a_subscription(session, series, "a.mueller@example.net", name="Anna Müller")

    assert names(session, series, words) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("100% Anna", "100%"),
        ("a_b", "A_B"),
        ("Straße", "STRASSE"),
        ("\u200fשרה כהן", "שרה"),
        ("ＡＮＮＡ", "anna"),
        ("x\U0010fffdy", "x"),
    ],
)
def test_odd_names_are_found_by_their_own_signs(
    session: Session, series: Series, name: str, words: str
) -> None:
    a_subscription(session, series, name=name)

    assert names(session, series, words) == [name]


def test_name_that_grows_when_folded_still_fits(session: Session, series: Series) -> None:
    a_subscription(session, series, name="ﷺ" * 200)

    assert names(session, series, "ﷺ") == ["ﷺ" * 200]


def test_corrected_name_is_found_and_the_old_one_is_not(session: Session, series: Series) -> None:
    anna = a_subscription(session, series, name="Ana Alt")
    subscriptions.correct(session, anna.id, name="Anna Neu", language="de")
    session.flush()

    assert (names(session, series, "neu"), names(session, series, "alt")) == (["Anna Neu"], [])


def test_list_is_filtered_by_state_and_language_and_knows_its_series_only(
    session: Session, series: Series
) -> None:
    a_subscription(session, series, "a@example.net", name="A", language="en")
    left = a_subscription(session, series, "b@example.net", name="B")
    subscriptions.leave(session, left.id, now=NOON)
    a_subscription(session, a_series(session, slug="anders"), "c@example.net", name="C")

    assert names(session, series) == ["B", "A"]
    assert names(session, series, state=SubscriptionState.LEFT) == ["B"]
    assert names(session, series, language="en") == ["A"]
    assert names(session, series, "c@") == []


def test_pages_show_everybody_once_while_people_come_and_go(session: Session, series: Series) -> None:
    many(session, series, 25)
    first = subscriptions.list_page(session, series, Look(), most=10)
    subscriptions.remove(session, first.rows[-1].id, now=NOON)
    a_subscription(session, series, "new@example.net", name="New")

    second = subscriptions.list_page(session, series, Look(older_than=first.older_than), most=10)
    third = subscriptions.list_page(session, series, Look(older_than=second.older_than), most=10)

    seen = [row.name for page in (first, second, third) for row in page.rows]
    assert seen == [f"Person {i:05}" for i in range(24, -1, -1)]
    assert (first.newer_than, third.older_than) == (None, None)


def test_one_can_turn_pages_back(session: Session, series: Series) -> None:
    many(session, series, 25)
    first = subscriptions.list_page(session, series, Look(), most=10)
    second = subscriptions.list_page(session, series, Look(older_than=first.older_than), most=10)

    back = subscriptions.list_page(session, series, Look(newer_than=second.newer_than), most=10)

    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert (back.newer_than, back.older_than) == (None, first.older_than)


def test_search_that_finds_more_than_a_few_walks_the_list(session: Session, series: Series) -> None:
    many(session, series, listing.FEW + 30)
    other = a_series(session, slug="anders")
    a_subscription(session, other, "p99999@example.net", name="Person anders")

    page = subscriptions.list_page(session, series, Look(words="person"))

    assert [row.name for row in page.rows[:2]] == ["Person 01029", "Person 01028"]
    assert names(session, other, "person") == ["Person anders"]


def test_counts_are_of_those_on_the_list(session: Session, series: Series) -> None:
    a_subscription(session, series, "a@example.net")
    left = a_subscription(session, series, "b@example.net")
    subscriptions.leave(session, left.id, now=NOON)
    series.forgotten = {"left": 7}

    counts = subscriptions.counts_on_list(session, series)

    assert (counts[SubscriptionState.ACTIVE], counts[SubscriptionState.LEFT]) == (1, 1)
    assert set(counts) == set(SubscriptionState)
