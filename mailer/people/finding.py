"""Finding and adding people, and asking whether we may write to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.core.addresses import mailbox_key
from mailer.core.db import insert_unless_there
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people.models import Person, Suppression, SuppressionReason


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
        language=language,
        created_at=now,
    )
    return session.scalars(select(Person).where(Person.mailbox == mailbox_key(address))).one()


def is_suppressed(session: Session, pseudonym: str) -> bool:
    return session.get(Suppression, pseudonym) is not None


def suppress(session: Session, pseudonym: str, reason: SuppressionReason, *, now: datetime) -> None:
    """Never write to this address again. Twice is the same as once; the first reason stands."""
    insert_unless_there(session, Suppression, pseudonym=pseudonym, reason=reason, created_at=now)
