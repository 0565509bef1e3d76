"""The database goes away at the worst moments of a round: nobody waits for ever, and no letter is blamed for it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.db import Database, DatabaseAway
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery, Outgoing, Route, Sender
from mailer.delivery.claiming import claim_mailings
from mailer.delivery.merging import Merger, NotSent, Stencil
from tests.support.house import sqlite_copy
from tests.support.mailing import COMPOSER, a_sender, address, an_open_mailing, states
from tests.support.making import NOON
from tests.support.relay import Visit, a_relay, transport_to

PEOPLE = 8


@pytest.fixture
def database(empty_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A row is a row on each kind of database; a trigger is written most shortly here."""
    made = sqlite_copy(empty_sqlite, tmp_path)
    yield made
    made.dispose()


def test_answers_heard_together_are_all_written_down_when_the_road_cannot_be_noted(
    database: Database,
) -> None:
    """The note that the road is open again was written while the crew listened: when that failed, what else had
    been heard with it was lost, and the worker waited for ever for answers that it had."""
    an_open_mailing(database, PEOPLE)
    with database.transaction() as session:
        session.add(Route(name="relay", failures=1, code="relay_unreachable", blocked_until=None))
    with database.transaction() as session:
        refusal = "BEGIN SELECT RAISE(ABORT, 'not now'); END"
        session.execute(sa.text(f"CREATE TRIGGER held BEFORE UPDATE ON route {refusal}"))
    together = threading.Barrier(4)

    def answer(command: str, visit: Visit) -> str | None:
        if command == "dot" and visit.letters == 1 and visit.number <= 4:
            with contextlib.suppress(threading.BrokenBarrierError):  # one of them came too late
                together.wait(10)
        return None

    with a_relay(answer) as relay:
        sender = a_sender(database, transport_to(relay.port, connections=4))
        with pytest.raises(sa.exc.IntegrityError):
            sender.send_due(try_blocked=True)
        with database.transaction() as session:
            session.execute(sa.text("DROP TRIGGER held"))
        sender.send_due(try_blocked=True)

    assert relay.recipients() == sorted(address(n) for n in range(PEOPLE))
    assert states(database) == {"sent": PEOPLE}


class Interrupted:
    """Writes letters, but the database goes away while the first ones are written."""

    def __init__(self, *, times: int) -> None:
        self.times = times

    def stencil(self, session: Session, row: Delivery, *, now: datetime) -> Stencil:
        self._perhaps()
        return COMPOSER.stencil(session, row, now=now)

    def compose(self, session: Session, row: Delivery, *, now: datetime) -> Outgoing:
        self._perhaps()
        return COMPOSER.compose(session, row, now=now)

    def _perhaps(self) -> None:
        if self.times:
            self.times -= 1
            raise DatabaseAway(cause="restarted")


def test_a_letter_is_not_given_up_because_the_database_went_away_while_it_was_written(
    database: Database,
) -> None:
    an_open_mailing(database, PEOPLE)
    composer = Interrupted(times=2)

    with a_relay() as relay:
        transport = transport_to(relay.port, connections=2)
        sender = Sender(database, transport, composer, name="worker", now=lambda: NOON)
        for _ in range(2):
            with pytest.raises(DatabaseAway):
                sender.send_due()
        sender.send_due()

    assert relay.recipients() == sorted(address(n) for n in range(PEOPLE))
    assert states(database) == {"sent": PEOPLE}


def test_a_letter_that_cannot_be_written_is_told_from_a_database_that_is_away(database: Database) -> None:
    an_open_mailing(database, 1)
    away = Database("sqlite:////nowhere/at/all.db")
    with database.transaction() as session:
        (known,) = claim_mailings(session, worker="worker", limit=1, clock=NOON, now=NOON)

    with pytest.raises(DatabaseAway):
        Merger(away, COMPOSER).letter(known, now=NOON)
    known.address = EmailAddress("ü@example.org")
    with pytest.raises(NotSent, match="cannot be rendered"):
        Merger(database, COMPOSER).letter(known, now=NOON)
