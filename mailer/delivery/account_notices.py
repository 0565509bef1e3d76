"""A mail to an organiser whose password or second factor was changed: if it was not she, she has to know."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mailer.core.db import insert_unless_there
from mailer.delivery.models import Delivery
from mailer.organisers import AccountChange, Organiser

USEFUL_FOR = timedelta(days=4)


def open_account_notice(
    session: Session, organiser: Organiser, change: AccountChange, *, now: datetime
) -> None:
    """Write the ledger row of the mail that says so. The same change at the same instant is one mail."""
    insert_unless_there(
        session,
        Delivery,
        key=f"account:{organiser.id}:{change.value}:{now:%Y%m%dT%H%M%S%f}",
        kind="notice",
        address=organiser.address,
        language=organiser.language,
        facts={"account": change.value, "at": now.isoformat()},
        next_at=now,
        not_after=now + USEFUL_FOR,
        opened_at=now,
    )
