"""Leaving, pausing, changing the language, and the end of it all."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from mailer.core.db import rows_changed
from mailer.core.errors import Refused
from mailer.core.types import Locale
from mailer.people import Person, SuppressionReason, suppress
from mailer.series import Series, closes_at, list_series, mark_ended
from mailer.subscriptions.models import Consent, ConsentStep, Subscription, SubscriptionState
from mailer.subscriptions.sign_up import UnknownRequest, lock

LIVING = (SubscriptionState.ACTIVE, SubscriptionState.PENDING)


class NotSubscribed(Refused):
    """Only who gets the mails can pause them or choose their language."""

    code = "not_subscribed"


def leave(session: Session, subscription_id: int, *, now: datetime) -> Subscription | None:
    """End a subscription at its owner's wish. Twice is the same as once; None when it was erased already."""
    subscription = lock(session, subscription_id)
    if subscription is None or subscription.state is SubscriptionState.ENDED:
        return subscription
    if subscription.state is SubscriptionState.LEFT:
        # Where the organisers took her off, her own word is written down too: nobody takes that back.
        if last_step(session, subscription) is not ConsentStep.REMOVED:
            return subscription
    else:
        subscription.state, subscription.left_at, subscription.owed = SubscriptionState.LEFT, now, None
    session.add(
        Consent(
            series_id=subscription.series_id,
            pseudonym=subscription.person.pseudonym,
            step=ConsentStep.LEFT,
            at=now,
        )
    )
    session.flush()
    return subscription


def last_step(session: Session, subscription: Subscription) -> ConsentStep | None:
    """The latest step of a person's consent to one series."""
    found: ConsentStep | None = session.scalar(
        select(Consent.step)
        .join(Person, Person.pseudonym == Consent.pseudonym)
        .where(Person.id == subscription.person_id, Consent.series_id == subscription.series_id)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    return found


def pause(session: Session, subscription_id: int, until: date, *, now: datetime) -> Subscription:
    """No mails before the local day ``until``. Raises UnknownRequest, NotSubscribed."""
    subscription = _active(session, subscription_id)
    subscription.paused_until = until if until > now.astimezone(subscription.series.zone).date() else None
    return subscription


def resume(session: Session, subscription_id: int) -> Subscription:
    """Mails come again from now on. Raises UnknownRequest, NotSubscribed."""
    subscription = _active(session, subscription_id)
    subscription.paused_until = None
    return subscription


def choose_language(session: Session, subscription_id: int, language: Locale) -> Subscription:
    """Write to this person in ``language`` from now on. Raises UnknownRequest, NotSubscribed."""
    subscription = _active(session, subscription_id)
    subscription.person.language = language
    return subscription


def bounce(session: Session, subscription_id: int, *, now: datetime) -> bool:
    """The address does not exist, by the word of who should know: write there no more. Whether we would have."""
    bounced = session.execute(
        update(Subscription)
        .where(
            Subscription.id == subscription_id,
            Subscription.state.in_(LIVING),
        )
        .values(state=SubscriptionState.BOUNCED, bounced_at=now, owed=None)
    )
    return rows_changed(bounced) > 0


def complain(session: Session, person: Person, *, now: datetime) -> None:
    """Her provider reported our mail as spam: she leaves every list, and is never written to again."""
    suppress(session, person.pseudonym, SuppressionReason.COMPLAINT, now=now)
    living = select(Subscription.id).where(
        Subscription.person_id == person.id, Subscription.state.in_(LIVING)
    )
    for subscription_id in session.scalars(living.order_by(Subscription.id)).all():
        leave(session, subscription_id, now=now)


def end_finished(session: Session, *, now: datetime) -> int:
    """End every subscription of each series whose closing time has come; the number of people it ended for.

    Those who never confirmed end too, but were never subscribed: no farewell for them. Who came in
    at the last moment, or while the end was put off for a while, ends with the next call.
    """
    ended = 0
    for series in list_series(session, drafts=True):
        end = closes_at(series)
        if end is None or end > now:
            continue
        if series.ended_at is None or series.ended_at < end or _has_living(session, series):
            ended += _end(session, series, now=now)
    return ended


def counts_by_state(session: Session, series: Series) -> dict[SubscriptionState, int]:
    """How many subscriptions stand in each state, those erased since included; every state is there."""
    rows = session.execute(
        select(Subscription.state, func.count())
        .where(Subscription.series_id == series.id)
        .group_by(Subscription.state)
    )
    counts = {state: series.forgotten.get(state.value, 0) for state in SubscriptionState}
    for state, count in rows:
        counts[state] += count
    return counts


def _has_living(session: Session, series: Series) -> bool:
    living = exists().where(Subscription.series_id == series.id, Subscription.state.in_(LIVING))
    return bool(session.scalar(select(living)))


def _end(session: Session, series: Series, *, now: datetime) -> int:
    session.execute(
        insert(Consent).from_select(
            ["series_id", "pseudonym", "step", "wording", "evidence", "at"],
            select(
                Subscription.series_id,
                Person.pseudonym,
                literal(ConsentStep.ENDED, Consent.step.type),
                literal(""),
                literal(""),
                literal(now, Consent.at.type),
            )
            .join(Person)
            .where(Subscription.series_id == series.id, Subscription.state == SubscriptionState.ACTIVE),
        )
    )
    ended = session.execute(
        update(Subscription)
        .where(Subscription.series_id == series.id, Subscription.state.in_(LIVING))
        .values(state=SubscriptionState.ENDED, ended_at=now, owed=None)
    )
    mark_ended(series, now=now)
    session.flush()
    return rows_changed(ended)


def _active(session: Session, subscription_id: int) -> Subscription:
    subscription = lock(session, subscription_id)
    if subscription is None:
        raise UnknownRequest(subscription=subscription_id)
    if subscription.state is not SubscriptionState.ACTIVE:
        raise NotSubscribed(subscription=subscription_id)
    return subscription
