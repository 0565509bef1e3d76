"""What organisers do for one person on the list, at her wish or since her address must be written to no more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.core.errors import Refused
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people import SuppressionReason, find_person, is_suppressed, suppress
from mailer.series import is_over
from mailer.subscriptions.leaving import LIVING, last_step
from mailer.subscriptions.models import Consent, ConsentStep, OwedLetter, Subscription, SubscriptionState
from mailer.subscriptions.sign_up import (
    CONFIRM_WITHIN,
    Blocked,
    LinkTooOld,
    SeriesOver,
    UnknownRequest,
    lock,
    owe,
)

ONE_CONFIRMATION_IN = timedelta(hours=1)
"""Who waits to be confirmed gets the mail about it anew at most once in this time."""

TAKEN_BACK_WITHIN = timedelta(hours=1)
"""How long a removal by mistake can be taken back. Later, only she can come back."""


class NotPending(Refused):
    """Only who has not confirmed yet can be asked once more."""

    code = "not_pending"


class AskedLately(Refused):
    """She was asked to confirm less than an hour ago."""

    code = "asked_lately"


class NotRestorable(Refused):
    """The removal is an hour old, or she left by herself."""

    code = "not_restorable"


def correct(session: Session, subscription_id: int, *, name: str, language: Locale) -> Subscription:
    """Write down her name and language as she wants them. Raises UnknownRequest.

    While she has not confirmed they replace what stood in the form, for that reaches her with the confirmation.
    """
    subscription = _locked(session, subscription_id)
    person = subscription.person
    person.name, person.language = name, language
    subscription.asked_name, subscription.asked_language = name, language
    return subscription


def ask_again(session: Session, subscription_id: int, *, now: datetime) -> None:
    """Owe the confirmation mail once more, with the link it had: it does not count for longer.

    Raises UnknownRequest, NotPending, SeriesOver, LinkTooOld, Blocked, AskedLately.
    """
    subscription = _locked(session, subscription_id)
    if subscription.state is not SubscriptionState.PENDING:
        raise NotPending(subscription=subscription_id)
    if is_over(subscription.series, now):
        raise SeriesOver(series=subscription.series.slug)
    if now - subscription.requested_at > CONFIRM_WITHIN:
        raise LinkTooOld(subscription=subscription_id)
    if is_suppressed(session, subscription.person.pseudonym):
        raise Blocked(subscription=subscription_id)
    if now < may_ask_again_at(subscription):
        raise AskedLately(subscription=subscription_id)
    subscription.reminded_at = now
    owe(subscription, OwedLetter.CONFIRM)


def may_ask_again_at(subscription: Subscription) -> datetime:
    """From when on the confirmation mail may go out anew."""
    asked = filter(None, (subscription.requested_at, subscription.reminded_at))
    return max(asked) + ONE_CONFIRMATION_IN


def remove(session: Session, subscription_id: int, *, now: datetime) -> Subscription:
    """Take somebody off the list, as she asked the organisers to; no mail tells her.

    Raises UnknownRequest. Who gets no mails any more, for whatever reason, stays as she is.
    """
    subscription = _locked(session, subscription_id)
    if subscription.state not in LIVING:
        return subscription
    subscription.state, subscription.left_at = SubscriptionState.LEFT, now
    subscription.owed = None
    _note(session, subscription, ConsentStep.REMOVED, now=now)
    return subscription


def restore(session: Session, subscription_id: int, *, now: datetime) -> Subscription:
    """Take a removal back that was a mistake: she is on the list as before.

    Raises UnknownRequest, NotRestorable, Blocked, SeriesOver.
    """
    subscription = _locked(session, subscription_id)
    if not can_restore(session, subscription, now=now):
        raise NotRestorable(subscription=subscription_id)
    if is_suppressed(session, subscription.person.pseudonym):
        raise Blocked(subscription=subscription_id)
    if is_over(subscription.series, now):
        raise SeriesOver(series=subscription.series.slug)
    confirmed = subscription.confirmed_at is not None
    subscription.state = SubscriptionState.ACTIVE if confirmed else SubscriptionState.PENDING
    subscription.left_at = None
    _note(session, subscription, ConsentStep.RESTORED, now=now)
    return subscription


def can_restore(session: Session, subscription: Subscription, *, now: datetime) -> bool:
    """Whether organisers took her off the list within the hour, and she has not left by herself since."""
    left_at = subscription.left_at
    if subscription.state is not SubscriptionState.LEFT or left_at is None:
        return False
    return now - left_at < TAKEN_BACK_WITHIN and last_step(session, subscription) is ConsentStep.REMOVED


def block(session: Session, address: EmailAddress, *, pseudonym: Pseudonym, now: datetime) -> int:
    """Never write to this address again, and take it off every list; the number of lists it stood on."""
    suppress(session, pseudonym(address), SuppressionReason.BLOCKED, now=now)
    person = find_person(session, address)
    if person is None:
        return 0
    living = select(Subscription.id).where(
        Subscription.person_id == person.id, Subscription.state.in_(LIVING)
    )
    ids = session.scalars(living.order_by(Subscription.id)).all()
    for subscription_id in ids:
        remove(session, subscription_id, now=now)
    return len(ids)


def _locked(session: Session, subscription_id: int) -> Subscription:
    subscription = lock(session, subscription_id)
    if subscription is None:
        raise UnknownRequest(subscription=subscription_id)
    return subscription


def _note(session: Session, subscription: Subscription, step: ConsentStep, *, now: datetime) -> None:
    pseudonym = subscription.person.pseudonym
    session.add(Consent(series_id=subscription.series_id, pseudonym=pseudonym, step=step, at=now))
    session.flush()
