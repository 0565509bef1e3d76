"""Who sends: TASK_ENGINE says whether the leader alone, or every worker on one PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import BadSetting, Config
from mailer import jobs
from mailer.core.db import Database
from mailer.core.leases import lease
from mailer.delivery.models import Progress
from tests.support.house import House, open_house
from tests.support.mailbox import Mailbox
from tests.support.waiting import wait_until
from tests.support.written import bring_in, crowd, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("engine", ["embedded", "procrastinate"])
def test_a_worker_that_does_not_lead_sends_where_the_sending_is_shared(
    database: Database, mailbox: Mailbox, tmp_path: Path, engine: str
) -> None:
    house = open_house(database, mailbox, tmp_path, **({} if database.is_sqlite else {"TASK_ENGINE": engine}))
    seat(house, bring_in(house, dialogue()), *crowd(2))
    jobs.prepare(database, now=DUE)
    leader = lease(database, "leader")
    leader.acquire()

    with standing_by(house) as worker:
        if engine == "procrastinate" and not database.is_sqlite:
            wait_until(lambda: len(mailbox.letters) == 2)
        else:
            wait_until(lambda: worker.times > 20)
            leader.release()
            before = len(mailbox.letters)
            wait_until(lambda: len(mailbox.letters) == 2)
            assert before == 0
    leader.release()

    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.sum(Progress.sent))) == 2


class Asked(threading.Event):
    """Counts how often a turn asked whether it shall still begin."""

    times = 0

    def is_set(self) -> bool:
        self.times += 1
        return super().is_set()


@contextmanager
def standing_by(house: House) -> Iterator[Asked]:
    """A worker in a thread."""
    stopping, parts = Asked(), house.parts
    thread = threading.Thread(
        target=jobs.work,
        args=(parts.database, house.own_road(), parts.composer),
        kwargs={
            "now": lambda: DUE,
            "every": timedelta(seconds=0.1),
            "stopping": stopping,
            "manner": parts.manner,
        },
    )
    thread.start()
    try:
        yield stopping
    finally:
        stopping.set()
        thread.join(20)


@pytest.mark.parametrize(
    ("url", "given", "engine"),
    [
        ("sqlite:///x.db", "", "embedded"),
        ("sqlite:///x.db", "embedded", "embedded"),
        ("postgresql://db/x", "", "procrastinate"),
        ("postgresql://db/x", "embedded", "embedded"),
        ("postgresql://db/x", "procrastinate", "procrastinate"),
    ],
)
def test_the_engine_follows_from_the_database_unless_it_is_named(url: str, given: str, engine: str) -> None:
    settings = {"DATABASE_URL": url, "TASK_ENGINE": given, "SECRET_KEY": "s" * 32}

    assert Config.from_env(settings).task_engine == engine


@pytest.mark.parametrize("named", ["celery", "procrastinate"])
def test_an_engine_that_cannot_be_is_refused_by_its_name(named: str) -> None:
    settings = {"DATABASE_URL": "sqlite:///x.db", "TASK_ENGINE": named, "SECRET_KEY": "s" * 32}

    with pytest.raises(BadSetting, match="TASK_ENGINE"):
        Config.from_env(settings)
