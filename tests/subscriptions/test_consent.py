"""The proof of consent: what was agreed to and when, added to and never changed, without a name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.types import EmailAddress
from mailer.subscriptions import Consent, ConsentStep
from tests.subscriptions.asking import asked, confirmed, end
from tests.support.asking import ANNA, ask
from tests.support.making import NOON, a_series, a_subscription, pseudonym

DAY = timedelta(days=1)


def test_each_step_is_noted_with_its_moment_and_the_wording_agreed_to(session: Session) -> None:
    series = a_series(session)
    waiting = asked(session, series)
    subscriptions.confirm(session, waiting.id, 1, now=NOON + DAY)
    subscriptions.leave(session, waiting.id, now=NOON + 2 * DAY)
    ask(session, series, wording="2027-01/en", now=NOON + 3 * DAY)
    subscriptions.confirm(session, waiting.id, 2, now=NOON + 4 * DAY)
    end(session, series, now=NOON + 5 * DAY)

    assert [(row["step"], row["wording"], row["at"] - NOON) for row in rows(session)] == [
        (ConsentStep.ASKED, "2026-11/de", 0 * DAY),
        (ConsentStep.CONFIRMED, "", 1 * DAY),
        (ConsentStep.LEFT, "", 2 * DAY),
        (ConsentStep.ASKED, "2027-01/en", 3 * DAY),
        (ConsentStep.CONFIRMED, "", 4 * DAY),
        (ConsentStep.ENDED, "", 5 * DAY),
    ]


def test_an_import_is_noted_with_its_evidence(session: Session) -> None:
    a_subscription(session, a_series(session), now=NOON - 100 * DAY)

    (row,) = rows(session)
    assert (row["step"], row["evidence"], row["at"]) == (ConsentStep.IMPORTED, "test", NOON - 100 * DAY)


def test_a_later_step_changes_no_earlier_one(session: Session) -> None:
    series = a_series(session)
    subscription = confirmed(session, series)
    before = rows(session)

    ask(session, series, now=NOON + DAY)
    subscriptions.bounce(session, subscription.id, now=NOON + DAY)
    asked(session, series, now=NOON + 2 * DAY)
    subscriptions.leave(session, subscription.id, now=NOON + 3 * DAY)

    assert rows(session)[: len(before)] == before


def test_the_person_stands_there_as_a_keyed_hash_only(session: Session) -> None:
    series = a_series(session)
    confirmed(session, series, EmailAddress("Anna@example.net"), name="Anna Beispiel")
    end(session, series, now=NOON + DAY)

    kept = [value for row in rows(session) for value in row.values() if isinstance(value, str)]
    assert [text for text in kept if "@" in text or "anna" in text.lower()] == []
    assert {row["pseudonym"] for row in rows(session)} == {pseudonym(ANNA)}


def test_todays_wording_says_what_it_is_in_both_languages() -> None:
    versions = [subscriptions.consent_wording(language)[0] for language in ("de", "en")]
    texts = [subscriptions.consent_wording(language)[1] for language in ("de", "en")]

    assert versions == ["2026-11/de", "2026-11/en"]
    assert ["E-Mail" in texts[0], "e-mail" in texts[1]] == [True, True]
    assert ["mit einem Klick abbestellen" in texts[0], "with one click" in texts[1]] == [True, True]


def rows(session: Session) -> list[dict[str, Any]]:
    found = session.execute(select(*Consent.__table__.columns).order_by(Consent.id))
    return [dict(row._mapping) for row in found]
