"""What the ledger's rows go through: claimed, recorded before the dot, settled, recovered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.db import Database, rows_changed
from mailer.core.lease import is_free
from mailer.delivery.models import Delivery, DeliveryState
from mailer.delivery.replies import Reply
from mailer.delivery.retry import next_attempt
from mailer.mailings import Mailing, MailingState

LEASE = timedelta(minutes=15)
"""How long a claim counts when its worker cannot be asked: longer than the wait after a final dot."""

OPEN_STATES = (
    DeliveryState.QUEUED,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.DEFERRED,
    DeliveryState.HELD,
)


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt: the relay's reply, or None when the connection was lost after the dot."""

    delivery_id: int
    reply: Reply | None
    at_recipient: bool = False
    """Whether the reply came to the envelope, before any content was sent."""


def claim(session: Session, *, worker: str, limit: int, clock: datetime, now: datetime) -> list[int]:
    """The ids of up to ``limit`` rows that are due, now under this worker's lease.

    Letters to a single person (confirm, sign-in) come before mailings: nobody waits behind
    a thousand others for her own click. ``clock`` is the machine's, ``now`` the house's.
    """
    due = and_(Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.DEFERRED]), Delivery.next_at <= now)
    single = _claim(
        session, and_(due, Delivery.mailing_id.is_(None)), worker=worker, limit=limit, clock=clock
    )
    if len(single) == limit:
        return single
    goes_out = exists().where(Mailing.id == Delivery.mailing_id, Mailing.state == MailingState.SENDING)
    rest = limit - len(single)
    return single + _claim(session, and_(due, goes_out), worker=worker, limit=rest, clock=clock)


def begin(session: Session, delivery_id: int, *, worker: str) -> bool:
    """Note that the row's final dot is about to be sent; False when the row is not this worker's any more."""
    began = session.execute(
        update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.state == DeliveryState.CLAIMED,
            Delivery.claimed_by == worker,
        )
        .values(state=DeliveryState.SENDING, attempt=Delivery.attempt + 1)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(began) == 1


def settle(session: Session, outcome: Outcome, *, worker: str, now: datetime) -> DeliveryState | None:
    """Write down what became of an attempt; None when the row was taken over meanwhile."""
    row = session.get(Delivery, outcome.delivery_id, populate_existing=True)
    if row is None or row.claimed_by != worker:
        return None
    row.claimed_by, row.lease_until = None, None
    if outcome.reply is None:
        _leave_in_doubt(row, now=now)
        return row.state
    if row.state is DeliveryState.CLAIMED:
        row.attempt += 1  # refused before its dot
    row.code, row.reply = outcome.reply.code, outcome.reply.without_addresses
    if outcome.reply.accepted:
        _close(row, DeliveryState.SENT, now=now)
    elif outcome.reply.temporary:
        _defer(row, now=now)
    else:
        _close(row, DeliveryState.FAILED, reason="refused", now=now)
        if outcome.at_recipient and outcome.reply.says_no_such_address and row.subscription_id is not None:
            subscriptions.bounce(session, row.subscription_id, now=now)
    session.flush()
    return row.state


def skip(session: Session, delivery_id: int, reason: str, *, worker: str, now: datetime) -> None:
    """Close a claimed row that is not sent on purpose."""
    _close_claimed(session, delivery_id, DeliveryState.SKIPPED, reason, worker=worker, now=now)


def fail(session: Session, delivery_id: int, reason: str, *, worker: str, now: datetime) -> None:
    """Close a claimed row that cannot be sent at all."""
    _close_claimed(session, delivery_id, DeliveryState.FAILED, reason, worker=worker, now=now)


def give_back(session: Session, delivery_ids: Sequence[int], *, worker: str) -> None:
    """Put claimed rows back untried."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.id.in_(delivery_ids),
            Delivery.state == DeliveryState.CLAIMED,
            Delivery.claimed_by == worker,
        )
        .values(state=DeliveryState.QUEUED, claimed_by=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def recover(database: Database, *, worker: str, clock: datetime) -> int:
    """Put back to work what workers left behind that are gone; the number of rows.

    Claimed rows were never on the wire. Rows whose dot may have been sent are in doubt: they go
    again under their old Message-ID, for a reminder lost is worse than one that comes twice
    (RFC 1047; at most one such row a connection).
    """
    with database.reading() as session:
        holders = session.scalars(
            select(Delivery.claimed_by)
            .where(Delivery.state.in_([DeliveryState.CLAIMED, DeliveryState.SENDING]))
            .distinct()
        ).all()
    gone = [name for name in holders if name and name != worker and is_free(database, f"worker-{name}")]
    if not holders:
        return 0
    with database.transaction() as session:
        orphaned = or_(
            Delivery.claimed_by.in_(gone),
            and_(Delivery.lease_until < clock, Delivery.claimed_by != worker),
        )
        doubtful = session.execute(
            update(Delivery)
            .where(Delivery.state == DeliveryState.SENDING, orphaned)
            .values(
                state=DeliveryState.QUEUED,
                claimed_by=None,
                lease_until=None,
                doubtful=Delivery.doubtful + 1,
                reason="in doubt: sent again under its old Message-ID",
            )
        )
        untried = session.execute(
            update(Delivery)
            .where(Delivery.state == DeliveryState.CLAIMED, orphaned)
            .values(state=DeliveryState.QUEUED, claimed_by=None, lease_until=None)
        )
        return rows_changed(doubtful) + rows_changed(untried)


def finish_mailings(session: Session, *, now: datetime) -> int:
    """Close what needs no worker: rows of stopped mailings, and mailings of which nothing is left to do."""
    stopped = exists().where(Mailing.id == Delivery.mailing_id, Mailing.state == MailingState.CANCELLED)
    session.execute(
        update(Delivery)
        .where(Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.DEFERRED]), stopped)
        .values(state=DeliveryState.SKIPPED, reason="mailing cancelled", done_at=now)
        .execution_options(synchronize_session=False)
    )
    left = exists().where(Delivery.mailing_id == Mailing.id, Delivery.state.in_(OPEN_STATES))
    finished = session.execute(
        update(Mailing)
        .where(Mailing.state == MailingState.SENDING, ~left)
        .values(state=MailingState.DONE, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(finished)


def _claim(
    session: Session, due: ColumnElement[bool], *, worker: str, limit: int, clock: datetime
) -> list[int]:
    chosen = (
        select(Delivery.id)
        .where(due)
        .order_by(Delivery.next_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
        .scalar_subquery()
    )
    claimed = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(chosen))
        .values(state=DeliveryState.CLAIMED, claimed_by=worker, lease_until=clock + LEASE)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(claimed)


def _close_claimed(
    session: Session, delivery_id: int, state: DeliveryState, reason: str, *, worker: str, now: datetime
) -> None:
    session.execute(
        update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.state == DeliveryState.CLAIMED,
            Delivery.claimed_by == worker,
        )
        .values(state=state, reason=reason, done_at=now, claimed_by=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def _leave_in_doubt(row: Delivery, *, now: datetime) -> None:
    row.doubtful += 1
    row.state, row.next_at = DeliveryState.QUEUED, now
    row.reason = "in doubt: sent again under its old Message-ID"


def _close(row: Delivery, state: DeliveryState, *, reason: str = "", now: datetime) -> None:
    row.state, row.reason, row.done_at = state, reason, now


def _defer(row: Delivery, *, now: datetime) -> None:
    again = next_attempt(row.attempt, opened_at=row.opened_at, not_after=row.not_after, now=now)
    if again is None:
        _close(row, DeliveryState.FAILED, reason="given up", now=now)
    else:
        row.state, row.next_at = DeliveryState.DEFERRED, again
