"""A real database for every test, SQLite and PostgreSQL, both brought up by the migrations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer.core.db import Base, Database
from tests.support.house import House, open_house
from tests.support.lacking import lacking
from tests.support.mailbox import Mailbox
from tests.support.scratch import scratch_postgresql


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table and no row, to copy."""
    path = tmp_path_factory.mktemp("empty") / "mailer.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A scratch database on the server of TEST_DATABASE_URL, or on a local one."""
    with scratch_postgresql() as url:
        database = Database(url)
        database.upgrade()
        database.dispose()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "mailer.db"
        shutil.copyfile(request.getfixturevalue("empty_sqlite"), path)
        made = Database(f"sqlite:///{path}")
        yield made
        made.dispose()
        return
    made = Database(request.getfixturevalue("postgresql_url"))
    yield made
    with made.transaction() as session:  # much faster than TRUNCATE, which writes every file anew
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    made.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session in one transaction, for tests that need no second look."""
    with database.transaction() as opened:
        yield opened


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A relay that takes everything, until it is told otherwise."""
    made = Mailbox()
    made.open()
    yield made
    made.close()


@pytest.fixture
def house(database: Database, mailbox: Mailbox, tmp_path: Path) -> House:
    """A whole house on each kind of database, with nobody in it."""
    return open_house(database, mailbox, tmp_path)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, which asks nobody for anything; as root it runs without its sandbox."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        lacking("no Chromium is installed")
    quiet = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {**browser_type_launch_args, "executable_path": chromium, "args": quiet}
