"""Who was not known takes the short way to the same rows as everybody else."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer import people
from mailer.core.types import EmailAddress
from mailer.people import Person, SuppressionReason
from mailer.subscriptions import Consent, Subscription
from tests.support.asking import ANNA, ask
from tests.support.making import NOON, a_series, pseudonym

BERTA = EmailAddress("Berta@example.net")


def columns(row: Any, *but: str) -> dict[str, object]:
    names = [column.key for column in sa.inspect(type(row)).columns]
    return {name: getattr(row, name) for name in names if name not in ("id", *but)}


def test_a_newcomers_request_reads_like_that_of_somebody_known(session: Session) -> None:
    """Her person is there already when a series nobody knows her from is asked for."""
    series, before = a_series(session), a_series(session, slug="before")
    known = people.find_or_add_person(session, BERTA, name="", language="en", pseudonym=pseudonym, now=NOON)

    new = ask(session, series, ANNA, name="Anna Ärmel", language="en", wording="2026-11/de")
    old = ask(session, series, BERTA, name="Anna Ärmel", language="en", wording="2026-11/de")
    assert new is not None
    assert old is not None

    assert columns(new, "person_id") == columns(old, "person_id")
    named = ("address", "mailbox", "pseudonym")
    assert columns(new.person, *named) == columns(known, *named)
    assert (new.person.address, new.person.mailbox) == (ANNA, "anna@example.net")
    first, second = session.scalars(sa.select(Consent).order_by(Consent.id)).all()
    assert columns(first, "pseudonym") == columns(second, "pseudonym")
    assert (first.pseudonym, second.pseudonym) == (pseudonym(ANNA), pseudonym(BERTA))
    assert before.id not in {new.series_id, old.series_id}


def test_two_spellings_of_a_newcomer_are_one_person(session: Session) -> None:
    series = a_series(session)

    first = ask(session, series, EmailAddress("Anna@example.net"))
    second = ask(session, series, EmailAddress("ANNA@example.net"))

    assert first is second
    assert session.scalars(sa.select(Person.address)).all() == ["Anna@example.net"]


def test_nothing_is_written_for_a_suppressed_newcomer(session: Session) -> None:
    series = a_series(session)
    people.suppress(session, pseudonym(ANNA), SuppressionReason.COMPLAINT, now=NOON)

    assert ask(session, series, ANNA) is None

    written = [
        session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (Person, Subscription, Consent)
    ]
    assert written == [0, 0, 0]
