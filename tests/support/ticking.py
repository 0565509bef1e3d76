"""The tick without a relay: every step of the house in its order, and what came of it for whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import jobs, subscriptions
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery, DeliveryState
from mailer.mailings import Mailing, MailingState
from mailer.series import Event, Series
from mailer.subscriptions import Subscription
from tests.support.asking import ask


def tick(session: Session, *, now: datetime) -> int:
    """Do what one turn of the worker does before it sends; the number of things done."""
    done = 0
    for step in jobs.STEPS.values():
        done += step(session, now=now)
        session.flush()
        session.expire_all()
    return done


def everything_arrives(session: Session, *, now: datetime) -> None:
    """Let every queued letter be sent, and the mailings be done."""
    queued = select(Delivery).where(Delivery.state == DeliveryState.QUEUED)
    for row in session.scalars(queued).all():
        row.state, row.done_at = DeliveryState.SENT, now
    session.flush()
    jobs.STEPS["mailings.finished"](session, now=now)
    session.expire_all()


def a_newcomer(session: Session, series: Series, address: str, *, now: datetime) -> Subscription:
    """Somebody who asked a minute ago and confirms now; her welcome is owed."""
    asked = ask(session, series, EmailAddress(address), now=now - timedelta(minutes=1))
    assert asked is not None
    return subscriptions.confirm(session, asked.id, asked.request, now=now)


def letters_to(session: Session, subscription: Subscription) -> list[tuple[str, datetime]]:
    """Kind and moment of every letter the ledger holds for one person, the oldest first."""
    rows = session.scalars(
        select(Delivery).where(Delivery.subscription_id == subscription.id).order_by(Delivery.id)
    )
    return [(row.kind, row.opened_at) for row in rows]


def mailings_of(session: Session, event: Event | None = None) -> list[tuple[str, MailingState, datetime]]:
    """Kind, state and due time of every mailing, or of those about one event, in order."""
    asked = select(Mailing).order_by(Mailing.due_at, Mailing.id)
    if event is not None:
        asked = asked.where(Mailing.event_id == event.id)
    return [(mailing.kind.value, mailing.state, mailing.due_at) for mailing in session.scalars(asked)]
