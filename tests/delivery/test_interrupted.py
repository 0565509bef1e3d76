"""A worker that dies loses nothing, and doubles at most one letter a connection."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from mailer.core.db import Database
from tests.support.mailing import a_sender, address, an_open_mailing, states
from tests.support.relay import Relay, a_relay, transport_to

ROOT = Path(__file__).resolve().parents[2]
PEOPLE, CONNECTIONS = 400, 4

WORKER = """
import sys, threading, signal
from mailer.core.db import Database
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


def until(relay: Relay, letters: int) -> None:
    deadline = time.monotonic() + 30
    while len(relay.received) < letters and time.monotonic() < deadline:
        time.sleep(0.002)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_ended_in_the_middle_leaves_nobody_out(database: Database, number: signal.Signals) -> None:
    an_open_mailing(database, PEOPLE)
    ends = (20, 150)

    with a_relay() as relay:
        for letters in ends:
            worker = a_worker(database, relay)
            until(relay, letters)
            worker.send_signal(number)
            worker.wait(30)
        a_sender(database, transport_to(relay.port, connections=CONNECTIONS)).send_due()

    arrived = Counter(letter.recipient for letter in relay.received)
    assert sorted(arrived) == sorted(address(n) for n in range(PEOPLE))
    assert states(database) == {"sent": PEOPLE}
    doubles = len(relay.received) - PEOPLE
    assert doubles <= (len(ends) * CONNECTIONS if number is signal.SIGKILL else 0)
    assert len({(letter.recipient, letter.message_id) for letter in relay.received}) == PEOPLE
