"""Workers: one turns, the others stand by, and everybody says that he is alive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from mailer import jobs
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.delivery import Delivery, DeliveryState
from mailer.jobs import Heartbeat
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.waiting import wait_until
from tests.support.written import bring_in, crowd, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)


@contextmanager
def working(house: House, *, now: Callable[[], datetime] = lambda: DUE) -> Iterator[threading.Event]:
    """A worker in a thread, turning ten times a second; it ends when the block does, or when the event is set."""
    parts, stopping = house.parts, threading.Event()
    thread = threading.Thread(
        target=jobs.work,
        args=(parts.database, house.own_road(), parts.composer),
        kwargs={"now": now, "every": timedelta(seconds=0.1), "stopping": stopping},
        daemon=True,
    )
    thread.start()
    try:
        yield stopping
    finally:
        stopping.set()
        thread.join(timeout=20)
        assert not thread.is_alive()


def test_worker_sends_what_is_due_and_ends_when_asked(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue()), *crowd(2))

    with working(house):
        wait_until(lambda: len(mailbox.letters) == 2)

    assert mailbox.recipients == crowd(2)


def test_second_worker_stands_by_and_takes_over_when_the_first_ends(
    house: House, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="mailer.jobs")

    def leading() -> int:
        return sum(record.getMessage().endswith(" leads") for record in caplog.records)

    with working(house) as first:
        wait_until(lambda: leading() == 1)
        with working(house):
            bring_in(house, dialogue(), readers=crowd(1))
            wait_until(lambda: len(mailbox.letters) == 1)
            before = leading()
            first.set()
            wait_until(lambda: leading() == 2)
            bring_in(house, dialogue(), slug="handel", title="Handel", readers=["dora@example.net"])
            wait_until(lambda: len(mailbox.letters) == 2)

    assert before == 1
    assert mailbox.recipients == ["dora@example.net", "person-000@example.net"]


def test_turn_that_fails_is_logged_and_the_next_one_comes(
    house: House, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    seat(house, bring_in(house, dialogue()), *crowd(1))
    struck = iter([OSError("no clock"), OSError("still no clock")])

    def now() -> datetime:
        for problem in struck:
            raise problem
        return DUE

    with working(house, now=now):
        wait_until(lambda: len(mailbox.letters) == 1)

    told = [record.getMessage().split(" ", 1)[1] for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 2
    assert set(told) <= {"turn failed", "sending failed"}


def test_worker_asked_to_end_in_the_middle_of_a_turn_ends(house: House, mailbox: Mailbox) -> None:
    """A turn that found something wakes the sender, for which APScheduler wants a lock that its own shutdown
    holds while it waits for the turn: the worker hung until it was killed."""
    seat(house, bring_in(house, dialogue()), *crowd(1))
    asked: list[threading.Event] = []

    def now() -> datetime:
        for stopping in asked:
            stopping.set()
            time.sleep(0.8)  # longer than the worker sleeps before it looks whether to end
        return DUE

    with working(house, now=now) as stopping:
        asked.append(stopping)
        wait_until(stopping.is_set)

    assert mailbox.letters == []


def test_worker_says_that_it_is_alive_and_forgets_those_long_silent(house: House, database: Database) -> None:
    started = utcnow()
    with database.transaction() as session:
        session.add(Heartbeat(worker="long gone", seen_at=started - timedelta(days=2)))

    with working(house):
        wait_until(lambda: (seen := last_seen(database)) is not None and seen >= started)

    with database.reading() as session:
        workers = [heartbeat.worker for heartbeat in session.query(Heartbeat)]
    assert len(workers) == 1
    assert workers != ["long gone"]


def test_nobody_was_seen_where_nobody_works(database: Database) -> None:
    assert last_seen(database) is None


def test_personal_data_whose_time_has_come_is_erased_by_a_running_worker(house: House) -> None:
    seat(house, bring_in(house, dialogue()), *crowd(1))
    house.tick(datetime(2023, 6, 8, 7, 0, tzinfo=UTC))

    with working(house, now=lambda: datetime(2023, 7, 8, 7, 0, tzinfo=UTC)):
        wait_until(lambda: house.subscription(crowd(1)[0]) is None)


def test_rows_of_a_worker_that_is_gone_are_taken_over_under_their_old_ids(
    house: House, mailbox: Mailbox
) -> None:
    """What a killed worker leaves behind: a claimed row that was never on the wire, and one in doubt."""
    seat(house, bring_in(house, dialogue()), *crowd(2))
    mailbox.close()
    house.tick(DUE)
    mailbox.open()
    with house.transaction() as session:
        first, second = session.query(Delivery).order_by(Delivery.id)
        first.state, second.state = DeliveryState.CLAIMED, DeliveryState.SENDING
        first.claimed_by = second.claimed_by = "somebody-1-dead"
        first.lease_until = second.lease_until = utcnow() + timedelta(minutes=15)

    house.tick(DUE + timedelta(minutes=5))

    assert mailbox.recipients == crowd(2)
    assert [row.doubtful for row in house.deliveries()] == [0, 1]


def last_seen(database: Database) -> datetime | None:
    with database.reading() as session:
        return jobs.last_seen(session)
