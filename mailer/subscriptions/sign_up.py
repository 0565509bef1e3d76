"""From a filled-in form to a subscription."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.core.errors import NotFound, Refused
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people import Person, find_or_add_person, is_suppressed
from mailer.series import Series, is_over
from mailer.subscriptions.models import Consent, ConsentStep, OwedLetter, Subscription, SubscriptionState

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


class LinkReplaced(Refused):  # the web answers 410 for this one
    """The link belongs to an older request of the same person; only the newest mail's counts."""

    code = "link_replaced"


def request(
    session: Session,
    series: Series,
    address: EmailAddress,
    *,
    name: str,
    language: Locale,
    wording: str,
    pseudonym: Pseudonym,
    now: datetime,
) -> Subscription | None:
    """Note that somebody asked for the mails of a series; the tick writes her the letter that fits.

    None for an address the organisers blocked. The caller answers alike in every case: the
    answer must not tell who is subscribed.

    Raises SeriesOver.
    """
    if is_over(series, now):
        raise SeriesOver(series=series.slug)
    if is_suppressed(session, pseudonym(address)):
        return None
    person = find_or_add_person(session, address, name=name, language=language, pseudonym=pseudonym, now=now)
    found = find_of_person(session, person, series)
    if found is not None and found.state is SubscriptionState.ACTIVE:
        _say_already(found, now=now)
        return found
    asked = found or Subscription(
        person_id=person.id, series_id=series.id, request=0, owed_number=0, state=SubscriptionState.PENDING
    )
    asked.state = SubscriptionState.PENDING
    asked.request += 1
    asked.asked_name, asked.asked_language = name, language
    asked.requested_at, asked.confirmed_at, asked.paused_until = now, None, None
    owe(asked, OwedLetter.CONFIRM)
    session.add(asked)
    _note(session, asked, person, ConsentStep.ASKED, wording=wording, now=now)
    session.flush()
    return asked


def confirm(session: Session, subscription_id: int, request: int, *, now: datetime) -> Subscription:
    """Turn the request behind a confirmation link into a subscription.

    Confirming twice is the same as once. A person who has left stays away, however often
    the old link is opened; an older request's link confirms nothing.

    Raises UnknownRequest when it was erased meanwhile, LinkReplaced, LinkTooOld after
    CONFIRM_WITHIN, SeriesOver.
    """
    subscription = session.get(Subscription, subscription_id, with_for_update=True)
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
    )
    for subscription in session.scalars(active):
        _say_already(subscription, now=now)


def ask_access(session: Session, subscription_id: int, *, now: datetime) -> None:
    """Owe the fresh link with which a person sees or erases what is stored: at most one an hour, silently."""
    subscription = session.get(Subscription, subscription_id)
    if subscription is not None and _may_remind(subscription, now=now):
        subscription.reminded_at = now
        owe(subscription, OwedLetter.ACCESS)


def owe(subscription: Subscription, letter: OwedLetter) -> None:
    """Remember a letter until the tick has written it into the ledger; a newer one replaces it."""
    subscription.owed = letter
    subscription.owed_number += 1


def find_subscription(session: Session, subscription_id: int) -> Subscription | None:
    return session.get(Subscription, subscription_id)


def find_of_person(session: Session, person: Person, series: Series) -> Subscription | None:
    found: Subscription | None = session.scalar(
        select(Subscription)
        .where(Subscription.person_id == person.id, Subscription.series_id == series.id)
        .with_for_update()
    )
    return found


def _say_already(subscription: Subscription, *, now: datetime) -> None:
    if subscription.owed is None and _may_remind(subscription, now=now):
        subscription.reminded_at = now
        owe(subscription, OwedLetter.ALREADY)


def _may_remind(subscription: Subscription, *, now: datetime) -> bool:
    last = subscription.reminded_at
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
