"""Mailings that a person lets go, holds back or stops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, exists, select, update
from sqlalchemy.orm import Session

from mailer import reminders
from mailer.core.errors import Invalid, NotFound, Refused
from mailer.core.types import Words
from mailer.mailings.audience import count, untold
from mailer.mailings.models import Mailing, MailingKind, MailingState, Origin, Told
from mailer.mailings.planning import ensure_occasion, insert_mailing
from mailer.reminders import Window
from mailer.series import Event, Series, is_over
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
    now: datetime,
) -> Mailing:
    """Let a mailing go out by hand; the next tick opens its deliveries.

    Info, reminder and documentation count as told and so replace the planned ones. ``key`` says
    what is once: the same key again is the same mailing, so a double click sends one.

    Raises NotByHand, NeedsEvent, EmptyMessage, SeriesOver, NotNow, AlreadySent.
    """
    known = _find_by_hand(session, key)
    if known is not None:
        return known
    check_by_hand(series, event, kind=kind, now=now)
    if kind is MailingKind.MESSAGE and not (any((subject or {}).values()) and any((body or {}).values())):
        raise EmptyMessage()
    occasion = None
    if kind is not MailingKind.MESSAGE and event is not None:
        occasion = ensure_occasion(session, window_by_hand(session, event, kind=kind, now=now))
        if not again:
            _refuse_twice(session, series, occasion, now=now)
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
    }
    insert_mailing(session, row)
    released = _find_by_hand(session, key)
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


def check_preview(series: Series, event: Event, *, kind: MailingKind) -> None:
    """Whether a letter of this kind could ever be written about this event. Raises NotNow."""
    long_ago = datetime(1, 1, 1, tzinfo=series.zone)
    reason = "" if kind is MailingKind.FAREWELL else _unfit(series, event, kind, now=long_ago)
    if reason:
        raise NotNow(event=event.slug, kind=kind.value, reason=reason)


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


def pause(session: Session, mailing_id: int, *, reason: str = "") -> Mailing:
    """Hold a mailing back; what is in flight still arrives. Raises UnknownMailing, WrongState."""
    return _move(
        session,
        mailing_id,
        [MailingState.RELEASED, MailingState.SENDING],
        {"state": MailingState.PAUSED, "reason": reason},
    )


def resume(session: Session, mailing_id: int) -> Mailing:
    """Let a paused mailing go on. Raises UnknownMailing, WrongState."""
    goes_on = case(
        (Mailing.opened_at.is_(None), MailingState.RELEASED.value), else_=MailingState.SENDING.value
    )
    return _move(session, mailing_id, [MailingState.PAUSED], {"state": goes_on, "reason": ""})


def cancel(session: Session, mailing_id: int, *, now: datetime) -> Mailing:
    """Stop a mailing for good; what has not left stays here. Raises UnknownMailing, WrongState."""
    return _move(
        session,
        mailing_id,
        [MailingState.DRAFT, MailingState.RELEASED, MailingState.SENDING, MailingState.PAUSED],
        {"state": MailingState.CANCELLED, "finished_at": now, "reason": "stopped by hand"},
    )


def reopen(session: Session, mailing_id: int) -> Mailing:
    """Set a finished mailing going again, for rows that are tried anew. Raises UnknownMailing, WrongState."""
    return _move(
        session,
        mailing_id,
        [MailingState.DONE, MailingState.SENDING],
        {"state": MailingState.SENDING, "finished_at": None},
    )


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


def _move(
    session: Session, mailing_id: int, sources: list[MailingState], values: dict[str, object]
) -> Mailing:
    """One conditional UPDATE: of two organisers who press at once, one is told that she was slower."""
    known = get_mailing(session, mailing_id)
    moved = session.scalar(
        update(Mailing)
        .where(Mailing.id == mailing_id, Mailing.state.in_(sources))
        .values(**values)
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(known)
    if moved is None:
        raise WrongState(mailing=mailing_id, state=known.state.value)
    return known


def _find_by_hand(session: Session, key: str) -> Mailing | None:
    found: Mailing | None = session.scalar(select(Mailing).where(Mailing.key == f"hand:{key}"))
    return found


def _refuse_twice(session: Session, series: Series, occasion_id: int, *, now: datetime) -> None:
    """Refuse a mailing that waits already, and one that would reach nobody because all know, be it from a welcome."""
    others = session.scalars(
        select(Mailing).where(Mailing.occasion_id == occasion_id).order_by(Mailing.id)
    ).all()
    living = (MailingState.RELEASED, MailingState.PAUSED)
    waiting = [mailing for mailing in others if mailing.opened_at is None and mailing.state in living]
    told = session.scalar(select(exists().where(Told.occasion_id == occasion_id)))
    if waiting or (others and told and not count(session, untold(series, occasion_id, now=now))):
        raise AlreadySent(mailing=(waiting or others)[0].id)


def _unfit(series: Series, event: Event, kind: MailingKind, *, now: datetime) -> str:
    if kind is MailingKind.MESSAGE:
        return ""
    if event.is_cancelled:
        return "cancelled"
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
