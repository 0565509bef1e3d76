"""Here a test's session is rolled back at its end: nothing to clean up, which on PostgreSQL takes longer than the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from mailer.core.db import Database


@pytest.fixture(scope="session")
def shared_sqlite(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("shared") / "mailer.db"
    shutil.copyfile(empty_sqlite, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def shared_postgresql(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session in one transaction that never commits."""
    database: Database = request.getfixturevalue(f"shared_{request.param}")
    with database.transaction() as opened:
        yield opened
        opened.rollback()
