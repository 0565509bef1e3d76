"""Mailings under way: held back, going on, stopped, set going again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.releasing import WrongState, get_mailing


def pause(session: Session, mailing_id: int, *, reason: str = "") -> Mailing:
    """Hold a mailing back; what is in flight still arrives. Raises UnknownMailing, WrongState."""
    return _move(
        session,
        mailing_id,
        [MailingState.RELEASED, MailingState.SENDING],
        {"state": MailingState.PAUSED, "reason": reason},
    )


def resume(session: Session, mailing_id: int) -> Mailing:
    """Let a paused mailing go on. Raises UnknownMailing, WrongState."""
    goes_on = case(
        (Mailing.opened_at.is_(None), MailingState.RELEASED.value), else_=MailingState.SENDING.value
    )
    return _move(session, mailing_id, [MailingState.PAUSED], {"state": goes_on, "reason": ""})


def cancel(session: Session, mailing_id: int, *, now: datetime) -> Mailing:
    """Stop a mailing for good; what has not left stays here. Raises UnknownMailing, WrongState."""
    return _move(
        session,
        mailing_id,
        [MailingState.DRAFT, MailingState.RELEASED, MailingState.SENDING, MailingState.PAUSED],
        {"state": MailingState.CANCELLED, "finished_at": now, "reason": "stopped by hand"},
    )


def reopen(session: Session, mailing_id: int) -> Mailing:
    """Set a finished mailing going again, for rows that are tried anew. Raises UnknownMailing, WrongState."""
    return _move(
        session,
        mailing_id,
        [MailingState.DONE, MailingState.SENDING],
        {"state": MailingState.SENDING, "finished_at": None},
    )


def _move(
    session: Session, mailing_id: int, sources: list[MailingState], values: dict[str, object]
) -> Mailing:
    """One conditional UPDATE: of two organisers who press at once, one is told that she was slower."""
    known = get_mailing(session, mailing_id)
    moved = session.scalar(
        update(Mailing)
        .where(Mailing.id == mailing_id, Mailing.state.in_(sources))
        .values(**values)
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(known)
    if moved is None:
        raise WrongState(mailing=mailing_id, state=known.state.value)
    return known
