"""A letter that the relay took over and another server sent back: the ledger says so afterwards."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.db import rows_changed
from mailer.delivery import progress
from mailer.delivery.models import Delivery, DeliveryId, DeliveryState
from mailer.delivery.replies import Reply

RETURNED = "returned"


def mark_returned(session: Session, delivery_id: DeliveryId, reply: Reply, *, now: datetime) -> bool:
    """Count a letter that was taken over as failed, by the words of whoever sent it back.

    False where it is not counted as sent: while it is under way nobody but its worker touches it.
    """
    mailing_id = session.scalar(sa.select(Delivery.mailing_id).where(Delivery.id == delivery_id))
    marked = session.execute(
        sa.update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.SENT)
        .values(
            state=DeliveryState.FAILED,
            code=reply.code,
            reply=reply.without_addresses,
            reason=RETURNED,
            done_at=now,
        )
    )
    if not rows_changed(marked):
        return False
    if mailing_id is not None:
        progress.add(session, mailing_id, sent=-1, failed=1)
    return True
