"""A worker that dies in the middle of a mailing leaves nobody out, and at most one letter in doubt."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.waiting import wait_until
from tests.support.written import bring_in, crowd, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
EVERYBODY = crowd(200)
MIDDLE = 40
"""Letters after which the worker is struck."""


@pytest.fixture(autouse=True)
def _list(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue()), *EVERYBODY)
    house.environ["MAIL_CONNECTIONS"] = "1"
    mailbox.delay = 0.01


@contextmanager
def a_worker(house: House, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker whose clock starts when the reminder is due."""
    process = house.start("worker", "--now", DUE.isoformat(), log=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_worker_asked_to_stop_finishes_the_letter_in_flight_and_returns(
    house: House, mailbox: Mailbox, tmp_path: Path
) -> None:
    with a_worker(house, tmp_path / "log") as worker:
        wait_until(lambda: len(mailbox.letters) >= MIDDLE)
        worker.send_signal(signal.SIGTERM)
        status = worker.wait(timeout=20)
    stopped_at = len(mailbox.letters)
    states = Counter(row.state.value for row in house.deliveries())
    mailbox.delay = 0

    house.tick(DUE + timedelta(minutes=2))

    assert status == 0
    assert states == {"sent": stopped_at, "queued": 200 - stopped_at}
    assert mailbox.recipients == EVERYBODY


def test_worker_killed_in_the_middle_is_replaced_by_the_one_that_stood_by(
    house: House, mailbox: Mailbox, tmp_path: Path
) -> None:
    """The kernel or the server frees a dead worker's lease: what it held is told from what a living one holds."""
    logs = [tmp_path / "first", tmp_path / "second"]
    with a_worker(house, logs[0]) as first, a_worker(house, logs[1]) as second:
        wait_until(lambda: len(mailbox.letters) >= MIDDLE)
        leader, deputy = (first, second) if " leads" in logs[0].read_text() else (second, first)
        leader.kill()
        leader.wait()
        mailbox.delay = 0
        wait_until(lambda: set(mailbox.recipients) == set(EVERYBODY))
        deputy.send_signal(signal.SIGTERM)
        status = deputy.wait(timeout=20)
    house.tick(DUE + timedelta(minutes=10))

    doubles = [address for address, count in Counter(mailbox.recipients).items() if count > 1]
    ids = {letter.message_id for letter in mailbox.letters}
    in_doubt = sum(row.doubtful for row in house.deliveries())
    assert status == 0
    assert len(doubles) <= 1
    assert len(mailbox.letters) == 200 + len(doubles)
    assert len(ids) == 200
    assert in_doubt <= 1
    assert house.states() == dict.fromkeys(EVERYBODY, "sent")
