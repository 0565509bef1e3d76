"""How far a mailing is, as people outside count: six states whose sum is the number of recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mailer import mailings
from mailer.core.db import rows_changed
from mailer.delivery.models import Delivery, DeliveryState, Progress
from mailer.mailings import Mailing

_SEEN_AS = {
    DeliveryState.QUEUED: "queued",
    DeliveryState.CLAIMED: "queued",
    DeliveryState.SENDING: "sending",
    DeliveryState.HELD: "sending",
    DeliveryState.SENT: "sent",
    DeliveryState.DEFERRED: "deferred",
    DeliveryState.FAILED: "failed",
    DeliveryState.SKIPPED: "skipped",
}


@dataclass(frozen=True)
class Answer:
    """One thing the relay said, or we decided, and of how many rows."""

    state: str
    code: int | None
    text: str
    count: int


def counts_by_state(session: Session, mailing: Mailing) -> Mapping[str, int]:
    """How many rows of a mailing stand where; every state is there."""
    rows = session.execute(
        select(Delivery.state, func.count()).where(Delivery.mailing_id == mailing.id).group_by(Delivery.state)
    )
    counts = dict.fromkeys(("queued", "sending", "sent", "deferred", "failed", "skipped"), 0)
    for state, count in rows:
        counts[_SEEN_AS[state]] += count
    return counts


def answers(session: Session, mailing: Mailing) -> Sequence[Answer]:
    """The relay's answers and our own reasons, grouped, the most frequent first."""
    said = func.coalesce(func.nullif(Delivery.reply, ""), Delivery.reason)
    rows = session.execute(
        select(Delivery.state, Delivery.code, func.min(said), func.count())
        .where(Delivery.mailing_id == mailing.id)
        .group_by(Delivery.state, Delivery.code, Delivery.reason)
        .order_by(func.count().desc())
    )
    return [Answer(_SEEN_AS[state], code, text, count) for state, code, text, count in rows if code or text]


def add(session: Session, mailing_id: int, *, sent: int = 0, failed: int = 0, skipped: int = 0) -> None:
    """Correct a mailing's counts by what no worker did."""
    count = session.get(Progress, (mailing_id, "")) or Progress(
        mailing_id=mailing_id, worker="", sent=0, failed=0, skipped=0, rate=0.0
    )
    count.sent, count.failed, count.skipped = (
        count.sent + sent,
        count.failed + failed,
        count.skipped + skipped,
    )
    session.add(count)
    session.flush()


def recount(session: Session, mailing_id: int) -> None:
    """Count a mailing's rows one by one, and keep that instead of what was added up."""
    counted = session.execute(
        select(Delivery.state, func.count()).where(Delivery.mailing_id == mailing_id).group_by(Delivery.state)
    )
    counts = {state: count for state, count in counted}
    session.execute(delete(Progress).where(Progress.mailing_id == mailing_id))
    add(
        session,
        mailing_id,
        sent=counts.get(DeliveryState.SENT, 0),
        failed=counts.get(DeliveryState.FAILED, 0),
        skipped=counts.get(DeliveryState.SKIPPED, 0),
    )


def retry(session: Session, mailing_id: int, *, now: datetime) -> int:
    """Try the failed rows of a mailing once more; the number of rows. Raises UnknownMailing, WrongState."""
    mailing = mailings.reopen(session, mailing_id)
    tried = session.execute(
        update(Delivery)
        .where(
            Delivery.mailing_id == mailing.id,
            Delivery.state == DeliveryState.FAILED,
            Delivery.address.is_not(None),
            Delivery.not_after > now,
        )
        .values(state=DeliveryState.QUEUED, reason="", next_at=now, opened_at=now, attempt=0, done_at=None)
    )
    return rows_changed(tried)
