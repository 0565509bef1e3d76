"""A mailing that is open, and somebody to send it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer import delivery, mailings
from mailer.core.db import Database
from mailer.core.tokens import Links
from mailer.core.types import Locale
from mailer.delivery import Composer, Delivery, Sender, Transport, closed_route
from mailer.mailings import MailingKind
from tests.support.making import NOON, a_series, a_subscription, an_event

COMPOSER = Composer(
    base_url="https://wandel.example.org",
    links=Links("a secret that is long enough for tests"),
    default_sender="Zeitnah <noreply@example.org>",
    return_path_domain=None,
    unsubscribe_mailbox=None,
)


def an_open_mailing(
    database: Database, people: int, *, names: Callable[[int], str] = "Person {}".format
) -> int:
    """A reminder of tomorrow's dialogue to so many people; its id."""
    with database.transaction() as session:
        series = a_series(session)
        event = an_event(session, series, starts_at=NOON + timedelta(days=1))
        for number in range(people):
            language: Locale = "de" if number % 2 else "en"
            a_subscription(session, series, address(number), name=names(number), language=language)
        mailing = mailings.release(session, series, event, kind=MailingKind.REMINDER, key="one", now=NOON)
        delivery.open_mailings(session, now=NOON)
        return mailing.id


def address(number: int) -> str:
    return f"p{number}@example.org"


def a_sender(
    database: Database, transport: Transport, *, name: str = "worker", now: datetime = NOON, **facts: Any
) -> Sender:
    return Sender(database, transport, COMPOSER, name=name, now=lambda: now, **facts)


def states(database: Database) -> dict[str, int]:
    """How many ledger rows stand where."""
    with database.reading() as session:
        return dict(Counter(state.value for state in session.scalars(sa.select(Delivery.state))))


def the_row(session: Session, number: int) -> Delivery:
    return session.scalars(sa.select(Delivery).where(Delivery.address == address(number))).one()


def real_now() -> datetime:
    return datetime.now(UTC)


def why_closed(database: Database) -> str:
    """The code of the error that closed the road to the relay; empty while it is open."""
    with database.reading() as session:
        route = closed_route(session)
        return route.code if route else ""
