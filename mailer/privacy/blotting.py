"""Taking addresses out of the ledger: the rows stay, and count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from mailer.core.db import rows_changed
from mailer.delivery import Delivery, drop_waiting


def blot_out(session: Session, which: ColumnElement[bool], *, now: datetime) -> int:
    """Take the address out of ledger rows; those still waiting are skipped."""
    drop_waiting(session, which, reason="erased", now=now)
    blotted = session.execute(
        update(Delivery)
        .where(which, Delivery.address.is_not(None))
        .values(address=None, facts={})
        .execution_options(synchronize_session=False)
    )
    return rows_changed(blotted)
