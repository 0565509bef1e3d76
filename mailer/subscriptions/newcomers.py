"""Who asks and was not known: her person, her request and her consent, close to the database.

Nearly everybody who signs up is new, and everybody waits for it; so it goes past the ORM. What it writes is what
`sign_up.request` makes of a first request.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from mailer.core.db import stamp
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people import INSERT_OF_NEWCOMER, newcomer_row
from mailer.series import SeriesId
from mailer.subscriptions.models import SubscriptionId

_SUBSCRIPTION = """
    INSERT INTO subscription (person_id, series_id, state, request, asked_name, asked_language, owed, owed_number,
        requested_at)
    {person} :series_id, 'pending', 1, :asked_name, :language, 'confirm', 1, :now{of} RETURNING id"""

_CONSENT = """
    INSERT INTO consent (series_id, pseudonym, step, wording, evidence, at)
    SELECT :series_id, CAST(:pseudonym AS text), 'asked', :wording, '', :now"""

_OPEN = _SUBSCRIPTION.format(person="SELECT :person_id,", of="")

_ALL_IN_ONE = re.sub(  # psycopg's way to write a parameter
    r":(\w+)",
    r"%(\1)s",
    f"""
    WITH newcomer AS ({INSERT_OF_NEWCOMER}),
    opened AS ({_SUBSCRIPTION.format(person="SELECT id,", of=" FROM newcomer")}),
    noted AS ({_CONSENT} FROM opened)
    SELECT id FROM opened""",  # noqa: S608  # put together from words of this house
)
"""On PostgreSQL each statement goes to another process and back, so the three are one."""


def open_for_newcomer(
    session: Session,
    series_id: SeriesId,
    address: EmailAddress,
    *,
    name: str,
    language: Locale,
    wording: str,
    pseudonym: Pseudonym,
    now: datetime,
) -> SubscriptionId | None:
    """A pending subscription that owes its first letter.

    None, and nothing is written, for a mailbox that is known, suppressed, or just being added.
    """
    session.flush()  # what follows goes past the session
    lent = session.connection()
    connection: Any = lent.connection.driver_connection
    moment = stamp(now) if lent.dialect.name == "sqlite" else now
    row = newcomer_row(address, language=language, pseudonym=pseudonym) | {
        "series_id": series_id,
        "asked_name": name,
        "wording": wording,
        "now": moment,
    }
    if lent.dialect.name == "postgresql":
        return _first(connection.execute(_ALL_IN_ONE, row))
    newcomer = connection.execute(INSERT_OF_NEWCOMER, row).fetchone()
    if newcomer is None:
        return None
    opened = _first(connection.execute(_OPEN, row | {"person_id": newcomer[0]}))
    connection.execute(_CONSENT, row)
    return opened


def _first(cursor: Any) -> SubscriptionId | None:
    row = cursor.fetchone()
    return None if row is None else cast("SubscriptionId", row[0])
