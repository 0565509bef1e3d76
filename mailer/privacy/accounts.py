"""Erasing an organiser's account, with all that points at it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from mailer.core.addresses import mailbox_key
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery
from mailer.mailings import Mailing
from mailer.organisers import erase_organiser, find_by_address
from mailer.privacy.blotting import blot_out


def erase_account(session: Session, address: EmailAddress, *, now: datetime) -> bool:
    """Erase the organiser with this address; False when there is none. Mailings she wrote or released stay.

    Letters still waiting for her are not sent. Raises LastOwner.
    """
    organiser = find_by_address(session, address)
    if organiser is None:
        return False
    for column in (Mailing.author_id, Mailing.releaser_id):
        session.execute(update(Mailing).where(column == organiser.id).values({column.key: None}))
    erase_organiser(session, organiser, now=now)
    blot_out(session, func.lower(Delivery.address) == mailbox_key(address), now=now)
    return True
