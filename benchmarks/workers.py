"""Workers that run on, as `flask worker` does on a server, and what their house says about them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa

from benchmarks.houses import House
from benchmarks.populating import release_reminder
from benchmarks.processes import OUR_PYTHON, running, wait_for
from mailer.core.clock import utcnow
from mailer.core.db import Database

WORKER = ("flask", "--app", "wsgi", "worker")
STARTS_WITHIN = 60.0


@contextlib.contextmanager
def running_workers(
    house: House, number: int, directory: Path, *, port: int, connections: int, **settings: str
) -> Iterator[None]:
    """Some workers of one house, all awake; ended with SIGTERM."""
    environment = house.environment(MAIL_PORT=port, MAIL_CONNECTIONS=connections, **settings)
    with contextlib.ExitStack() as stack:
        for count in range(number):
            stack.enter_context(_worker(environment, directory / f"worker-{count}.out"))
        with house.database() as database:
            wait_for("the workers", lambda: _awake(database) >= number, patience=STARTS_WITHIN)
        yield


def release(house: House) -> None:
    """Press “send now”: returns when the click is committed."""
    with house.database() as database, database.transaction() as session:
        release_reminder(session, now=utcnow())


def wait_until_done(house: House, recipients: int, *, patience: float) -> None:
    """Wait until the outcome of every row is recorded."""
    with house.database() as database:
        wait_for("the last letter", lambda: _sent(database) >= recipients, patience=patience, every=0.05)


def _worker(environment: Mapping[str, str], output: Path) -> contextlib.AbstractContextManager[object]:
    return running([*OUR_PYTHON, *WORKER], environment=environment, output=output)


def _awake(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.text("SELECT count(*) FROM heartbeat")) or 0


def _sent(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.text("SELECT count(*) FROM delivery WHERE state = 'sent'")) or 0
