"""Two clicks, two workers, a worker and a newcomer: whoever is slower changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import delivery, mailings
from mailer.core.db import Database
from mailer.delivery import Delivery
from mailer.mailings import Mailing, MailingKind
from mailer.series import get_event, get_series
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import REMINDER, berlin, rules_for
from tests.support.ticking import a_newcomer

START = berlin("2023-04-27 17:00")
DUE = berlin("2023-04-26 09:00")


@pytest.fixture
def house(database: Database) -> Database:
    """A series with one dialogue, one rule and one subscriber, for whom the reminder is due."""
    with database.transaction() as session:
        series = a_series(session)
        rules_for(session, series, REMINDER)
        an_event(session, series, starts_at=START)
        a_subscription(session, series)
    return database


def at_once(house: Database, *steps: Callable[[Session], object]) -> list[object]:
    """What each step answers in a transaction and a thread of its own, all begun at one moment."""
    gate = Barrier(len(steps), timeout=10)

    def run(step: Callable[[Session], object]) -> object:
        gate.wait()
        with house.transaction() as session:
            return step(session)

    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(run, steps))


def letters(house: Database) -> Counter[str]:
    with house.reading() as session:
        return Counter(session.scalars(select(Delivery.kind)))


def test_double_click_at_one_moment_is_one_mailing(house: Database) -> None:
    """The slower of two requests with one key broke on the unique key."""

    def click(session: Session) -> int:
        series = get_series(session, "wandel")
        event = get_event(session, series, "boden")
        kind = MailingKind.REMINDER
        return mailings.release(session, series, event, kind=kind, key="k", again=True, now=DUE).id

    ids = at_once(house, click, click)

    assert ids == [ids[0]] * 2


def test_two_workers_plan_a_reminder_once(house: Database) -> None:
    written = at_once(house, *[lambda session: mailings.plan(session, now=DUE)] * 3)

    with house.reading() as session:
        kinds = list(session.scalars(select(Mailing.kind)))
    assert (sorted(map(str, written)), kinds) == (["0", "0", "1"], [MailingKind.REMINDER])


def test_two_workers_open_a_mailing_once(house: Database) -> None:
    with house.transaction() as session:
        mailings.plan(session, now=DUE)

    at_once(house, *[lambda session: delivery.open_mailings(session, now=DUE)] * 3)

    assert letters(house) == {"reminder": 1}


def test_mailing_and_welcome_at_one_moment_tell_the_newcomer_once(house: Database) -> None:
    with house.transaction() as session:
        a_newcomer(session, get_series(session, "wandel"), "neu@example.net", now=DUE)
        mailings.plan(session, now=DUE)

    at_once(
        house,
        lambda session: delivery.open_mailings(session, now=DUE),
        lambda session: delivery.open_letters(session, now=DUE),
    )

    assert letters(house) == {"reminder": 1, "welcome": 1}
