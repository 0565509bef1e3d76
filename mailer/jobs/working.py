"""A worker process: one name, one lease, one clockwork."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mailer import letters
from mailer.core import i18n
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.core.errors import MailerError
from mailer.core.leases import Lease, lease
from mailer.delivery import PLAIN_MANNER, Composer, Manner, Sender, Tally, Transport
from mailer.jobs.collecting import Collector
from mailer.jobs.models import Heartbeat
from mailer.jobs.steps import STEPS, TIDYING, Step, catch_up, prepare

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

BEAT_EVERY = timedelta(seconds=10)
TELL_EVERY = 60.0
"""Seconds between two words on the same trouble."""

TIDY_EVERY = timedelta(minutes=10)
COLLECT_EVERY = 60.0
"""Seconds between two looks into the mailbox of returned mail."""

CLOCK_SET_BACK = timedelta(seconds=1)
"""How far the machine's clock must jump for us to mind."""

SILENT_FOR = timedelta(days=1)
"""A worker not heard of for this long is dropped from the list."""


def start(*turns: Callable[[], None], every: timedelta) -> BackgroundScheduler:
    """Start turning, each as a job of its function's name.

    A turn never overlaps with itself (``max_instances=1``) and missed ones are not made up
    (``coalesce``): it reads state, so one late turn does the work of all.
    """
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(timezone=UTC)
    for turn in turns:
        scheduler.add_job(
            turn,
            "interval",
            id=turn.__name__,
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
    database: Database,
    transport: Transport,
    composer: Composer,
    *,
    now: datetime,
    manner: Manner = PLAIN_MANNER,
    steps: Mapping[str, Step] = STEPS,
    tidying: Mapping[str, Step] = TIDYING,
) -> Tally:
    """Do and send everything that is due at ``now``, also beside a running worker."""
    with _identity(database) as (name, _):
        sender = Sender(database, transport, composer, name=name, now=lambda: now, manner=manner)
        prepare(database, now=now, steps=tidying)
        return catch_up(database, sender, now=now, steps=steps, try_blocked=True)


def work(
    database: Database,
    transport: Transport,
    composer: Composer,
    *,
    now: Callable[[], datetime],
    every: timedelta,
    stopping: threading.Event,
    manner: Manner = PLAIN_MANNER,
    steps: Mapping[str, Step] = STEPS,
    tidying: Mapping[str, Step] = TIDYING,
    collector: Collector | None = None,
) -> None:
    """Turn until ``stopping`` is set, then hear the answers to the letters in flight and return.

    Of several workers on one database the one with the leader's lease looks for what is due.
    On PostgreSQL all of them send, sharing the ledger's rows among them, unless ``manner`` says
    otherwise; on SQLite, the leader.
    """
    with _identity(database) as (name, alive):
        sender = Sender(
            database, transport, composer, name=name, now=now, stopped=stopping.is_set, manner=manner
        )
        shared = manner.shared and not database.is_sqlite
        turns = _Turns(
            database,
            sender,
            alive,
            now=now,
            stopped=stopping.is_set,
            shared=shared,
            steps=steps,
            tidying=tidying,
            collector=collector,
        )
        scheduler = start(turns.look, turns.send, *([turns.collect] if collector else []), every=every)
        turns.wake_sender = lambda: scheduler.modify_job("send", next_run_time=utcnow())
        try:
            letters.read_templates()
            _keep_turning(scheduler, stopping, every)
        finally:
            stopping.set()
            turns.finish()
            scheduler.shutdown(wait=True)
            turns.leader.release()


def _keep_turning(scheduler: BackgroundScheduler, stopping: threading.Event, every: timedelta) -> None:
    """Wait until ``stopping``; turn at once where the machine's clock was set back.

    APScheduler knows that clock alone: an hour back, and nothing would turn for an hour.
    """
    while not stopping.wait(0.5):
        too_far = utcnow() + every + CLOCK_SET_BACK
        stuck = [job for job in scheduler.get_jobs() if job.next_run_time and job.next_run_time > too_far]
        if stuck:
            log.warning("the machine's clock was set back: turning at once")
        for job in stuck:
            job.modify(next_run_time=utcnow())


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM, SIGINT and a terminal that is closed set."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue  # started under nohup
        signal.signal(number, lambda *_: stopping.set())
    return stopping


class _Turns:
    """What turns in a worker: one hand looks for what is missing, one sends, one reads returned mail.

    They do not wait for each other: somebody who signs up while a long mailing leaves still
    gets her mail at once.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        alive: Lease,
        *,
        now: Callable[[], datetime],
        stopped: Callable[[], bool],
        shared: bool,
        steps: Mapping[str, Step],
        tidying: Mapping[str, Step],
        collector: Collector | None,
    ) -> None:
        self.database, self.sender, self.alive, self.shared = database, sender, alive, shared
        self.steps, self.tidying, self.collector = steps, tidying, collector
        self.now, self.stopped = now, stopped
        self.looking, self.sending, self.collecting = threading.Lock(), threading.Lock(), threading.Lock()
        self.collected_at = -COLLECT_EVERY
        self.leader = lease(database, "leader")
        self.leads: bool | None = None  # until the first turn
        self.wake_sender: Callable[[], object] = lambda: None
        self._told, self._told_at = "", 0.0
        self.beaten_at = self.tidied_at = datetime.min.replace(tzinfo=UTC)

    def look(self) -> None:
        """Find what is due and write it into the ledger. Whatever goes wrong is logged; the next turn tries again."""
        with self.looking:
            try:
                if not self.stopped():
                    self._look()
            except MailerError as problem:
                self._tell(problem)
            except Exception:
                log.exception("worker=%s turn failed", self.sender.name)

    def send(self) -> None:
        """Send what the ledger holds: every worker does where the sending is shared, else the one that leads."""
        with self.sending:
            try:
                if not self.stopped() and (self.leads or self.shared):
                    self.sender.send_due()
            except MailerError as problem:
                self._tell(problem)
            except Exception:
                log.exception("worker=%s sending failed", self.sender.name)

    def collect(self) -> None:
        """Read the mailbox of returned mail once a minute; the worker that leads does."""
        with self.collecting:
            due = monotonic() - self.collected_at >= COLLECT_EVERY
            if self.collector is None or self.stopped() or not self.leads or not due:
                return
            self.collected_at = monotonic()
            try:
                self.collector.collect(now=self.now(), stopped=self.stopped)
            except MailerError as problem:
                self._tell(problem)
            except Exception:
                log.exception("worker=%s reading returned mail failed", self.sender.name)

    def _tell(self, problem: MailerError) -> None:
        """In one sentence, and the same one once a minute: the next turn tries again."""
        if problem.code != self._told or monotonic() - self._told_at >= TELL_EVERY:
            self._told, self._told_at = problem.code, monotonic()
            log.error("%s: %s", problem.code, i18n.translator("en").sentence(problem))

    def finish(self) -> None:
        """Wait for the turns in flight; whatever turn comes later does nothing, since ``stopped`` holds.

        APScheduler must not do the waiting: it holds a lock meanwhile that a turn needs to wake the sender.
        """
        with self.looking, self.sending, self.collecting:
            return

    def _look(self) -> None:
        self._beat()
        leads = self.leader.acquire()
        if leads is not self.leads:
            log.info("worker=%s %s", self.sender.name, "leads" if leads else "stands by")
            self.leads = leads
        if leads:
            self._lead()

    def _lead(self) -> None:
        now = self.now()
        if abs(utcnow() - self.tidied_at) >= TIDY_EVERY:
            self.tidied_at = utcnow()
            prepare(self.database, now=now, steps=self.tidying)
        if prepare(self.database, now=now, steps=self.steps):
            self.wake_sender()

    def _beat(self) -> None:
        if abs(utcnow() - self.beaten_at) >= BEAT_EVERY:
            self.beaten_at = utcnow()
            self.alive.acquire()  # a database that was restarted has forgotten who holds what
            beat(self.database, self.sender.name)


@contextlib.contextmanager
def _identity(database: Database) -> Iterator[tuple[str, Lease]]:
    """A name of its own for this worker, under a lease while it lives: without it, its rows are orphans."""
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}"
    alive = lease(database, f"worker-{name}")
    alive.acquire()
    try:
        yield name, alive
    finally:
        alive.release()
