"""The log of who did what: written in the transaction that does it, so that neither stands there alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from mailer.organisers.models import AuditEntry, Organiser

LONGEST_SUBJECT = 200


def note(
    session: Session,
    action: str,
    *,
    organiser_id: int | None,
    series: str = "",
    subject: object = "",
    now: datetime,
    **details: object,
) -> None:
    """Write down that an organiser did this. Facts are words and numbers, never addresses of people on a list."""
    entry = AuditEntry(
        at=now,
        organiser_id=organiser_id,
        action=action,
        series=series,
        subject=str(subject)[:LONGEST_SUBJECT],
        details=details,
    )
    session.add(entry)


def list_entries(
    session: Session, *, series: str | None = None, before: int | None = None, most: int = 100
) -> Sequence[AuditEntry]:
    """The latest entries first, of one series or of the whole house; ``before`` pages on from an entry's id."""
    wanted = select(AuditEntry).options(joinedload(AuditEntry.organiser)).order_by(AuditEntry.id.desc())
    if series is not None:
        wanted = wanted.where(AuditEntry.series == series)
    if before is not None:
        wanted = wanted.where(AuditEntry.id < before)
    return session.scalars(wanted.limit(most)).all()


def list_entries_of(session: Session, organiser: Organiser) -> Sequence[AuditEntry]:
    """What she did, and what was done to her, the first first."""
    hers = or_(AuditEntry.organiser_id == organiser.id, AuditEntry.subject == organiser.address)
    return session.scalars(select(AuditEntry).where(hers).order_by(AuditEntry.id)).all()
