"""Closing what needs no worker: rows of stopped mailings, and mailings of which nothing is left to do."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer import mailings
from mailer.core.db import rows_changed
from mailer.delivery import progress
from mailer.delivery.fitness import CALLED_OFF, MOVED, TOO_LATE
from mailer.delivery.models import NOT_SIMPLY_SENT, Delivery, DeliveryState
from mailer.mailings import Mailing, MailingId, MailingState

WAITING = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED, DeliveryState.HELD)

CLOSED_AT_ONCE = 20_000
"""Rows of a stopped mailing that one transaction closes, so that others get their turn."""


def finish_mailings(session: Session, *, now: datetime) -> int:
    """Close rows of stopped mailings, and mailings of which nothing is left to do; the number of those."""
    for mailing_id in session.scalars(
        sa.select(Mailing.id).where(_is(MailingState.CANCELLED), _has_waiting())
    ):
        _skip(session, mailing_id, now=now)
    finished = session.scalars(
        sa.update(Mailing)
        .where(_is(MailingState.SENDING), ~_has_waiting(), Mailing.id.not_in(_in_hand()))
        .values(state=MailingState.DONE, finished_at=now)
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    ).all()
    for mailing_id in finished:
        progress.recount(session, mailing_id)
        _untell_outdated(session, mailing_id)
        _say_if_missed(session, mailing_id)
    return len(finished)


def _say_if_missed(session: Session, mailing_id: MailingId) -> None:
    """Nobody got it, for the relay took nothing while it was of use: that is missed, and the organisers hear of it."""
    too_late = _skipped(mailing_id, TOO_LATE)
    counts = progress.counts_by_state(session, session.get_one(Mailing, mailing_id))
    if counts["sent"] or not session.scalar(sa.select(sa.exists().where(too_late))):
        return
    session.execute(
        sa.update(Mailing)
        .where(Mailing.id == mailing_id)
        .values(state=MailingState.MISSED, reason="relay_away")
        .execution_options(synchronize_session=False)
    )
    mailings.untell(session, mailing_id, sa.select(Delivery.subscription_id).where(too_late))


def _untell_outdated(session: Session, mailing_id: MailingId) -> None:
    """Who was passed over because the dialogue moved meanwhile was not told of it, and need not hear that it moved."""
    outdated = sa.select(Delivery.subscription_id).where(_skipped(mailing_id, MOVED, CALLED_OFF))
    mailings.untell(session, mailing_id, outdated)


def _skipped(mailing_id: MailingId, *reasons: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        Delivery.mailing_id == mailing_id,
        sa.text(f"({NOT_SIMPLY_SENT})"),
        Delivery.state == DeliveryState.SKIPPED,
        Delivery.reason.in_(reasons),
    )


def _skip(session: Session, mailing_id: int, *, now: datetime) -> None:
    some = sa.select(Delivery.id).where(Delivery.mailing_id == mailing_id, _waits()).limit(CLOSED_AT_ONCE)
    closed = session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(some.scalar_subquery()), _waits())
        .values(state=DeliveryState.SKIPPED, reason="mailing cancelled", done_at=now)
        .execution_options(synchronize_session=False)
    )
    progress.add(session, mailing_id, skipped=rows_changed(closed))
    stopped = sa.select(Delivery.subscription_id).where(
        Delivery.mailing_id == mailing_id,
        Delivery.state == DeliveryState.SKIPPED,
        Delivery.reason == "mailing cancelled",
    )
    mailings.untell(session, mailing_id, stopped)


def drop_waiting(session: Session, which: sa.ColumnElement[bool], *, reason: str, now: datetime) -> None:
    """Close rows that still wait, for a reason that lies outside of sending."""
    waiting = sa.and_(which, Delivery.state.in_(WAITING))
    by_mailing = session.execute(
        sa.select(Delivery.mailing_id, sa.func.count()).where(waiting).group_by(Delivery.mailing_id)
    ).all()
    session.execute(
        sa.update(Delivery)
        .where(waiting)
        .values(state=DeliveryState.SKIPPED, reason=reason, done_at=now, claimed_by=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    for mailing_id, count in by_mailing:
        if mailing_id is not None:
            progress.add(session, mailing_id, skipped=count)


def _is(state: MailingState) -> sa.ColumnElement[bool]:
    return Mailing.state == state


def _has_waiting() -> sa.ColumnElement[bool]:
    return sa.exists().where(Delivery.mailing_id == Mailing.id, _waits())


def _waits() -> sa.ColumnElement[bool]:
    """In words, not in parameters: an index with a condition is used for no less."""
    return sa.and_(Delivery.claimed_by.is_(None), Delivery.done_at.is_(None))


def _in_hand() -> sa.Select[MailingId | None]:
    """The mailings of the few rows that workers have in hand, found through them."""
    in_hand = sa.literal_column("delivery.claimed_by > ''", sa.Boolean())
    return sa.select(Delivery.mailing_id).where(in_hand, Delivery.mailing_id.is_not(None))
