"""From a released mailing to the people it reaches: who is told is written down in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, literal, select
from sqlalchemy.orm import Session

from mailer.mailings.audience import audience_of
from mailer.mailings.models import Mailing, MailingState, Told
from mailer.mailings.planning import ensure_occasion, insert_for, open_windows, sent_by_hand
from mailer.series import Series
from mailer.subscriptions import SubscriptionId


def due_mailings(session: Session, *, now: datetime) -> Sequence[Mailing]:
    """Released mailings whose time has come, locked so that two workers do not open the same one."""
    return session.scalars(
        select(Mailing)
        .where(Mailing.state == MailingState.RELEASED, Mailing.due_at <= now)
        .order_by(Mailing.due_at, Mailing.id)
        .with_for_update(skip_locked=True, of=Mailing)
    ).all()


def tell(session: Session, mailing: Mailing, *, now: datetime) -> Select[SubscriptionId]:
    """Note everybody the mailing reaches as told, and say how to select them.

    Only who was not told before is written to, unless the mailing goes out once more on purpose.
    """
    audience = audience_of(mailing, now=now)
    if mailing.occasion_id is None:
        return audience
    told = select(literal(mailing.occasion_id), audience.subquery().c.id, literal(mailing.id))
    columns = ["occasion_id", "subscription_id", "mailing_id"]
    statement = insert_for(session, Told).from_select(columns, told.where(literal(True)))
    session.execute(statement.on_conflict_do_nothing())
    if mailing.again:
        return audience
    return select(Told.subscription_id.label("id")).where(
        Told.occasion_id == mailing.occasion_id, Told.mailing_id == mailing.id
    )


def tell_newcomer(session: Session, series: Series, subscription_id: int, *, now: datetime) -> list[int]:
    """Note that a welcome tells this person of everything that is under way; the ids of those events.

    What was past when the series was imported reaches nobody by itself: the welcome speaks of it, but
    takes nothing away from a mailing by hand.

    Call `lock_series` first, or a mailing that opens at the same moment may tell her too.
    """
    told = open_windows(session, series, now=now)
    for window in told:
        if not (window.owed or sent_by_hand(session, window)):
            continue
        occasion_id = ensure_occasion(session, window)
        session.execute(
            insert_for(session, Told)
            .values(occasion_id=occasion_id, subscription_id=subscription_id, mailing_id=None)
            .on_conflict_do_nothing()
        )
    return [window.event_id for window in told]


def untell(session: Session, mailing_id: int, who: Select[SubscriptionId | None]) -> None:
    """Take back that a mailing told these people: it was stopped before their letters left."""
    session.execute(
        delete(Told)
        .where(Told.mailing_id == mailing_id, Told.subscription_id.in_(who))
        .execution_options(synchronize_session=False)
    )


def lock_series(session: Session, series: Series) -> None:
    """Let nobody else open a mailing or welcome anybody of this series until the transaction ends.

    Who signs up or leaves meanwhile need not wait: her proof of consent may point at the series (FOR NO KEY UPDATE).
    """
    session.execute(select(Series.id).where(Series.id == series.id).with_for_update(key_share=True))
