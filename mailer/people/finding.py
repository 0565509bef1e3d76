"""Finding and adding people, and asking whether we may write to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from mailer.core.addresses import mailbox_key
from mailer.core.db import insert_unless_there, rows_changed
from mailer.core.errors import NotFound, Refused
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people.models import Person, Suppression, SuppressionReason, name_keys, search_key

AFTER_ALL = "\U0010ffff"
"""Behind whatever begins alike: no text that is found holds this code point."""


class NotBlocked(NotFound):
    """The address is not blocked, so nothing can be lifted."""

    code = "not_blocked"


class Complained(Refused):
    """The person's provider reported our mail as spam: only she can come back, and only elsewhere."""

    code = "complained"


def find_person(session: Session, address: EmailAddress) -> Person | None:
    found: Person | None = session.scalar(select(Person).where(Person.mailbox == mailbox_key(address)))
    return found


def find_or_add_person(
    session: Session,
    address: EmailAddress,
    *,
    name: str,
    language: Locale,
    pseudonym: Pseudonym,
    now: datetime,
) -> Person:
    """The person behind an address, one only even when many ask at once.

    Name and language are used for a new one only: anybody can fill in a form.
    """
    found = find_person(session, address)
    if found is not None:
        return found
    insert_unless_there(
        session,
        Person,
        address=address,
        mailbox=mailbox_key(address),
        pseudonym=pseudonym(address),
        name=name,
        **name_keys(name),
        language=language,
        created_at=now,
    )
    return session.scalars(select(Person).where(Person.mailbox == mailbox_key(address))).one()


INSERT_OF_NEWCOMER = """
    INSERT INTO person (address, mailbox, pseudonym, name, name_key, turned_key, language, created_at)
    SELECT :address, :mailbox, CAST(:pseudonym AS text), '', '', '', :language, :now
    WHERE NOT EXISTS (SELECT 1 FROM suppression WHERE pseudonym = CAST(:pseudonym AS text))
    ON CONFLICT DO NOTHING RETURNING id"""
"""No row for a mailbox that is known, suppressed, or just being added. She has no name yet: anybody can fill in a form."""


def newcomer_row(address: EmailAddress, *, language: Locale, pseudonym: Pseudonym) -> dict[str, Any]:
    """What `INSERT_OF_NEWCOMER` takes, but for the moment."""
    return {
        "address": address,
        "mailbox": mailbox_key(address),
        "pseudonym": pseudonym(address),
        "language": language,
    }


def begins_with(text: str) -> ColumnElement[bool]:
    """Whose address, name or last name begins with the text, read through indexes. No sign in it is a wildcard."""
    key = search_key(text)
    columns = (Person.mailbox, Person.name_key, Person.turned_key)
    return or_(*((column >= key) & (column < key + AFTER_ALL) for column in columns))


def is_suppressed(session: Session, pseudonym: str) -> bool:
    return session.get(Suppression, pseudonym) is not None


def suppress(session: Session, pseudonym: str, reason: SuppressionReason, *, now: datetime) -> None:
    """Never write to this address again. Twice is the same as once.

    The first reason stands, but for a complaint: what organisers had blocked themselves they could let go again.
    """
    insert_unless_there(session, Suppression, pseudonym=pseudonym, reason=reason, created_at=now)
    if reason is SuppressionReason.COMPLAINT:
        session.execute(update(Suppression).where(Suppression.pseudonym == pseudonym).values(reason=reason))


def suppression_of(session: Session, pseudonym: str) -> Suppression | None:
    """Why and since when we must not write to an address; None where we may."""
    return session.get(Suppression, pseudonym)


def list_suppressions(session: Session, *, most: int) -> tuple[int, Sequence[Suppression]]:
    """How many addresses are suppressed, and the latest of them. Whose they are nobody can read."""
    count = session.scalar(select(func.count()).select_from(Suppression)) or 0
    latest = select(Suppression).order_by(Suppression.created_at.desc(), Suppression.pseudonym).limit(most)
    return count, session.scalars(latest).all()


def lift(session: Session, pseudonym: str) -> None:
    """Let mail go to an address again that the organisers had blocked. Raises NotBlocked, Complained."""
    blocked = delete(Suppression).where(
        Suppression.pseudonym == pseudonym, Suppression.reason == SuppressionReason.BLOCKED
    )
    if rows_changed(session.execute(blocked)):
        return
    raise Complained if is_suppressed(session, pseudonym) else NotBlocked
