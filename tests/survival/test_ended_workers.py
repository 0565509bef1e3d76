"""A worker that dies loses nothing, and doubles at most one letter a connection; one that is asked to end, none."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mailer.core.db import Base, Database
from mailer.delivery import Delivery
from tests.support.mailing import a_sender, address, an_open_mailing, states
from tests.support.relay import Relay, Visit, a_relay, transport_to
from tests.support.soaking import so_many
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = so_many(240, 5000)
ENDS = so_many(2, 50)
CONNECTIONS = 4
PACE = 0.002
"""Seconds the relay thinks about each letter: a mailing must last for many ends."""

WORKER = """
import sys, threading, signal
from mailer.core.db import Base, Database
from mailer.core.leases import lease
from tests.support.mailing import a_sender
from tests.support.relay import transport_to
url, port, connections = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())
database = Database(url)
name = f"doomed-{__import__('os').getpid()}"
alive = lease(database, f"worker-{name}")
alive.acquire()
a_sender(database, transport_to(port, connections=connections), name=name, stopped=stopping.is_set).send_due()
alive.release()
"""


def a_worker(database: Database, relay: Relay) -> subprocess.Popen[bytes]:
    url = database.url.render_as_string(hide_password=False)
    arguments = [sys.executable, "-c", WORKER, url, str(relay.port), str(CONNECTIONS)]
    return subprocess.Popen(arguments, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def think(command: str, _visit: Visit) -> str | None:
    if command == "dot":
        time.sleep(PACE)
    return None


@dataclass
class Fate:
    """A relay that ends the worker it talks to, at a moment of its own: nobody is quick enough from outside."""

    number: signal.Signals
    chance: random.Random
    letters_left: float = math.inf
    worker: subprocess.Popen[bytes] | None = None
    struck: threading.Event = field(default_factory=threading.Event)

    def answer(self, command: str, visit: Visit) -> str | None:
        if command == "dot":
            self.letters_left -= 1
        if self.letters_left <= 0 and self.worker is not None and not self.struck.is_set():
            time.sleep(self.chance.random() * PACE)
            self.worker.send_signal(self.number)
            self.struck.set()
        return think(command, visit)

    def strike(self, worker: subprocess.Popen[bytes], *, after: int) -> None:
        """Let the worker live for so many letters more."""
        self.struck.clear()
        self.worker, self.letters_left = worker, after
        wait_until(self.struck.is_set)
        worker.wait(30)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_ended_at_random_moments_leave_nobody_out(database: Database, number: signal.Signals) -> None:
    an_open_mailing(database, PEOPLE)
    chance = random.Random(f"{number.name} {database.engine.dialect.name}")  # noqa: S311  # the same each time

    fate = Fate(number, chance)

    with a_relay(fate.answer) as relay:
        for end in range(ENDS):
            left = PEOPLE - len(relay.received)
            fate.letters_left = math.inf
            after = chance.randrange(1, max(2, left // (ENDS - end + 1)))
            fate.strike(a_worker(database, relay), after=after)
            check_what_is_left(database, relay, doubles=CONNECTIONS * (end + 1), number=number)
        struck_at, fate.letters_left = len(relay.received), math.inf
        a_sender(database, transport_to(relay.port, connections=CONNECTIONS)).send_due()

    arrived = Counter(letter.recipient for letter in relay.received)
    assert struck_at < PEOPLE, "every worker was ended before it was done"
    assert sorted(arrived) == sorted(address(n) for n in range(PEOPLE))
    assert states(database) == {"sent": PEOPLE}
    doubles = len(relay.received) - PEOPLE
    assert doubles <= (ENDS * CONNECTIONS if number is signal.SIGKILL else 0)
    assert len({(letter.recipient, letter.message_id) for letter in relay.received}) == PEOPLE
    with database.reading() as session:
        assert doubles <= sum(row.doubtful for row in session.query(Delivery))


def check_what_is_left(database: Database, relay: Relay, *, doubles: int, number: signal.Signals) -> None:
    """After each end: no row is lost, at most one a connection is in doubt, none after an orderly end."""
    counts = states(database)
    assert sum(counts.values()) == PEOPLE
    assert len(relay.received) - len(set(relay.recipients())) <= doubles
    if number is signal.SIGKILL:
        assert counts.get("sending", 0) <= CONNECTIONS
    else:
        assert set(counts) <= {"sent", "queued"}
        assert counts["sent"] == len(relay.received)


def test_two_then_four_workers_together_send_nothing_twice(database: Database) -> None:
    an_open_mailing(database, PEOPLE)

    with a_relay(think) as relay:
        workers = [a_worker(database, relay) for _ in range(2)]
        wait_until(lambda: len(relay.received) >= PEOPLE // 4)
        workers += [a_worker(database, relay) for _ in range(2)]
        statuses = [worker.wait(600) for worker in workers]

    assert statuses == [0] * 4
    assert relay.recipients() == sorted(address(n) for n in range(PEOPLE))
    assert states(database) == {"sent": PEOPLE}


def test_the_share_of_a_killed_worker_is_taken_up_within_30_seconds(shared: Database) -> None:
    an_open_mailing(shared, PEOPLE)

    with a_relay(think) as relay:
        doomed, other = a_worker(shared, relay), a_worker(shared, relay)
        wait_until(lambda: len(relay.visits) > CONNECTIONS)
        doomed.kill()
        doomed.wait(30)
        killed_at = time.monotonic()
        status = other.wait(600)
        a_sender(shared, transport_to(relay.port), name="last").send_due()
        taken_up_in = time.monotonic() - killed_at - PEOPLE * PACE

    assert status == 0
    assert taken_up_in < 30
    assert set(relay.recipients()) == {address(n) for n in range(PEOPLE)}
    assert len(relay.received) <= PEOPLE + CONNECTIONS
    assert states(shared) == {"sent": PEOPLE}


@pytest.fixture
def shared(postgresql_url: str) -> Iterator[Database]:
    """A PostgreSQL that many workers share."""
    made = Database(postgresql_url)
    yield made
    with made.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    made.dispose()
