"""Relays that take their time, refuse at random, or turn everybody away once: each letter arrives, and arrives once."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa

from mailer.core.db import Database
from mailer.delivery import Delivery, DeliveryState
from mailer.mailings import Mailing, MailingState
from tests.support.mailing import a_sender, address, an_open_mailing, states, the_row
from tests.support.making import NOON
from tests.support.relay import CUT, Visit, a_relay, transport_to
from tests.support.soaking import so_many

BEFORE_THE_DOT = so_many(1, 30)
"""Seconds of patience for every other answer (MAIL_TIMEOUT)."""

SLOW = so_many(2, 90)
"""Seconds this relay thinks about a letter: more than the patience for anything else."""

PEOPLE = so_many(120, 2000)


def test_an_answer_to_the_dot_that_takes_long_is_waited_for(database: Database) -> None:
    an_open_mailing(database, 2)

    def answer(command: str, visit: Visit) -> str | None:
        if command == "dot" and visit.recipient == address(0):
            time.sleep(SLOW)
        return None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port, timeout=BEFORE_THE_DOT)).send_due()

    assert relay.recipients() == [address(0), address(1)]
    assert states(database) == {"sent": 2}
    with database.reading() as session:
        assert the_row(session, 0).doubtful == 0


def test_an_answer_to_the_dot_that_never_comes_leaves_the_letter_in_doubt(database: Database) -> None:
    """The limit is ten minutes; here another one is handed to the transport."""
    an_open_mailing(database, 2)
    silent: list[str] = []

    def answer(command: str, visit: Visit) -> str | None:
        if command == "dot" and visit.recipient == address(0) and not silent:
            silent.append(visit.message_id)
            time.sleep(4)
        return None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port, timeout=30, after_the_dot=0.5)).send_due()

    assert states(database) == {"sent": 2}
    with database.reading() as session:
        assert the_row(session, 0).doubtful == 1
    ids = {letter.message_id for letter in relay.received if letter.recipient == address(0)}
    assert ids == set(silent)


def test_a_relay_that_answers_at_random_gets_every_letter_it_does_not_refuse_for_good(
    database: Database,
) -> None:
    an_open_mailing(database, PEOPLE)
    chance = random.Random(7)  # noqa: S311  # the same moments each time
    refused: Counter[str] = Counter()

    def answer(command: str, visit: Visit) -> str | None:
        if command not in ("mail", "rcpt", "data", "dot") or chance.random() > 0.12:
            return None
        if command == "mail":
            return chance.choice(["451 4.3.0 later", "421 4.3.2 shutting down", CUT])
        said = chance.choice(["450 4.2.0 later", "452 4.3.1 full", "550 5.1.1 unknown", "554 5.6.0 no", CUT])
        if said.startswith("5"):
            refused[visit.recipient] += 1
        return said

    with a_relay(answer) as relay:
        until_nothing_waits(database, relay.port)

    counts = states(database)
    assert set(counts) == {"sent", "failed"}
    assert sum(counts.values()) == PEOPLE
    with database.reading() as session:
        rows = session.scalars(sa.select(Delivery)).all()
        arrived = Counter(letter.recipient for letter in relay.received)
        for row in rows:
            times = arrived[str(row.address)]
            assert times <= 1 + row.doubtful
            assert row.state is DeliveryState.FAILED or times >= 1
            assert row.state is DeliveryState.SENT or row.reason == "given up" or refused[str(row.address)]
        assert session.scalars(sa.select(Mailing)).one().state is not MailingState.PAUSED
    assert len({(letter.recipient, letter.message_id) for letter in relay.received}) == len(arrived)


def test_a_relay_that_turns_everybody_away_once_gets_everything_at_the_second_try(
    database: Database,
) -> None:
    an_open_mailing(database, PEOPLE)
    known: set[str] = set()

    def answer(command: str, visit: Visit) -> str | None:
        if command == "rcpt" and visit.recipient not in known:
            known.add(visit.recipient)
            return "451 4.7.1 Greylisting in action, please come back in 00:05:00"
        return None

    with a_relay(answer) as relay:
        first = a_sender(database, transport_to(relay.port)).send_due()
        too_soon = a_sender(database, transport_to(relay.port), now=NOON + timedelta(minutes=4)).send_due()
        a_sender(database, transport_to(relay.port), now=NOON + timedelta(minutes=6)).send_due()

    assert (first.settled, first.relay_away) == ({"deferred": PEOPLE}, False)
    assert too_soon.settled == {}
    assert relay.recipients() == sorted(address(n) for n in range(PEOPLE))
    assert states(database) == {"sent": PEOPLE}


def until_nothing_waits(database: Database, port: int) -> None:
    """Send round after round, each by the clock of the letter that is due next; a closed road is tried at once."""
    now: datetime | None = NOON
    transport = transport_to(port)
    while now is not None:
        a_sender(database, transport, now=now).send_due(try_blocked=True)
        with database.reading() as session:
            due = session.scalar(sa.select(sa.func.min(Delivery.next_at)).where(Delivery.done_at.is_(None)))
        now = None if due is None else max(now, due)
