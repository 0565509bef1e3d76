"""A person is one mailbox; a suppression outlives her."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer import people
from mailer.core.db import Database
from mailer.core.types import EmailAddress, Locale
from mailer.people import Person, Suppression, SuppressionReason
from tests.support.making import NOON, pseudonym

ANNA = EmailAddress("Anna@example.net")


def test_a_new_person_is_added_with_what_is_known(session: Session) -> None:
    anna = add(session, ANNA, name="Anna Beispiel", language="en")

    assert (anna.address, anna.mailbox, anna.pseudonym) == (ANNA, "anna@example.net", pseudonym(ANNA))
    assert (anna.name, anna.language, anna.created_at) == ("Anna Beispiel", "en", NOON)


def test_another_spelling_is_the_same_person_and_changes_nothing(session: Session) -> None:
    anna = add(session, ANNA, name="Anna Beispiel", language="en")

    again = add(session, EmailAddress("anna@example.net"), name="Somebody Else", language="de")

    assert again is anna
    assert (anna.address, anna.name, anna.language) == (ANNA, "Anna Beispiel", "en")


def test_a_person_is_found_by_any_spelling(session: Session) -> None:
    anna = add(session, ANNA)

    assert people.find_person(session, EmailAddress("ANNA@example.net")) is anna
    assert people.find_person(session, EmailAddress("berta@example.net")) is None


def test_many_who_add_the_same_person_at_once_add_one(database: Database) -> None:
    def add_anna(_: int) -> int:
        with database.transaction() as session:
            return add(session, ANNA).id

    with ThreadPoolExecutor(8) as crowd:
        found = set(crowd.map(add_anna, range(8)))

    with database.reading() as session:
        assert found == set(session.scalars(select(Person.id)))
    assert len(found) == 1


def test_the_number_of_an_erased_person_is_never_given_again(session: Session) -> None:
    """The links mailed to her are valid for ever: they must not open somebody else's page."""
    erased = add(session, ANNA)
    number = erased.id
    session.delete(erased)
    session.flush()

    assert add(session, EmailAddress("berta@example.net")).id > number


def test_a_suppression_holds_for_every_spelling(session: Session) -> None:
    people.suppress(session, pseudonym(ANNA), SuppressionReason.BLOCKED, now=NOON)

    spellings = ["anna@example.net", "ANNA@example.net", "berta@example.net"]
    assert [people.is_suppressed(session, pseudonym(EmailAddress(one))) for one in spellings] == [
        True,
        True,
        False,
    ]


def test_suppressing_twice_keeps_the_first_reason_and_moment(session: Session) -> None:
    people.suppress(session, pseudonym(ANNA), SuppressionReason.COMPLAINT, now=NOON)

    people.suppress(session, pseudonym(ANNA), SuppressionReason.BLOCKED, now=NOON + timedelta(days=1))

    kept = session.scalars(select(Suppression)).one()
    assert (kept.reason, kept.created_at) == (SuppressionReason.COMPLAINT, NOON)


def test_complaint_outweighs_what_organisers_had_decided(session: Session) -> None:
    """What they blocked they may let go again; what her provider reported they may not."""
    people.suppress(session, pseudonym(ANNA), SuppressionReason.BLOCKED, now=NOON)

    people.suppress(session, pseudonym(ANNA), SuppressionReason.COMPLAINT, now=NOON + timedelta(days=1))

    with pytest.raises(people.Complained):
        people.lift(session, pseudonym(ANNA))


def test_many_who_suppress_at_once_leave_one_row(database: Database) -> None:
    def suppress(_: int) -> None:
        with database.transaction() as session:
            people.suppress(session, pseudonym(ANNA), SuppressionReason.BLOCKED, now=NOON)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(suppress, range(8)))

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Suppression)) == 1


def add(session: Session, address: EmailAddress, *, name: str = "", language: Locale = "de") -> Person:
    return people.find_or_add_person(
        session, address, name=name, language=language, pseudonym=pseudonym, now=NOON
    )
