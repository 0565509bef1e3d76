"""Mailings that a person lets go, holds back or stops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mailer import reminders
from mailer.core.errors import Invalid, NotFound, Refused
from mailer.core.types import Words
from mailer.mailings.audience import count, find_occasion, subscribers, untold
from mailer.mailings.models import OF_CHANGES, Mailing, MailingKind, MailingState, Origin, Told
from mailer.mailings.planning import ensure_occasion, insert_mailing
from mailer.organisers import OrganiserId
from mailer.reminders import Window
from mailer.series import Event, Series, announced_facts, is_over
from mailer.subscriptions import SeriesOver

MESSAGE_USEFUL_FOR = timedelta(days=4)
"""How long a message is tried: as long as RFC 5321 section 4.5.4.1 asks for."""

BY_HAND = (MailingKind.INFO, MailingKind.REMINDER, MailingKind.DOCUMENTATION, MailingKind.MESSAGE)
"""What an organiser may send; the farewell leaves by itself, once."""


class UnknownMailing(NotFound):
    """No mailing has this id."""

    code = "unknown_mailing"


class NeedsEvent(Invalid):
    """Only a message can be about the whole series."""

    code = "needs_event"


class EmptyMessage(Invalid):
    """A message needs a subject and a text."""

    code = "empty_message"


class NotByHand(Refused):
    """This kind leaves by itself."""

    code = "not_by_hand"


class AlreadySent(Refused):
    """Everybody was told of this already; once more must be meant."""

    code = "already_sent"


class NotNow(Refused):
    """The event does not fit the kind: ``reason`` is ``cancelled``, ``over``, ``no_date`` or ``undocumented``."""

    code = "not_now"


class NoImprint(Refused):
    """No mail of a series may leave without saying who sends it (§ 5 DDG)."""

    code = "no_imprint"


class NeedsSecondPerson(Refused):
    """In this series somebody else than its author lets a message go."""

    code = "needs_second_person"


class WrongState(Refused):
    """The mailing is not in a state from which this can be done."""

    code = "wrong_state"


def release(
    session: Session,
    series: Series,
    event: Event | None,
    *,
    kind: MailingKind,
    key: str,
    subject: Words | None = None,
    body: Words | None = None,
    again: bool = False,
    releaser: OrganiserId | None = None,
    now: datetime,
) -> Mailing:
    """Let a mailing go out by hand; the next tick opens its deliveries.

    Info, reminder and documentation count as told and so replace the planned ones. ``key`` says
    what is once: the same key again is the same mailing, so a double click sends one.

    Raises NotByHand, NeedsEvent, EmptyMessage, NeedsSecondPerson, SeriesOver, NoImprint,
    NotNow, AlreadySent.
    """
    known = find_by_hand(session, key)
    if known is not None:
        return known
    check_by_hand(series, event, kind=kind, now=now)
    check_imprint(series)
    if kind is MailingKind.MESSAGE and not (any((subject or {}).values()) and any((body or {}).values())):
        raise EmptyMessage()
    if kind is MailingKind.MESSAGE and series.second_release:
        raise NeedsSecondPerson(series=series.slug)
    occasion = None
    if kind is not MailingKind.MESSAGE and event is not None:
        occasion = ensure_occasion(session, window_by_hand(session, event, kind=kind, now=now))
        if not again:
            _refuse_twice(session, series, occasion, key=key, now=now)
    starts_at = None if event is None or kind is MailingKind.DOCUMENTATION else event.starts_at
    row = {
        "key": f"hand:{key}",
        "series_id": series.id,
        "event_id": event and event.id,
        "occasion_id": occasion,
        "kind": kind,
        "state": MailingState.RELEASED,
        "origin": Origin.HAND,
        "again": again,
        "subject": subject or {},
        "body": body or {},
        "event_starts_at": starts_at,
        "due_at": now,
        "not_after": _useful_until(event, kind, now=now),
        "created_at": now,
        "releaser_id": releaser,
    }
    insert_mailing(session, row)
    released = find_by_hand(session, key)
    assert released is not None  # noqa: S101  # written one line above, by us or by a click at the same moment
    return released


def check_by_hand(series: Series, event: Event | None, *, kind: MailingKind, now: datetime) -> None:
    """Whether a mailing of this kind makes sense now. Raises NotByHand, NeedsEvent, SeriesOver, NotNow."""
    if kind not in BY_HAND:
        raise NotByHand(kind=kind.value)
    if is_over(series, now):
        raise SeriesOver(series=series.slug)
    if event is None:
        if kind is not MailingKind.MESSAGE:
            raise NeedsEvent(kind=kind.value)
        return
    reason = _unfit(series, event, kind, now=now)
    if reason:
        raise NotNow(event=event.slug, kind=kind.value, reason=reason)


def check_imprint(series: Series) -> None:
    """Raises NoImprint."""
    if not any(text.strip() for text in series.imprint.values()):
        raise NoImprint(series=series.slug)


def check_copy(series: Series, event: Event | None, *, kind: MailingKind, now: datetime) -> None:
    """Whether a test copy of this kind makes sense now. Raises what `check_by_hand` raises."""
    if kind not in OF_CHANGES:
        check_by_hand(series, event, kind=kind, now=now)
        return
    if is_over(series, now):
        raise SeriesOver(series=series.slug)
    if event is None:
        raise NeedsEvent(kind=kind.value)
    check_preview(series, event, kind=kind)


def check_preview(series: Series, event: Event, *, kind: MailingKind) -> None:
    """Whether a letter of this kind could ever be written about this event. Raises NotNow."""
    long_ago = datetime(1, 1, 1, tzinfo=series.zone)
    reason = "" if kind is MailingKind.FAREWELL else _unfit(series, event, kind, now=long_ago)
    if reason:
        raise NotNow(event=event.slug, kind=kind.value, reason=reason)


def reached_by_hand(session: Session, event: Event, *, kind: MailingKind, again: bool, now: datetime) -> int:
    """How many a mailing by hand would reach now: all on the list, or those who do not know yet."""
    if again:
        return count(session, subscribers(event.series, now=now))
    window = window_by_hand(session, event, kind=kind, now=now)
    occasion = find_occasion(session, window.event_id, window.rule, window.starts_at)
    return count(session, untold(event.series, occasion.id if occasion else None, now=now))


def window_by_hand(session: Session, event: Event, *, kind: MailingKind, now: datetime) -> Window:
    """The window a mailing by hand fills: the next of its kind, else the last; one of its own where no rule asks."""
    rules = reminders.rules_of_series(session, event.series)
    documentation = reminders.documentation_window(event)
    candidates = [
        window
        for window in [*reminders.windows(event, rules, zone=event.series.zone), documentation]
        if window is not None and window.kind == kind.value
    ]
    if candidates:
        return next((window for window in candidates if window.due_at > now), candidates[-1])
    rule = reminders.DOCUMENTATION if kind is MailingKind.DOCUMENTATION else f"{kind.value}/by-hand"
    start = event.starts_at or event.created_at
    return Window(event.id, rule, kind.value, start, now, _useful_until(event, kind, now=now), True, now)


def get_mailing(session: Session, mailing_id: int) -> Mailing:
    """Raises UnknownMailing."""
    found = session.get(Mailing, mailing_id) if 0 < mailing_id < 2**31 else None
    if found is None:
        raise UnknownMailing(mailing=mailing_id)
    return found


def list_mailings(session: Session, series: Series) -> Sequence[Mailing]:
    """Every mailing of a series that there is a row for, the oldest first."""
    return session.scalars(
        select(Mailing).where(Mailing.series_id == series.id).order_by(Mailing.due_at, Mailing.id)
    ).all()


def find_by_hand(session: Session, key: str) -> Mailing | None:
    found: Mailing | None = session.scalar(select(Mailing).where(Mailing.key == f"hand:{key}"))
    return found


def _refuse_twice(session: Session, series: Series, occasion_id: int, *, key: str, now: datetime) -> None:
    """Refuse a mailing that waits already, and one that would reach nobody because all know, be it from a welcome."""
    others = session.scalars(
        select(Mailing)
        .where(Mailing.occasion_id == occasion_id, Mailing.key != f"hand:{key}")  # a click at the same moment
        .order_by(Mailing.id)
    ).all()
    living = (MailingState.RELEASED, MailingState.PAUSED)
    waiting = [mailing for mailing in others if mailing.opened_at is None and mailing.state in living]
    told = session.scalar(select(exists().where(Told.occasion_id == occasion_id)))
    if waiting or (others and told and not count(session, untold(series, occasion_id, now=now))):
        raise AlreadySent(mailing=(waiting or others)[0].id)


def _unfit(series: Series, event: Event, kind: MailingKind, *, now: datetime) -> str:
    if kind in (MailingKind.MESSAGE, MailingKind.CANCELLATION):
        return ""
    if event.is_cancelled:
        return "cancelled"
    if kind is MailingKind.CHANGE:
        return "" if event.is_dated or announced_facts(event).is_fixed else "no_date"
    if kind is MailingKind.DOCUMENTATION:
        return "" if event.documented_at or event.materials or any(event.account.values()) else "undocumented"
    if (event.starts_at or event.over_at(series.zone)) <= now:
        return "over"
    return "no_date" if kind is MailingKind.REMINDER and not event.is_dated else ""


def _useful_until(event: Event | None, kind: MailingKind, *, now: datetime) -> datetime:
    if kind is MailingKind.DOCUMENTATION:
        return now + reminders.USEFUL_AFTERWARDS
    if kind is MailingKind.MESSAGE or event is None:
        return now + MESSAGE_USEFUL_FOR
    return event.starts_at or event.over_at(event.series.zone)
