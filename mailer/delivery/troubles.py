"""What did not arrive of a series, over all its mailings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.delivery.models import NOT_SIMPLY_SENT, Delivery, DeliveryState
from mailer.delivery.progress import Answer, status_said
from mailer.mailings import Mailing, MailingId
from mailer.series import Series

TRIED_FOR = timedelta(days=5)
"""A letter that fails now belongs to a mailing that opened at most so long ago: retries end after four days."""

MOST_ANSWERS = 12


def failed_between(session: Session, series: Series, since: datetime, until: datetime) -> int:
    """How many letters of the series' mailings failed for good in that time."""
    lately = sa.select(Mailing.id).where(
        Mailing.series_id == series.id, Mailing.opened_at >= since - TRIED_FOR, Mailing.opened_at < until
    )
    found = sa.select(sa.func.count()).where(
        Delivery.mailing_id.in_(lately),
        sa.text(f"({NOT_SIMPLY_SENT})"),
        Delivery.state == DeliveryState.FAILED,
        Delivery.done_at >= since,
        Delivery.done_at < until,
    )
    return session.scalar(found) or 0


def refusals_of(session: Session, mailing_ids: Sequence[MailingId]) -> Sequence[Answer]:
    """What the relay said, or we decided, of letters of these mailings that did not simply leave; the most frequent first."""
    said = sa.func.coalesce(sa.func.nullif(Delivery.reply, ""), Delivery.reason)
    rows = session.execute(
        sa.select(Delivery.state, Delivery.code, sa.func.min(said), sa.func.count())
        .where(
            Delivery.mailing_id.in_(mailing_ids),
            sa.text(f"({NOT_SIMPLY_SENT})"),
            Delivery.state.in_([DeliveryState.FAILED, DeliveryState.DEFERRED, DeliveryState.SKIPPED]),
        )
        .group_by(Delivery.state, Delivery.code, Delivery.reason, status_said())
        .order_by(sa.func.count().desc())
        .limit(MOST_ANSWERS)
    )
    return [Answer(state.value, code, text, count) for state, code, text, count in rows]
