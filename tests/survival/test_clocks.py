"""The machine's clock is put forward and back in the middle of a mailing: everybody gets one letter, and soon."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from mailer import jobs
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.core.leases import lease
from mailer.delivery import Delivery, DeliveryState, Manner
from mailer.delivery.recovering import Recovery
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.mailing import an_open_mailing, states
from tests.support.waiting import wait_until
from tests.support.written import bring_in, crowd, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERYBODY = crowd(45)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox(delay=0.02)
    made.open()
    yield made
    made.close()


@pytest.mark.parametrize("manner", [Manner(), Manner(rate=40)], ids=["as fast as it goes", "at a rate"])
def test_a_clock_put_forward_and_back_sends_nothing_twice_and_stops_nothing(
    house: House, mailbox: Mailbox, manner: Manner
) -> None:
    seat(house, bring_in(house, dialogue()), *EVERYBODY)
    parts, stopping = house.parts, threading.Event()

    with time_machine.travel(DUE + 2 * HOUR, tick=True) as clock:
        worker = threading.Thread(
            target=jobs.work,
            args=(parts.database, house.own_road(), parts.composer),
            kwargs={"now": utcnow, "every": timedelta(seconds=0.1), "stopping": stopping, "manner": manner},
        )
        worker.start()
        try:
            wait_until(lambda: len(mailbox.letters) >= 10)
            clock.shift(HOUR)
            wait_until(lambda: len(mailbox.letters) >= 30)
            clock.shift(-2 * HOUR)
            wait_until(lambda: len(mailbox.letters) >= len(EVERYBODY))
            clock.shift(HOUR)
            bring_in(house, dialogue(), slug="handel", title="Handel", readers=["dora@example.net"])
            wait_until(lambda: mailbox.to("dora@example.net"))
        finally:
            stopping.set()
            worker.join(30)

    assert set(Counter(mailbox.recipients).values()) == {1}
    assert {row.doubtful for row in house.deliveries()} == {0}


def test_a_clock_put_forward_takes_no_row_from_a_worker_that_lives(database: Database) -> None:
    """Its claims have run out by that clock, but it holds its lease: only who is silent for minutes is gone."""
    an_open_mailing(database, 3)
    alive = lease(database, "worker-alive")
    alive.acquire()
    with database.transaction() as session:
        for row in session.query(Delivery):
            row.state, row.claimed_by = DeliveryState.CLAIMED, "alive"
            row.lease_until = utcnow() + timedelta(minutes=15)
    other = Recovery(database, worker="other", hold=False)

    while_it_lives = [other.put_back(clock=utcnow() + HOUR) for _ in range(2)]
    alive.release()
    once_it_is_gone = other.put_back(clock=utcnow())

    assert while_it_lives == [0, 0]
    assert once_it_is_gone == 3
    assert states(database) == {"queued": 3}
