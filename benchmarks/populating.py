"""A series with as many people as wanted, in a database that was empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import ROOT
from mailer import delivery, exchange, mailings, series
from mailer.core.addresses import mailbox_key, pseudonyms
from mailer.core.db import Database
from mailer.core.tokens import Links
from mailer.core.types import EmailAddress
from mailer.mailings import Mailing, MailingKind
from mailer.people import Person, name_keys
from mailer.subscriptions import Subscription, SubscriptionState

EXAMPLE = ROOT / "examples" / "wandel-machen-vor-ort.yaml"
NEXT_IN_DAYS = 3
DIALOGUE = "boden"
"""The dialogue whose reminder is sent: the shortest announcement of the series."""

AT_ONCE = 10_000

FIRST_NAMES = ("Anna", "Jörg", "Grażyna", "Uwe", "Zoë", "Ömer", "Karl-Heinz", "Mia", "Þóra", "Ngọc", "Siân")
LAST_NAMES = (
    "Müller",
    "Schmidt",
    "Öztürk",
    "Weiß",
    "O’Neill",
    "von der Heide",
    "Łukasik",
    "Brandt",
    "Nguyễn",
)
EVERY_FIFTH = 5
"""One in five reads English."""


def populate(database: Database, people: int, *, secret: str, now: datetime) -> None:
    """The example series, three days before its next dialogue, with ``people`` active subscriptions."""
    with database.transaction() as session:
        exchange.import_series(session, EXAMPLE.read_bytes(), next_in=NEXT_IN_DAYS, now=now)
    pseudonym = pseudonyms(Links(secret).key("pseudonym"))
    for group in _people(people, now=now):
        for row in group:
            row["pseudonym"] = pseudonym(row["address"])
        with database.transaction() as session:
            session.execute(sa.insert(Person), group)
    with database.transaction() as session:
        _subscribe_everybody(session, now=now)


def release_reminder(session: Session, *, now: datetime) -> Mailing:
    """Let the reminder of one dialogue go out, as an organiser's click does."""
    found = series.list_series(session)[0]
    event = series.get_event(session, found, DIALOGUE)
    return mailings.release(session, found, event, kind=MailingKind.REMINDER, key="benchmark", now=now)


def open_released(database: Database, *, now: datetime) -> None:
    """Write the ledger rows of everything that was released."""
    more = True
    while more:
        with database.transaction() as session:
            more = delivery.open_mailings(session, now=now) != 0


def _people(number: int, *, now: datetime) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, number, AT_ONCE):
        yield [_person(i, now=now) for i in range(first, min(first + AT_ONCE, number))]


def _person(number: int, *, now: datetime) -> dict[str, Any]:
    address = EmailAddress(f"person{number}@example.net")
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)]
    return {
        "address": address,
        "mailbox": mailbox_key(address),
        "name": f"{first} {last}",
        **name_keys(f"{first} {last}"),
        "language": "de" if number % EVERY_FIFTH else "en",
        "created_at": now,
    }


def _subscribe_everybody(session: Session, *, now: datetime) -> None:
    found = series.list_series(session)[0]
    values: dict[str, Any] = {
        "person_id": Person.id,
        "series_id": sa.literal(found.id),
        "state": sa.literal(SubscriptionState.ACTIVE, Subscription.state.type),
        "request": sa.literal(1),
        "asked_name": Person.name,
        "asked_language": Person.language,
        "owed_number": sa.literal(0),
        "requested_at": sa.literal(now, Subscription.requested_at.type),
        "confirmed_at": sa.literal(now, Subscription.confirmed_at.type),
    }
    chosen = sa.select(*values.values()).order_by(Person.id)
    session.execute(sa.insert(Subscription).from_select(list(values), chosen))
