"""Whether anything was written since one last looked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailer.core.db import Database, DatabaseAway
from mailer.core.watching import Watch
from mailer.series import Series
from tests.support.making import a_series


@pytest.fixture
def watch(database: Database) -> Iterator[Watch]:
    found = Watch(database)
    yield found
    found.close()


def test_state_stays_while_people_only_read(empty_sqlite: Path, tmp_path: Path) -> None:
    """A PostgreSQL server counts what is written in all of its databases, so there it may change for others' sake."""
    database = Database(f"sqlite:///{shutil.copyfile(empty_sqlite, tmp_path / 'quiet.db')}")
    watch = Watch(database)
    before = watch.state()
    with database.reading() as session:
        session.scalars(select(Series)).all()

    assert watch.state() == before == watch.state()
    watch.close()
    database.dispose()


def test_each_commit_of_this_process_and_of_another_is_seen(database: Database, watch: Watch) -> None:
    sister = Database(database.url.render_as_string(hide_password=False))
    states = [watch.state()]
    for number, writer in enumerate((database, sister, database)):
        with writer.transaction() as session:
            a_series(session, slug=f"s{number}")
        states.append(watch.state())
    with sister.transaction() as session:
        session.execute(update(Series).values(retention_days=31))
    states.append(watch.state())
    sister.dispose()

    assert len(set(states)) == len(states)


def test_database_that_is_away_is_said_to_be_away(tmp_path: Path) -> None:
    with pytest.raises(DatabaseAway):
        Watch(Database(f"sqlite:///{tmp_path}/nowhere/x.db")).state()
