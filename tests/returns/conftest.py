"""A house that has sent one reminder to Anna, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mailer import returns
from mailer.core.db import Database
from mailer.delivery import Delivery
from mailer.returns import Taken
from mailer.subscriptions import SubscriptionState
from tests.support.house import House, open_house
from tests.support.mailbox import Caught, Mailbox
from tests.support.returning import Origin
from tests.support.written import bring_in, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
LATER = DUE + timedelta(hours=6)


@dataclass
class Sent:
    """The house, and the letters that left it."""

    house: House

    def origin(self, address: str = "anna@example.net", *, kind: str = "reminder") -> Origin:
        """What others know of the letter to this address."""
        row = self.row(address, kind=kind)
        letter: Caught = next(
            one for one in self.house.mailbox.to(address) if one.sender.startswith(self.mark(row))
        )
        return Origin(self.mark(row), letter.message_id, address)

    def row(self, address: str = "anna@example.net", *, kind: str = "reminder") -> Delivery:
        with self.house.database.reading() as session:
            return session.scalars(
                select(Delivery).where(Delivery.address == address, Delivery.kind == kind)
            ).one()

    def take(self, raw: bytes, *, now: datetime = LATER) -> Taken:
        with self.house.transaction() as session:
            return returns.take(session, raw, composer=self.house.parts.composer, now=now)

    def mark(self, row: Delivery) -> str:
        return self.house.parts.composer.return_path(row.id)

    @property
    def ledger(self) -> tuple[str, int | None, str, str]:
        """How Anna's reminder stands there."""
        row = self.row()
        return row.state.value, row.code, row.reply, row.reason

    @property
    def subscription(self) -> SubscriptionState:
        found = self.house.subscription()
        assert found is not None
        return found.state


@pytest.fixture
def sent(database: Database, mailbox: Mailbox, tmp_path: Path) -> Sent:
    house = open_house(database, mailbox, tmp_path, UNSUBSCRIBE_MAILBOX="weg@example.org")
    seat(house, bring_in(house, dialogue()), "anna@example.net", "berta@example.net")
    house.tick(DUE)
    return Sent(house)
