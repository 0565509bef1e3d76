"""Commands in this process and in processes of their own.

Doors are thin: what a command asks of the database is tested with its room. So `house` stands on
SQLite, and `house_on_each` where a statement is the command's own or a whole conversation is played.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.core.db import Database
from tests.support.house import House, open_house, sqlite_copy
from tests.support.mailbox import Mailbox


@pytest.fixture
def house(empty_sqlite: Path, mailbox: Mailbox, tmp_path: Path) -> Iterator[House]:
    database = sqlite_copy(empty_sqlite, tmp_path)
    yield open_house(database, mailbox, tmp_path)
    database.dispose()


@pytest.fixture
def house_on_each(database: Database, mailbox: Mailbox, tmp_path: Path) -> House:
    return open_house(database, mailbox, tmp_path)
