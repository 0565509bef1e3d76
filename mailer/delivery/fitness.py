"""Whether a row may still leave: recipients are decided when their letter goes, not when it was planned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.delivery.models import Delivery
from mailer.mailings import Mailing, MailingKind, MailingState
from mailer.people import is_suppressed
from mailer.subscriptions import Subscription, SubscriptionState

TO_NOBODY_ON_A_LIST = frozenset({"signin", "notice"})
WHILE_ANY = frozenset({"access"})


def why_not(session: Session, row: Delivery, *, now: datetime) -> str:
    """The reason this row is skipped now; empty when it may leave."""
    if now >= row.not_after:
        return "too late"
    if row.address is None:
        return "erased"
    if row.mailing is not None and (reason := _mailing_reason(row.mailing)):
        return reason
    if row.kind in TO_NOBODY_ON_A_LIST or row.facts.get("test"):
        return ""
    if row.subscription is None:
        return "erased"
    return _subscriber_reason(session, row, row.subscription, now=now)


def _mailing_reason(mailing: Mailing) -> str:
    if mailing.state is MailingState.CANCELLED:
        return "mailing cancelled"
    event = mailing.event
    if event is None or mailing.kind not in (MailingKind.INFO, MailingKind.REMINDER):
        return ""
    if event.is_cancelled:
        return "dialogue cancelled"
    return "moved" if mailing.event_starts_at != event.starts_at else ""


def _subscriber_reason(session: Session, row: Delivery, subscription: Subscription, *, now: datetime) -> str:
    if is_suppressed(session, subscription.person.pseudonym):
        return "suppressed"
    if row.kind in WHILE_ANY:
        return ""
    if row.kind == "confirm":
        asked = (subscription.state, subscription.request)
        return "" if asked == (SubscriptionState.PENDING, row.facts.get("request")) else "asked for anew"
    wanted = SubscriptionState.ENDED if row.kind == "farewell" else SubscriptionState.ACTIVE
    if subscription.state is not wanted:
        return subscription.state.value
    paused_until = subscription.paused_until
    if paused_until and row.mailing_id and paused_until > now.astimezone(subscription.series.zone).date():
        return "paused"
    return ""
