"""Whether a row may still leave: recipients are decided when their letter goes, not when it was planned."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from mailer.delivery.models import Delivery, DeliveryState
from mailer.delivery.seat_letters import seat_reason
from mailer.mailings import Mailing, MailingKind, MailingState
from mailer.people import is_suppressed
from mailer.subscriptions import Subscription, SubscriptionState

MOVED, CALLED_OFF = "moved", "dialogue cancelled"
"""What a letter says is not true any more: its reader was not told of it after all."""

TOO_LATE = "too late"
TO_NOBODY_ON_A_LIST = frozenset({"signin", "invitation", "notice"})
WHILE_ANY = frozenset({"access"})


def why_not(session: Session, row: Delivery, *, now: datetime) -> str:
    """The reason this row is skipped now; empty when it may leave."""
    if now >= row.not_after:
        return TOO_LATE
    if row.address is None:
        return "erased"
    if row.mailing is not None and (reason := mailing_reason(row.mailing)):
        return reason
    if row.kind in TO_NOBODY_ON_A_LIST or row.facts.get("test"):
        return ""
    if row.registration is not None:
        return seat_reason(session, row, row.registration)
    if row.subscription is None:
        return "erased"
    return _subscriber_reason(session, row, row.subscription, now=now)


def stopped_because(session: Session, delivery_id: int, *, worker: str, now: datetime) -> str | None:
    """Why a claimed row may not leave at this moment; empty when it is only held back, None when it is not ours any more."""
    row = session.get(Delivery, delivery_id)
    if row is None or row.state is not DeliveryState.CLAIMED or row.claimed_by != worker:
        return None
    return why_not(session, row, now=now)


def mailing_reason(mailing: Mailing) -> str:
    """Why nothing of the mailing may leave; empty when it may."""
    if mailing.state is MailingState.CANCELLED:
        return "mailing cancelled"
    event = mailing.event
    if event is not None and mailing.change is not None:
        return MOVED if mailing.event_revision != event.revision else ""
    if event is None or mailing.kind not in (MailingKind.INFO, MailingKind.REMINDER):
        return ""
    if event.is_cancelled:
        return CALLED_OFF
    return MOVED if mailing.event_starts_at != event.starts_at else ""


def wanted_state(kind: str) -> SubscriptionState:
    """The state in which a subscription gets a mailing of this kind."""
    return SubscriptionState.ENDED if kind == "farewell" else SubscriptionState.ACTIVE


def reader_reason(
    kind: str, state: str, paused_until: date | None, *, is_suppressed: bool, today: date
) -> str:
    """Why this person does not get a mailing; empty when she does. ``today`` is the series' local day.

    A pause holds back reminders, not the word that they have ended.
    """
    if is_suppressed:
        return "suppressed"
    if state != wanted_state(kind):
        return state
    return "paused" if paused_until and paused_until > today and kind != "farewell" else ""


def _subscriber_reason(session: Session, row: Delivery, subscription: Subscription, *, now: datetime) -> str:
    if is_suppressed(session, subscription.person.pseudonym):
        return "suppressed"
    if row.kind in WHILE_ANY:
        return ""
    if row.kind == "confirm":
        asked = (subscription.state, subscription.request)
        return "" if asked == (SubscriptionState.PENDING, row.facts.get("request")) else "asked for anew"
    today = now.astimezone(subscription.series.zone).date()
    paused_until = subscription.paused_until if row.mailing_id else None
    return reader_reason(row.kind, subscription.state.value, paused_until, is_suppressed=False, today=today)
