"""A real database for every test, SQLite and PostgreSQL, both brought up by the migrations."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.db import Base, Database
from tests.support.lacking import lacking

LOCAL_SERVERS = ("postgresql+psycopg:///postgres", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


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
    server = _server()
    if server is None:
        lacking("no PostgreSQL server answers; set TEST_DATABASE_URL")
    name = f"zeitnah_test_{secrets.token_hex(4)}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    database.upgrade()
    database.dispose()
    yield url
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


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


def _server() -> str | None:
    given = os.environ.get("TEST_DATABASE_URL")
    for server in [given] if given else LOCAL_SERVERS:
        url = server.replace("postgresql://", "postgresql+psycopg://", 1)
        try:
            with sa.create_engine(url, poolclass=sa.NullPool, connect_args={"connect_timeout": 3}).connect():
                return url
        except sa.exc.OperationalError:
            continue
    return None
