"""Who came: noted at the entrance."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.registrations.models import Registration
from mailer.registrations.refusing import SeatGivenBack
from mailer.registrations.registering import lock_registration


def check_in(session: Session, registration_id: int, *, now: datetime) -> Registration:
    """Note that she came. Twice is the same as once: the first moment stays.

    Raises UnknownRegistration, SeatGivenBack for who has no seat.
    """
    found = lock_registration(session, registration_id, now=now)
    if not found.has_seat:
        raise SeatGivenBack(registration=registration_id)
    if found.checked_in_at is None:
        found.checked_in_at = now
    session.flush()
    return found


def undo_check_in(session: Session, registration_id: int, *, now: datetime) -> Registration:
    """Take it back that she came. Raises UnknownRegistration."""
    found = lock_registration(session, registration_id, now=now)
    found.checked_in_at = None
    session.flush()
    return found
