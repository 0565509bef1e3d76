"""The whole application on a real database, with a clock that the test moves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from mailer.core.db import Database
from tests.support.lacking import lacking
from tests.web.visiting import Visit, open_house


@pytest.fixture
def visit(database: Database, tmp_path: Path) -> Visit:
    return open_house(database, tmp_path)


@pytest.fixture
def sqlite_visit(empty_sqlite: Path, tmp_path: Path) -> Iterator[Visit]:
    """The same on SQLite only, for pages that hardly ask the database."""
    path = tmp_path / "light.db"
    shutil.copyfile(empty_sqlite, path)
    database = Database(f"sqlite:///{path}")
    yield open_house(database, tmp_path)
    database.dispose()


@pytest.fixture
def client(visit: Visit) -> FlaskClient:
    return visit.app.test_client()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium; as root it runs without its sandbox."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        lacking("no Chromium is installed")
    return {**browser_type_launch_args, "executable_path": chromium, "args": ["--no-sandbox"]}
