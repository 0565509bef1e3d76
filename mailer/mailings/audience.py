"""Who a mailing goes to: decided when it leaves, in the database, never as a list in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, false, func, or_, select
from sqlalchemy.orm import Session

from mailer import reminders
from mailer.mailings.models import Audience, Mailing, MailingKind, Occasion, Told
from mailer.mailings.seated import count_beside, count_held, count_with_seats, has_seat
from mailer.people import Person, Suppression
from mailer.series import Change, Event, Series
from mailer.subscriptions import OwedLetter, Subscription, SubscriptionId, SubscriptionState


def everybody(series: Series) -> Select[SubscriptionId]:
    """The ids of all active subscriptions, paused ones too: whom the series' end will end."""
    return _reachable().where(
        Subscription.series_id == series.id, Subscription.state == SubscriptionState.ACTIVE
    )


def subscribers(series: Series, *, now: datetime) -> Select[SubscriptionId]:
    """The ids of all subscriptions that get the series' mails today."""
    today = now.astimezone(series.zone).date()
    return everybody(series).where(
        or_(Subscription.paused_until.is_(None), Subscription.paused_until <= today)
    )


def untold(series: Series, occasion_id: int | None, *, now: datetime) -> Select[SubscriptionId]:
    """Subscribers who do not know of an occasion yet, and whom no welcome is about to tell."""
    unwelcomed = or_(Subscription.owed.is_(None), Subscription.owed != OwedLetter.WELCOME)
    return untold_by(series, occasion_id, now=now).where(unwelcomed)


def untold_by(series: Series, occasion_id: int | None, *, now: datetime) -> Select[SubscriptionId]:
    """Whom an occasion reaches that comes due at ``now``: a welcome that is still owed does not tell of it.

    Without an ``occasion_id`` nobody was told: there is no row for it.
    """
    asked = subscribers(series, now=now)
    if occasion_id is None:
        return asked
    return asked.where(
        ~exists().where(Told.occasion_id == occasion_id, Told.subscription_id == Subscription.id)
    )


def farewelled(series: Series) -> Select[SubscriptionId]:
    """Exactly those whom the series' end has just ended."""
    return _reachable().where(
        Subscription.series_id == series.id,
        Subscription.state == SubscriptionState.ENDED,
        Subscription.ended_at == series.ended_at,
        Subscription.confirmed_at.is_not(None),
    )


def concerned(
    series: Series, event_id: int, change: Change, *, revision: int, now: datetime
) -> Select[SubscriptionId]:
    """Whom a change of an event has to reach: who was told of it, but not at this revision yet.

    A date that is set concerns everybody who does not know it: nobody had one before. Who has a seat hears
    of it as a guest: see `seated`.
    """
    asked = subscribers(series, now=now).where(
        or_(Subscription.owed.is_(None), Subscription.owed != OwedLetter.WELCOME),
        ~_told_of(event_id).where(Told.revision >= revision).exists(),
        ~has_seat(event_id),
    )
    return asked if change is Change.DATE_SET else asked.where(_told_of(event_id).exists())


def audience_of(mailing: Mailing, *, now: datetime) -> Select[SubscriptionId]:
    """The ids of the subscriptions a mailing goes to if it leaves now."""
    if mailing.kind is MailingKind.FAREWELL:
        return farewelled(mailing.series)
    if mailing.kind is MailingKind.MESSAGE:
        return chosen(mailing, subscribers(mailing.series, now=now))
    if (
        mailing.occasion is not None
        and reminders.meant_by(mailing.occasion.rule)[0] is reminders.Audience.REGISTERED
    ):
        return everybody(mailing.series).where(false())  # those with a seat are no subscribers: see `seated`
    if mailing.change is not None and mailing.event_id is not None:
        revision = mailing.event_revision or 0
        return concerned(mailing.series, mailing.event_id, mailing.change, revision=revision, now=now)
    if mailing.occasion_id is None or mailing.again:
        return subscribers(mailing.series, now=now)
    return untold(mailing.series, mailing.occasion_id, now=now)


def chosen(message: Mailing, among: Select[SubscriptionId]) -> Select[SubscriptionId]:
    """Those of ``among`` whom the message's audience means."""
    told = _told_of(message.event_id).exists()
    match message.audience:
        case Audience.EVERYBODY:
            return among
        case Audience.LANGUAGE:
            return among.where(Person.language == message.audience_language)
        case Audience.TOLD:
            return among.where(told)
        case Audience.UNTOLD:
            return among.where(~told)
        case Audience.REGISTERED:
            return among.where(false())  # they are no subscribers: see `seated`


def count_guests(session: Session, event: Event, *, now: datetime) -> int:
    """How many would have heard of an event before it begins: on the list or with a seat, each person once."""
    on_list = subscribers(event.series, now=now)
    return count(session, on_list) + count_beside(session, event, on_list)


@dataclass(frozen=True)
class Sizes:
    """How many each audience would reach now."""

    by_language: Mapping[str, int]
    told: int
    """Of those who were told of the dialogue; 0 without one."""
    registered: int
    """Those with a seat at the dialogue; 0 without one."""

    @property
    def everybody(self) -> int:
        return sum(self.by_language.values())


def audience_sizes(session: Session, series: Series, event: Event | None, *, now: datetime) -> Sizes:
    """What every audience of a message amounts to now; three queries."""
    reached = subscribers(series, now=now)
    languages = session.execute(
        reached.with_only_columns(Person.language, func.count()).group_by(Person.language)
    )
    told = 0 if event is None else count(session, reached.where(_told_of(event.id).exists()))
    registered = 0 if event is None else count_held(session, event)
    return Sizes({language: number for language, number in languages}, told, registered)


@dataclass(frozen=True)
class LeftOut:
    """How many a mailing passes over although they are on the list."""

    paused: int
    suppressed: int


def left_out(session: Session, mailing: Mailing, *, now: datetime) -> LeftOut:
    """Whom of the list a message means and yet does not reach if it leaves now."""
    today = now.astimezone(mailing.series.zone).date()
    active = (Subscription.series_id == mailing.series_id, Subscription.state == SubscriptionState.ACTIVE)
    on_list = select(Subscription.id).join(Person, Person.id == Subscription.person_id).where(*active)
    suppressed = exists().where(Suppression.pseudonym == Person.pseudonym)
    return LeftOut(
        paused=count(session, chosen(mailing, on_list.where(~suppressed, Subscription.paused_until > today))),
        suppressed=count(session, chosen(mailing, on_list.where(suppressed))),
    )


def count(session: Session, audience: Select[SubscriptionId]) -> int:
    return session.scalar(select(func.count()).select_from(audience.subquery())) or 0


def count_reached(session: Session, mailing: Mailing, *, now: datetime) -> int:
    """How many a mailing goes to if it leaves now, subscribers and those with a seat."""
    return count(session, audience_of(mailing, now=now)) + count_with_seats(session, mailing)


def count_languages(session: Session, audience: Select[SubscriptionId]) -> Mapping[str, int]:
    """How many of an audience read which language; those that nobody reads are not there."""
    spoken = audience.with_only_columns(Person.language, func.count()).group_by(Person.language)
    return {language: number for language, number in session.execute(spoken)}


def find_occasion(session: Session, event_id: int, rule: str, starts_at: datetime) -> Occasion | None:
    found: Occasion | None = session.scalar(
        select(Occasion).where(
            Occasion.event_id == event_id, Occasion.rule == rule, Occasion.starts_at == starts_at
        )
    )
    return found


def _told_of(event_id: int | None) -> Select[SubscriptionId]:
    """The rows that say that a subscriber was told of an event, whatever the occasion."""
    return (
        select(Told.subscription_id)
        .join(Occasion, Occasion.id == Told.occasion_id)
        .where(Occasion.event_id == event_id, Told.subscription_id == Subscription.id)
        .correlate(Subscription)
    )


def _reachable() -> Select[SubscriptionId]:
    return (
        select(Subscription.id)
        .join(Person, Person.id == Subscription.person_id)
        .where(~exists().where(Suppression.pseudonym == Person.pseudonym))
    )
