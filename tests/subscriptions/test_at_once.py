"""Many at once: one person, one subscription, one welcome (threat T24)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mailer import mailings, subscriptions
from mailer.core.db import Database
from mailer.people import Person
from mailer.series import Series
from mailer.subscriptions import Consent, ConsentStep, OwedLetter, Subscription, SubscriptionState
from tests.subscriptions.asking import asked, confirmed
from tests.support.asking import ANNA
from tests.support.making import NOON, a_series, pseudonym

CROWD = 20


def test_twenty_sign_ups_of_one_address_make_one_person_and_one_subscription(database: Database) -> None:
    """On PostgreSQL the slower ones found nobody either, and broke on the unique index."""
    with database.transaction() as session:
        series_id = a_series(session).id

    at_once(CROWD, lambda session: asked(session, session.get_one(Series, series_id)), database)

    with database.reading() as session:
        assert session.scalars(select(Person.mailbox)).all() == [ANNA]
        subscription = session.scalars(select(Subscription)).one()
        assert (subscription.state, subscription.request) == (SubscriptionState.PENDING, CROWD)
        assert (subscription.owed, subscription.owed_number) == (OwedLetter.CONFIRM, CROWD)
        assert session.scalars(select(Consent.step)).all() == [ConsentStep.ASKED] * CROWD


def test_twenty_sign_ups_of_a_known_person_for_another_series_make_one_subscription(
    database: Database,
) -> None:
    with database.transaction() as session:
        confirmed(session, a_series(session))
        series_id = a_series(session, slug="werkstatt").id

    at_once(CROWD, lambda session: asked(session, session.get_one(Series, series_id)), database)

    with database.reading() as session:
        found = session.scalars(select(Subscription).where(Subscription.series_id == series_id)).one()
        assert found.request == CROWD


def test_many_who_confirm_at_once_are_welcomed_once(database: Database) -> None:
    with database.transaction() as session:
        waiting = asked(session, a_series(session)).id

    def look_and_confirm(session: Session) -> None:
        subscriptions.find_subscription(session, waiting)
        subscriptions.confirm(session, waiting, 1, now=NOON)

    at_once(4, look_and_confirm, database)

    with database.reading() as session:
        subscription = session.get_one(Subscription, waiting)
        assert (subscription.state, subscription.owed_number) == (SubscriptionState.ACTIVE, 2)
        steps = session.scalars(select(Consent.step).order_by(Consent.id)).all()
        assert steps == [ConsentStep.ASKED, ConsentStep.CONFIRMED]


def test_many_who_leave_at_once_leave_once(database: Database) -> None:
    with database.transaction() as session:
        number = confirmed(session, a_series(session)).id

    at_once(4, lambda session: subscriptions.leave(session, number, now=NOON), database)

    with database.reading() as session:
        steps = session.scalars(select(Consent.step).order_by(Consent.id)).all()
        assert steps == [ConsentStep.ASKED, ConsentStep.CONFIRMED, ConsentStep.LEFT]


def test_many_who_ask_for_their_link_at_once_are_owed_one_letter(database: Database) -> None:
    with database.transaction() as session:
        number = confirmed(session, a_series(session)).id

    at_once(4, lambda session: subscriptions.ask_link(session, ANNA, pseudonym=pseudonym, now=NOON), database)

    with database.reading() as session:
        subscription = session.get_one(Subscription, number)
        assert (subscription.owed, subscription.owed_number) == (OwedLetter.ALREADY, 3)


def test_leaving_and_confirming_at_once_ends_in_one_of_both_orders(database: Database) -> None:
    with database.transaction() as session:
        waiting = asked(session, a_series(session)).id

    at_once(
        2,
        lambda session: subscriptions.leave(session, waiting, now=NOON),
        database,
        lambda session: subscriptions.confirm(session, waiting, 1, now=NOON),
    )

    with database.reading() as session:
        steps = session.scalars(select(Consent.step).order_by(Consent.id)).all()
        assert steps in (
            [ConsentStep.ASKED, ConsentStep.LEFT],
            [ConsentStep.ASKED, ConsentStep.CONFIRMED, ConsentStep.LEFT],
        )
        assert session.get_one(Subscription, waiting).state is SubscriptionState.LEFT


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_leaves_does_not_stand_in_the_way_of_a_mailing_that_opens(database: Database) -> None:
    """Each waited for the other: she held her row and wanted the series, the mailing the other way round."""
    with database.transaction() as session:
        series = a_series(session)
        number, series_id = confirmed(session, series).id, series.id

    with database.transaction() as opening, database.transaction() as leaving:
        opening.execute(text("SET LOCAL lock_timeout = '2s'"))
        mailings.lock_series(opening, opening.get_one(Series, series_id))
        subscriptions.resume(leaving, number)
        checked = opening.scalar(text("SELECT id FROM subscription FOR KEY SHARE"))

    assert checked == number, "what a row that points at a subscription asks of it (a foreign key's check)"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_leaves_does_not_wait_for_a_mailing_that_opens(database: Database) -> None:
    """RFC 8058's one click is answered at once, however many rows are just being written."""
    with database.transaction() as session:
        series = a_series(session)
        number, series_id = confirmed(session, series).id, series.id

    with database.transaction() as opening:
        mailings.lock_series(opening, opening.get_one(Series, series_id))
        with database.transaction() as leaving:
            leaving.execute(text("SET LOCAL lock_timeout = '2s'"))
            left = subscriptions.leave(leaving, number, now=NOON)

    assert left is not None
    assert left.state is SubscriptionState.LEFT


def at_once(
    count: int,
    act: Callable[[Session], object],
    database: Database,
    otherwise: Callable[[Session], object] | None = None,
) -> None:
    """Let ``count`` threads begin together, each in a transaction of its own; every second does ``otherwise``."""
    together = Barrier(count)

    def take_part(number: int) -> None:
        together.wait()
        with database.transaction() as session:
            (otherwise if otherwise and number % 2 else act)(session)

    with ThreadPoolExecutor(count) as crowd:
        list(crowd.map(take_part, range(count)))
