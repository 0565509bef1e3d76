"""Telling of changes: what was gathered becomes a mailing, by the clock or by hand, or is kept silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import registrations
from mailer.core.errors import Refused
from mailer.mailings.models import Mailing, MailingKind, MailingState, Origin
from mailer.mailings.pending import QUIET, count_concerned, due_at, find_pending, kind_of, useful_until
from mailer.mailings.planning import insert_mailing, occasion_of
from mailer.mailings.releasing import check_imprint
from mailer.organisers import OrganiserId
from mailer.reminders import Verdict
from mailer.series import (
    Change,
    Event,
    Facts,
    announced_facts,
    change_between,
    facts_of,
    has_news,
    is_over,
    list_series,
    mark_announced,
)
from mailer.subscriptions import SeriesOver


class NothingToAnnounce(Refused):
    """Nobody has to hear anything new of this event: nothing was changed, or everybody concerned knows."""

    code = "nothing_to_announce"


def plan_changes(session: Session, *, now: datetime, quiet: timedelta = QUIET) -> int:
    """Write a mailing for every change whose quiet period is over; the number of changes settled.

    What concerns nobody, or is as it was before, is settled without a mail. A second call does nothing more.
    """
    return sum(
        _settle(session, event, now=now, quiet=quiet)
        for series in list_series(session)
        if not is_over(series, now)
        for event in series.events
        if has_news(event)
    )


def send_change_now(
    session: Session,
    event: Event,
    *,
    kind: MailingKind | None = None,
    releaser: OrganiserId | None = None,
    now: datetime,
) -> Mailing:
    """Let what was gathered of this event go at once, by hand. ``releaser`` is absent on the command line.

    ``kind`` is what the person believes to send; a change is not sent to whom a cancellation was meant.

    Raises SeriesOver, NoImprint, NothingToAnnounce; the latter also for the slower of two who press at once.
    """
    if is_over(event.series, now):
        raise SeriesOver(series=event.series.slug)
    check_imprint(event.series)
    pending = find_pending(session, event, now=now)
    if pending is None or kind not in (None, pending.kind):
        raise NothingToAnnounce(event=event.slug)
    mailing = _announce(session, event, pending.change, pending.before, due=now, origin=Origin.HAND, now=now)
    if mailing is None:
        raise NothingToAnnounce(event=event.slug)
    mailing.releaser_id = releaser
    session.flush()
    return mailing


def keep_silent(session: Session, event: Event, *, now: datetime) -> None:
    """Let nobody be told of what was gathered: the event counts as announced as it stands now.

    Reminders that are still to come speak of the event as it is.

    Raises NothingToAnnounce.
    """
    if find_pending(session, event, now=now) is None or not _mark(session, event, now=now):
        raise NothingToAnnounce(event=event.slug)


def _settle(session: Session, event: Event, *, now: datetime, quiet: timedelta) -> int:
    due = due_at(event, quiet=quiet)
    if due > now:
        return 0
    before = announced_facts(event)
    change = change_between(before, facts_of(event))
    if change is None or not count_concerned(session, event, change, now=now):
        return int(_mark(session, event, now=now))
    if change is Change.DATE_SET and _is_about_to_be_told(session, event):
        return 0
    return int(_announce(session, event, change, before, due=due, origin=Origin.RULE, now=now) is not None)


def _is_about_to_be_told(session: Session, event: Event) -> bool:
    """Whether another mailing about the event opens next: whom it tells the date needs no second mail that says so."""
    waiting = select(Mailing.id).where(Mailing.event_id == event.id, Mailing.state == MailingState.RELEASED)
    return session.scalar(waiting.limit(1)) is not None


def _mark(session: Session, event: Event, *, now: datetime) -> bool:
    """Count the event as announced as it stands: from now on its seats are as it is held. False for the slower of two."""
    done = mark_announced(session, event)
    if done:
        registrations.follow_format(session, event, now=now)
    return done


def _announce(
    session: Session,
    event: Event,
    change: Change,
    before: Facts,
    *,
    due: datetime,
    origin: Origin,
    now: datetime,
) -> Mailing | None:
    """The mailing that tells; None when somebody else was faster, or when it never was of use to anybody."""
    after = facts_of(event)
    until = useful_until(change, before, after)
    if not _mark(session, event, now=now) or until <= due:
        return None
    kind, is_missed = kind_of(change), until <= now
    row = {
        "key": f"change:{event.id}:{event.revision}",
        "series_id": event.series_id,
        "event_id": event.id,
        "occasion_id": occasion_of(
            session, event.id, f"{kind.value}/{event.revision}", event.starts_at or event.created_at
        ),
        "kind": kind,
        "state": MailingState.MISSED if is_missed else MailingState.RELEASED,
        "origin": origin,
        "event_starts_at": event.starts_at,
        "event_revision": event.revision,
        "change": change,
        "before": before.as_json(),
        "due_at": due,
        "not_after": until,
        "created_at": now,
        "finished_at": now if is_missed else None,
        "reason": Verdict.TOO_LATE.value if is_missed else "",
    }
    insert_mailing(session, row)
    written: Mailing | None = session.scalar(select(Mailing).where(Mailing.key == row["key"]))
    return written
