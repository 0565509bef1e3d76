"""Asking for the fresh link to what is stored: the link to a seat travels in every mail about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from mailer.registrations.models import Registration, SeatLetter
from mailer.registrations.registering import ONE_REPEAT_IN


def ask_access(session: Session, registration_id: int, *, now: datetime) -> None:
    """Owe the fresh link with which a person sees or erases what is stored: at most one an hour, silently.

    A letter that is still owed goes first, and is not replaced. Of many who press at once one is heard.
    """
    last = Registration.access_asked_at
    session.execute(
        update(Registration)
        .where(
            Registration.id == registration_id,
            Registration.owed.is_(None),
            or_(last.is_(None), last <= now - ONE_REPEAT_IN, last > now),
        )
        .values(owed=SeatLetter.ACCESS, owed_number=Registration.owed_number + 1, access_asked_at=now)
        .execution_options(synchronize_session=False)
    )
