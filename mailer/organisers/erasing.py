"""Erasing an organiser: her account goes, and with it all that names her; what she did stays told of nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mailer.organisers.auditing import list_entries_of
from mailer.organisers.models import Organiser
from mailer.organisers.team import disable

NOBODY = "…"
"""What stands in the log where her address or her name stood."""


def erase_organiser(session: Session, organiser: Organiser, *, now: datetime) -> None:
    """Take the account away for good, with its sessions, links and codes; the log keeps what was done, and that she is gone.

    Whatever else points at her must have let go before. Raises LastOwner.
    """
    disable(session, organiser.address, now=now)
    names = {organiser.address, organiser.name} - {""}
    for entry in list_entries_of(session, organiser):
        if entry.subject in names:
            entry.subject = NOBODY
        if entry.organiser_id == organiser.id:
            entry.details = {**entry.details, "erased": True}
            entry.subject = NOBODY if entry.action == "organiser.renamed" else entry.subject
    session.flush()
    session.execute(delete(Organiser).where(Organiser.id == organiser.id))
    session.expire_all()
