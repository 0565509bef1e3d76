"""The whole stream, from a form to a mailbox, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.core.db import Database
from tests.support.house import House, open_house
from tests.support.mailbox import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A relay that takes everything, until it is told otherwise."""
    made = Mailbox()
    made.open()
    yield made
    made.close()


@pytest.fixture
def house(database: Database, mailbox: Mailbox, tmp_path: Path) -> House:
    return open_house(database, mailbox, tmp_path)
