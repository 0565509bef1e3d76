"""A worker process: one name, one lease, one clockwork."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mailer import delivery
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.core.lease import lease
from mailer.delivery import Composer, Manner, Sender, Tally, Transport
from mailer.jobs.models import Heartbeat
from mailer.jobs.steps import TIDYING, catch_up, prepare

log = logging.getLogger(__name__)

BEAT_EVERY = timedelta(seconds=10)
TIDY_EVERY = timedelta(minutes=10)
SILENT_FOR = timedelta(days=1)
"""A worker not heard of for this long is dropped from the list."""


def start(turn: Callable[[], None], *, every: timedelta) -> BackgroundScheduler:
    """Start turning. Turns never overlap (``max_instances=1``) and missed ones are not made up
    (``coalesce``): a turn reads state, so one late turn does the work of all."""
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        turn,
        "interval",
        seconds=every.total_seconds(),
        next_run_time=utcnow(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    return scheduler


def last_seen(session: Session) -> datetime | None:
    """When any worker last turned; None when none ever did."""
    return session.scalar(select(func.max(Heartbeat.seen_at)))


def beat(database: Database, worker: str) -> None:
    """Say that this worker is alive."""
    now = utcnow()
    with database.transaction() as session:
        session.merge(Heartbeat(worker=worker, seen_at=now))
        session.execute(delete(Heartbeat).where(Heartbeat.seen_at < now - SILENT_FOR))


def work_once(
    database: Database, transport: Transport, composer: Composer, *, manner: Manner, now: datetime
) -> Tally:
    """Do and send everything that is due at ``now``, also beside a running worker."""
    with _identity(database) as name:
        sender = Sender(database, transport, composer, name=name, now=lambda: now, manner=manner)
        prepare(database, now=now, steps=TIDYING)
        return catch_up(database, sender, now=now, try_blocked=True)


def work(
    database: Database,
    transport: Transport,
    composer: Composer,
    *,
    manner: Manner,
    now: Callable[[], datetime],
    every: timedelta,
    stopping: threading.Event,
) -> None:
    """Turn until ``stopping`` is set, then hear the answers to the messages in flight and return.

    Of several workers on one database the one with the leader's lease looks for what is due;
    all of them send. Sending has a thread of its own: a sign-up's mail is written into the
    ledger while a mailing of a million goes out.
    """
    with _identity(database) as name:
        sender = Sender(
            database, transport, composer, name=name, now=now, stopped=stopping.is_set, manner=manner
        )
        sending = _Sending(database, sender, now=now, every=every, stopping=stopping)
        turns = _Turns(database, sending.wake, name=name, now=now)
        scheduler = start(turns.turn, every=every)
        sending.start()
        try:
            while not stopping.wait(0.5):
                pass
        finally:
            scheduler.shutdown(wait=True)
            sending.wake()
            sending.join()
            turns.leader.release()


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


class _Sending(threading.Thread):
    """Sends what is due, once in a while and when woken. Whatever goes wrong is logged; the next time tries again."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        *,
        now: Callable[[], datetime],
        every: timedelta,
        stopping: threading.Event,
    ) -> None:
        super().__init__(name="sending")
        self._database, self._sender, self._now = database, sender, now
        self._every, self._stopping = every.total_seconds(), stopping
        self._woken = threading.Event()

    def wake(self) -> None:
        self._woken.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait(self._every)
            self._woken.clear()
            try:
                tally = self._sender.send_due()
                if tally.settled:
                    with self._database.transaction() as session:
                        delivery.finish_mailings(session, now=self._now())
            except Exception:
                log.exception("sending failed")


class _Turns:
    def __init__(
        self, database: Database, wake: Callable[[], None], *, name: str, now: Callable[[], datetime]
    ) -> None:
        self.database, self.wake, self.name, self.now = database, wake, name, now
        self.leader = lease(database, "leader")
        self.leads = False
        self.beaten_at = self.tidied_at = datetime.min.replace(tzinfo=UTC)

    def turn(self) -> None:
        """One tick. Whatever goes wrong is logged; the next tick tries again."""
        try:
            self._beat()
            leads = self.leader.acquire()
            if leads is not self.leads:
                log.info("worker=%s %s", self.name, "leads" if leads else "stands by")
                self.leads = leads
            if leads:
                self._lead()
        except Exception:
            log.exception("worker=%s turn failed", self.name)

    def _lead(self) -> None:
        now = self.now()
        if abs(utcnow() - self.tidied_at) >= TIDY_EVERY:
            self.tidied_at = utcnow()
            prepare(self.database, now=now, steps=TIDYING)
        if prepare(self.database, now=now):
            self.wake()

    def _beat(self) -> None:
        if abs(utcnow() - self.beaten_at) >= BEAT_EVERY:
            self.beaten_at = utcnow()
            beat(self.database, self.name)


@contextlib.contextmanager
def _identity(database: Database) -> Iterator[str]:
    """A name of its own for this worker, under a lease while it lives: without it, its rows are orphans."""
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}"
    alive = lease(database, f"worker-{name}")
    alive.acquire()
    try:
        yield name
    finally:
        alive.release()
