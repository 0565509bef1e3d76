"""Subscriptions in every state, brought there by the room's own steps."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mailer import people, subscriptions
from mailer.core.clock import local_day
from mailer.core.types import EmailAddress, Locale
from mailer.people import SuppressionReason
from mailer.series import Series
from mailer.subscriptions import Subscription, SubscriptionState
from tests.support.asking import ANNA, ask
from tests.support.making import NOON, pseudonym


def asked(
    session: Session,
    series: Series,
    address: EmailAddress = ANNA,
    *,
    name: str = "",
    language: Locale = "de",
    now: datetime = NOON,
) -> Subscription:
    """A pending subscription."""
    found = ask(session, series, address, name=name, language=language, now=now)
    assert found is not None
    return found


def confirmed(
    session: Session, series: Series, address: EmailAddress = ANNA, *, name: str = "", now: datetime = NOON
) -> Subscription:
    """An active subscription whose letters have all been written."""
    found = asked(session, series, address, name=name, now=now)
    subscriptions.confirm(session, found.id, found.request, now=now)
    found.owed = None
    return found


def in_state(
    session: Session, series: Series, state: SubscriptionState, *, now: datetime = NOON
) -> Subscription:
    """A subscription that came to ``state`` at ``now``; the series goes on."""
    if state is SubscriptionState.PENDING:
        return asked(session, series, now=now)
    found = confirmed(session, series, now=now)
    if state is SubscriptionState.LEFT:
        subscriptions.leave(session, found.id, now=now)
    if state is SubscriptionState.BOUNCED:
        subscriptions.bounce(session, found.id, now=now)
    if state is SubscriptionState.ENDED:
        end(session, series, now=now)
        series.closes_on = None
    session.flush()
    session.refresh(found)
    assert found.state is state
    return found


def end(session: Session, series: Series, *, now: datetime) -> int:
    """Let the series be over and end its subscriptions."""
    series.closes_on = local_day(now, series.zone) - timedelta(days=1)
    return subscriptions.end_finished(session, now=now)


def block(session: Session, address: EmailAddress = ANNA) -> None:
    people.suppress(session, pseudonym(address), SuppressionReason.BLOCKED, now=NOON)
