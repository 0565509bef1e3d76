"""The database fails in the middle of a mailing: nothing is lost, and the worker says what to do and goes on."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from mailer import jobs
from mailer.core import i18n
from mailer.core.db import Database, DiskFull
from tests.support.cluster import Cluster, running_cluster
from tests.support.house import House, open_house, sqlite_copy
from tests.support.mailbox import Mailbox
from tests.support.mailing import COMPOSER, a_sender, address, an_open_mailing, states
from tests.support.making import NOON
from tests.support.relay import a_relay, transport_to
from tests.support.soaking import so_many
from tests.support.waiting import wait_until
from tests.support.written import bring_in, crowd, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
PEOPLE = so_many(150, 900)
CRASHES = so_many(2, 20)
CONNECTIONS = 4
LENGTHY = f"250 2.0.0 ok: queued as {'4FQ2' * 50}"
"""An answer to the dot that takes room."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as made:
        yield made


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox(delay=0.03)
    made.open()
    yield made
    made.close()


@pytest.fixture
def house(cluster: Cluster, mailbox: Mailbox, tmp_path: Path) -> Iterator[House]:
    database = Database(cluster.url)
    database.upgrade()
    yield open_house(database, mailbox, tmp_path)
    database.dispose()


def test_a_postgresql_that_crashes_and_comes_back_costs_nobody_a_letter(
    house: House, mailbox: Mailbox, cluster: Cluster, tmp_path: Path
) -> None:
    everybody = crowd(PEOPLE)
    seat(house, bring_in(house, dialogue()), *everybody)
    log = tmp_path / "log"

    worker = house.start("worker", "--now", DUE.isoformat(), log=log)
    try:
        for crash in range(CRASHES):
            wait_until(lambda at=(crash + 1) * PEOPLE // (CRASHES + 2): len(mailbox.letters) >= at)  # type: ignore[misc]
            cluster.crash()
            cluster.start()
        wait_until(lambda: set(mailbox.recipients) == set(everybody))
        worker.send_signal(signal.SIGTERM)
        status = worker.wait(timeout=30)
    finally:
        worker.kill()
        worker.wait()
    house.database.dispose()
    house.tick(datetime(2023, 5, 24, 8, 0, tzinfo=UTC))

    doubles = len(mailbox.letters) - PEOPLE
    assert status == 0
    assert house.states() == dict.fromkeys(everybody, "sent")
    assert doubles <= CRASHES * CONNECTIONS
    assert len({letter.message_id for letter in mailbox.letters}) == PEOPLE
    assert "Traceback" not in log.read_text()


class Limited:
    """An SQLite that may not grow: what a full disk says, without one."""

    def __init__(self, database: Database) -> None:
        self.pages = 0
        self._database = database
        event.listen(database.engine, "checkout", self._limit)

    def no_more_than(self, extra: int) -> None:
        with self._database.reading() as session:
            self.pages = (session.scalar(sa.text("PRAGMA page_count")) or 0) + extra

    def as_much_as_it_likes(self) -> None:
        self.pages = 0

    def _limit(self, connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {self.pages or 1_000_000}")


@pytest.fixture
def database(empty_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    made = sqlite_copy(empty_sqlite, tmp_path)
    yield made
    made.dispose()


def test_a_full_disk_is_named_and_loses_and_doubles_nothing(database: Database) -> None:
    """What the relay took meanwhile is written down as soon as there is room."""
    an_open_mailing(database, PEOPLE)
    limited = Limited(database)
    limited.no_more_than(3)

    with a_relay(lambda command, _: LENGTHY if command == "dot" else None) as relay:
        sender = a_sender(database, transport_to(relay.port), patience=0)
        with pytest.raises(DiskFull) as full:
            sender.send_due()
        while_full = len(relay.received)
        with pytest.raises(DiskFull):
            sender.send_due()
        limited.as_much_as_it_likes()
        sender.send_due()

    assert 0 < while_full < PEOPLE
    assert "Make room" in i18n.translator("en").sentence(full.value)
    assert relay.recipients() == sorted(address(n) for n in range(PEOPLE))
    assert states(database) == {"sent": PEOPLE}


def test_a_worker_goes_on_by_itself_when_there_is_room_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    an_open_mailing(database, PEOPLE)
    limited = Limited(database)
    limited.no_more_than(0)

    with a_relay() as relay, a_worker(database, relay.port):
        wait_until(lambda: "disk_full: The disk is full" in caplog.text)
        limited.as_much_as_it_likes()
        wait_until(lambda: len(relay.received) == PEOPLE)

    assert Counter(relay.recipients()) == Counter(address(n) for n in range(PEOPLE))
    assert "Traceback" not in caplog.text


@contextmanager
def a_worker(database: Database, port: int) -> Iterator[None]:
    """`flask worker` in a thread, by a clock that stands."""
    stopping = threading.Event()
    thread = threading.Thread(
        target=jobs.work,
        args=(database, transport_to(port), COMPOSER),
        kwargs={"now": lambda: NOON, "every": timedelta(seconds=0.1), "stopping": stopping},
    )
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(60)
