"""How many a mail reaches, counted for all mails of a series at once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from mailer import mailings
from tests.support.counting import queries
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import tick

NOW = berlin("2023-04-01 12:00")
START = berlin("2023-04-27 17:00")


def queries_of(session: Session, dialogues: int) -> int:
    """How many queries the plan of a series with so many dialogues takes."""
    series = a_series(session, slug=f"series-{dialogues}")
    rules_for(session, series)
    for number in range(dialogues):
        starts_at = START + timedelta(days=number)
        an_event(session, series, slug=f"d{number}", starts_at=starts_at, uid=f"{dialogues}-{number}@x.org")
    a_subscription(session, series)
    session.flush()
    session.expire_all()
    with queries(session) as asked:
        found = mailings.upcoming_mailings(session, series, now=NOW)
    assert len(found) == 2 * dialogues + 1
    return len(asked)


def test_plan_takes_as_many_queries_for_many_dialogues_as_for_one(session: Session) -> None:
    assert queries_of(session, 150) == queries_of(session, 1)


def test_plan_tells_how_many_read_which_language(session: Session) -> None:
    series = a_series(session)
    rules_for(session, series)
    an_event(session, series, starts_at=START)
    a_subscription(session, series)
    a_subscription(session, series, "ben@example.net", language="en")
    a_subscription(session, series, "cem@example.net")

    planned = mailings.upcoming_mailings(session, series, now=NOW)

    assert [dict(one.languages) for one in planned] == [{"de": 2, "en": 1}] * 3


def test_opened_mailing_keeps_how_many_letters_are_in_which_language(session: Session) -> None:
    series = a_series(session)
    rules_for(session, series)
    an_event(session, series, starts_at=START)
    a_subscription(session, series)
    a_subscription(session, series, "ben@example.net", language="en")

    tick(session, now=berlin("2023-04-13 09:00"))

    (mailing,) = mailings.list_mailings(session, series)
    assert mailing.languages == {"de": 1, "en": 1}


def test_nobody_counts_twice_who_was_told_already(session: Session) -> None:
    series = a_series(session)
    rules_for(session, series)
    event = an_event(session, series, starts_at=START)
    a_subscription(session, series)
    mailings.release(session, series, event, kind=mailings.MailingKind.REMINDER, key="k", now=NOW)
    tick(session, now=NOW)
    a_subscription(session, series, "ben@example.net", language="en")

    planned = mailings.upcoming_mailings(session, series, now=NOW)

    assert [(one.kind.value, dict(one.languages)) for one in planned] == [
        ("info", {"de": 1, "en": 1}),
        ("reminder", {"en": 1}),
        ("farewell", {"de": 1, "en": 1}),
    ]
