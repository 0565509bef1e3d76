"""From a released mailing to the people it reaches: who is told is written down in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, literal, select
from sqlalchemy.orm import Session

from mailer.core.db import insert_for, reading_each_table_once
from mailer.mailings.audience import audience_of
from mailer.mailings.models import Mailing, MailingKind, MailingState, Told
from mailer.mailings.planning import ensure_occasion, occasion_of, open_windows, sent_by_hand
from mailer.reminders import Window
from mailer.series import Event, Series, next_event
from mailer.subscriptions import SubscriptionId


def due_mailings(session: Session, *, now: datetime) -> Sequence[Mailing]:
    """Released mailings whose time has come, locked so that two workers do not open the same one."""
    return session.scalars(
        select(Mailing)
        .where(Mailing.state == MailingState.RELEASED, Mailing.due_at <= now)
        .order_by(Mailing.due_at, Mailing.id)
        .with_for_update(skip_locked=True, of=Mailing)
    ).all()


def tell(session: Session, mailing: Mailing, *, now: datetime) -> Select[SubscriptionId]:
    """Note everybody the mailing reaches as told, and say how to select them.

    Only who was not told before is written to, unless the mailing goes out once more on purpose.
    """
    audience = audience_of(mailing, now=now)
    if _brings_entry(mailing):
        mailing.occasion_id = _occasion_of_message(session, mailing)
    if mailing.occasion_id is None:
        return audience
    _note(session, mailing, mailing.occasion_id, audience)
    if mailing.again:
        return audience
    reached = select(Told.subscription_id.label("id")).where(
        Told.occasion_id == mailing.occasion_id, Told.mailing_id == mailing.id
    )
    for window in _spoken_for(session, mailing, now=now):
        _note(session, mailing, ensure_occasion(session, window), reached)
    return reached


def tell_newcomer(session: Session, series: Series, subscription_id: int, *, now: datetime) -> list[int]:
    """Note that a welcome tells this person of everything that is under way; the ids of those events.

    It also tells her of the next event, whose calendar entry goes along: she must hear when that one moves.

    What was past when the series was imported reaches nobody by itself: the welcome speaks of it, but
    takes nothing away from a mailing by hand.

    Call `lock_series` first, or a mailing that opens at the same moment may tell her too.
    """
    told = open_windows(session, series, now=now)
    noted = set()
    for window in told:
        if window.owed or sent_by_hand(session, window):
            event = next(event for event in series.events if event.id == window.event_id)
            _note_newcomer(session, subscription_id, event, ensure_occasion(session, window))
            noted.add(event.id)
    upcoming = next_event(series, now)
    if upcoming is not None and upcoming.starts_at is not None and upcoming.id not in noted:
        occasion_id = occasion_of(session, upcoming.id, "welcome", upcoming.starts_at)
        _note_newcomer(session, subscription_id, upcoming, occasion_id)
    return [window.event_id for window in told]


def _brings_entry(mailing: Mailing) -> bool:
    """Whether a message puts a date into people's calendars: they must hear when it moves."""
    event = mailing.event
    is_message = mailing.kind is MailingKind.MESSAGE and mailing.with_calendar
    return is_message and event is not None and event.is_dated


def _occasion_of_message(session: Session, mailing: Mailing) -> int | None:
    event = mailing.event
    if event is None or event.starts_at is None:
        return None
    return occasion_of(session, event.id, f"message/{mailing.id}", event.starts_at)


def _note(session: Session, mailing: Mailing, occasion_id: int, who: Select[SubscriptionId]) -> None:
    """Write down that a mailing tells these people; who hears it once more knows the newest revision then."""
    revision = mailing.event.revision if mailing.event else 0
    chosen = who.subquery().c.id
    told = select(literal(occasion_id), chosen, literal(mailing.id), literal(revision)).where(literal(True))
    columns = ["occasion_id", "subscription_id", "mailing_id", "revision"]
    statement = insert_for(session, Told).from_select(columns, told)
    known = ["occasion_id", "subscription_id"]
    with reading_each_table_once(session):
        session.execute(
            statement.on_conflict_do_update(
                index_elements=known, set_={"revision": statement.excluded.revision}
            )
            if mailing.again
            else statement.on_conflict_do_nothing()
        )


def _note_newcomer(session: Session, subscription_id: int, event: Event, occasion_id: int) -> None:
    session.execute(
        insert_for(session, Told)
        .values(
            occasion_id=occasion_id,
            subscription_id=subscription_id,
            mailing_id=None,
            revision=event.revision,
        )
        .on_conflict_do_nothing()
    )


def _spoken_for(session: Session, mailing: Mailing, *, now: datetime) -> list[Window]:
    """The reminders a change makes needless for who gets it: those that came due before it could leave.

    It says all that they would say. What comes due later is a reminder like any other.
    """
    if mailing.kind is not MailingKind.CHANGE:
        return []
    return [
        window
        for window in open_windows(session, mailing.series, now=now)
        if window.event_id == mailing.event_id and window.owed and window.nominal_at <= mailing.due_at
    ]


def untell(session: Session, mailing_id: int, who: Select[SubscriptionId | None]) -> None:
    """Take back that a mailing told these people: it was stopped before their letters left."""
    session.execute(
        delete(Told)
        .where(Told.mailing_id == mailing_id, Told.subscription_id.in_(who))
        .execution_options(synchronize_session=False)
    )


def lock_series(session: Session, series: Series) -> None:
    """Let nobody else open a mailing or welcome anybody of this series until the transaction ends.

    Who signs up or leaves meanwhile need not wait: her proof of consent may point at the series (FOR NO KEY UPDATE).
    """
    session.execute(select(Series.id).where(Series.id == series.id).with_for_update(key_share=True))
