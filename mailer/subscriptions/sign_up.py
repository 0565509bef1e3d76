"""From a filled-in form to a subscription."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mailer.core.db import insert_unless_there
from mailer.core.errors import NotFound, Refused
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people import Person, find_or_add_person, is_suppressed
from mailer.series import Outline, SeriesId, is_over
from mailer.subscriptions.models import (
    Consent,
    ConsentStep,
    OwedLetter,
    Subscription,
    SubscriptionId,
    SubscriptionState,
)
from mailer.subscriptions.newcomers import open_for_newcomer

CONFIRM_WITHIN = timedelta(days=7)
"""How long a request waits for its confirmation before it is erased (GDPR article 5 (1) e)."""

ONE_REMINDER_IN = timedelta(hours=1)
"""Who is subscribed already gets at most one mail in this time that says so."""


class SeriesOver(Refused):
    """The series has ended: there is nothing left to be reminded of."""

    code = "series_over"


class UnknownRequest(NotFound):
    """The request behind a confirmation link was erased meanwhile."""

    code = "unknown_request"


class LinkTooOld(Refused):  # the web answers 410 for this one
    """The confirmation link was used after CONFIRM_WITHIN. Signing up again is the way out."""

    code = "link_too_old"


class Blocked(Refused):
    """The address was blocked after the request: we must not write there."""

    code = "blocked"


class LinkReplaced(Refused):  # the web answers 410 for this one
    """The link belongs to an older request of the same person; only the newest mail's counts."""

    code = "link_replaced"


def request(
    session: Session,
    series: Outline,
    address: EmailAddress,
    *,
    name: str,
    language: Locale,
    wording: str,
    pseudonym: Pseudonym,
    now: datetime,
) -> SubscriptionId | None:
    """Note that somebody asked for the mails of a series; the tick writes her the letter that fits.

    None for an address the organisers blocked. The caller answers alike in every case: the
    answer must not tell who is subscribed. Of many at once each is a request of its own, and
    the last one's link counts; person and subscription are one.

    Raises SeriesOver.
    """
    if series.is_over(now):
        raise SeriesOver(series=series.slug)
    newcomer = open_for_newcomer(
        session,
        series.id,
        address,
        name=name,
        language=language,
        wording=wording,
        pseudonym=pseudonym,
        now=now,
    )
    if newcomer is not None:
        return newcomer
    if is_suppressed(session, pseudonym(address)):
        return None
    person = find_or_add_person(session, address, name="", language=language, pseudonym=pseudonym, now=now)
    found = _find_or_open(session, person, series.id, language=language, now=now)
    if found.state is SubscriptionState.ACTIVE:
        _say_already(found, now=now)
        return found.id
    found.state = SubscriptionState.PENDING
    found.request += 1
    found.asked_name, found.asked_language = name, language
    found.requested_at, found.confirmed_at, found.paused_until = now, None, None
    owe(found, OwedLetter.CONFIRM)
    _note(session, found, person, ConsentStep.ASKED, wording=wording, now=now)
    session.flush()
    return found.id


def confirm(session: Session, subscription_id: int, request: int, *, now: datetime) -> Subscription:
    """Turn the request behind a confirmation link into a subscription.

    Confirming twice is the same as once. A person who has left stays away, however often
    the old link is opened; an older request's link confirms nothing.

    Raises UnknownRequest when it was erased meanwhile, LinkReplaced, LinkTooOld after
    CONFIRM_WITHIN, SeriesOver, Blocked.
    """
    subscription = lock(session, subscription_id)
    if subscription is None:
        raise UnknownRequest(subscription=subscription_id)
    if subscription.request != request:
        raise LinkReplaced(subscription=subscription_id)
    if subscription.state is not SubscriptionState.PENDING:
        return subscription
    if is_over(subscription.series, now):
        raise SeriesOver(series=subscription.series.slug)
    if now - subscription.requested_at > CONFIRM_WITHIN:
        raise LinkTooOld(subscription=subscription_id)
    if is_suppressed(session, subscription.person.pseudonym):
        raise Blocked(subscription=subscription_id)

    subscription.state = SubscriptionState.ACTIVE
    subscription.confirmed_at = now
    person = subscription.person
    person.name = subscription.asked_name or person.name
    person.language = subscription.asked_language
    owe(subscription, OwedLetter.WELCOME)
    _note(session, subscription, person, ConsentStep.CONFIRMED, now=now)
    session.flush()
    return subscription


def ask_link(session: Session, address: EmailAddress, *, pseudonym: Pseudonym, now: datetime) -> None:
    """Owe everybody behind this address the mail with the link to manage each subscription. Silent when there is none."""
    if is_suppressed(session, pseudonym(address)):
        return
    active = (
        select(Subscription)
        .join(Person)
        .where(Person.pseudonym == pseudonym(address), Subscription.state == SubscriptionState.ACTIVE)
        .order_by(Subscription.id)
        .with_for_update(of=Subscription, key_share=True)
    )
    for subscription in session.scalars(active):
        _say_already(subscription, now=now)


def ask_access(session: Session, subscription_id: int, *, now: datetime) -> None:
    """Owe the fresh link with which a person sees or erases what is stored: at most one an hour, silently.

    A letter that is still owed goes first, and is not replaced.
    """
    subscription = lock(session, subscription_id)
    if (
        subscription is not None
        and subscription.owed is None
        and _is_due(subscription.access_asked_at, now=now)
    ):
        subscription.access_asked_at = now
        owe(subscription, OwedLetter.ACCESS)


def owe(subscription: Subscription, letter: OwedLetter) -> None:
    """Remember a letter until the tick has written it into the ledger; a newer one replaces it."""
    subscription.owed = letter
    subscription.owed_number += 1


def find_subscription(session: Session, subscription_id: int) -> Subscription | None:
    return session.get(Subscription, subscription_id)


def _find_of_person(session: Session, person: Person, series_id: SeriesId) -> Subscription | None:
    """A person's subscription of a series, locked as by `lock`."""
    return _lock(session, Subscription.person_id == person.id, Subscription.series_id == series_id)


def _find_or_open(
    session: Session, person: Person, series_id: SeriesId, *, language: Locale, now: datetime
) -> Subscription:
    """A person's subscription of a series, locked; a new one is pending and was asked for no time yet."""
    found = _find_of_person(session, person, series_id)
    if found is not None:
        return found
    insert_unless_there(
        session,
        Subscription,
        person_id=person.id,
        series_id=series_id,
        asked_language=language,
        requested_at=now,
    )
    opened = _find_of_person(session, person, series_id)
    assert opened is not None  # noqa: S101  # the row was written one line above, by us or by who was faster
    return opened


def lock(session: Session, subscription_id: int) -> Subscription | None:
    """The subscription as it stands now, and nobody else's to change until the transaction ends."""
    return _lock(session, Subscription.id == subscription_id)


def _lock(session: Session, *which: ColumnElement[bool]) -> Subscription | None:
    """Rows that point here may still be written meanwhile (FOR NO KEY UPDATE): one who leaves while
    a mailing is being opened would otherwise wait for it, and it for her."""
    found: Subscription | None = session.scalar(
        select(Subscription)
        .where(*which)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return found


def _say_already(subscription: Subscription, *, now: datetime) -> None:
    if subscription.owed is None and _is_due(subscription.reminded_at, now=now):
        subscription.reminded_at = now
        owe(subscription, OwedLetter.ALREADY)


def _is_due(last: datetime | None, *, now: datetime) -> bool:
    return last is None or not timedelta(0) <= now - last < ONE_REMINDER_IN


def _note(
    session: Session,
    subscription: Subscription,
    person: Person,
    step: ConsentStep,
    *,
    wording: str = "",
    now: datetime,
) -> None:
    session.add(
        Consent(
            series_id=subscription.series_id, pseudonym=person.pseudonym, step=step, wording=wording, at=now
        )
    )
