"""Changes that wait to be told: what is different, for how many, and when they go by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from mailer.core.clock import month_bounds
from mailer.mailings.audience import concerned, count_languages
from mailer.mailings.models import MailingKind
from mailer.mailings.seated import count_to_tell
from mailer.reminders import Window
from mailer.series import (
    Change,
    Event,
    Facts,
    Series,
    announced_facts,
    change_between,
    facts_of,
    has_news,
    is_over,
)

QUIET = timedelta(minutes=15)
"""How long changes are gathered where nobody says otherwise: moved twice is one mail, moved back is none."""

LAST_CALL = timedelta(hours=1)
"""What begins, or was to begin, nearer than this is not gathered: people may be on their way."""


@dataclass(frozen=True)
class PendingChange:
    """What guests of an event do not know yet. ``recipients`` as far as known now; at least one."""

    event: Event
    change: Change
    before: Facts
    after: Facts
    languages: Mapping[str, int]
    """How many read it in which language."""
    due_at: datetime
    """When it goes by itself."""

    @property
    def recipients(self) -> int:
        return sum(self.languages.values())

    @property
    def kind(self) -> MailingKind:
        return kind_of(self.change)


def pending_changes(
    session: Session, series: Series, *, now: datetime, quiet: timedelta = QUIET
) -> list[PendingChange]:
    """What is gathered and has somebody to hear it, the next to go first. ``quiet`` is the house's setting."""
    if is_over(series, now):
        return []
    found = [find_pending(session, event, now=now, quiet=quiet) for event in series.events if has_news(event)]
    return sorted((one for one in found if one is not None), key=lambda one: (one.due_at, one.event.position))


def find_pending(
    session: Session, event: Event, *, now: datetime, quiet: timedelta = QUIET
) -> PendingChange | None:
    """What this event's guests do not know yet; None when there is nothing, nobody, or no use any more."""
    before, after = announced_facts(event), facts_of(event)
    change = change_between(before, after)
    if not has_news(event) or change is None or useful_until(change, before, after) <= now:
        return None
    reached = count_concerned(session, event, change, now=now)
    return (
        PendingChange(event, change, before, after, reached, due_at(event, quiet=quiet)) if reached else None
    )


def count_concerned(session: Session, event: Event, change: Change, *, now: datetime) -> Mapping[str, int]:
    """How many have to hear what was changed, by language; empty when nobody has."""
    audience = concerned(event.series, event.id, change, revision=event.revision, now=now)
    return dict(
        Counter(count_languages(session, audience))
        + Counter(count_to_tell(session, event, revision=event.revision))
    )


def held_back(session: Session, series: Series, *, now: datetime) -> set[int]:
    """The events whose reminders wait for a change to go first, or people would be told of the new date unexplained.

    A date that is set holds nothing back: whoever is reminded of it meanwhile needs no other word.
    """
    return {
        event.id
        for event in series.events
        if has_news(event)
        and (pending := find_pending(session, event, now=now)) is not None
        and pending.change is not Change.DATE_SET
    }


def beside(
    pending: PendingChange, window: Window, due: datetime, reached: Mapping[str, int]
) -> tuple[datetime, Mapping[str, int], PendingChange]:
    """When a reminder leaves that has a change beside it, whom it still reaches, and whom the change reaches then.

    Nobody gets both at once: a change speaks for the reminders that came due before it, and whom
    a reminder tells a date that was set just now needs no other word of it.
    """
    if pending.change is Change.DATE_SET:
        told_before = reached if due <= pending.due_at else {}
        return due, reached, replace(pending, languages=_less(pending.languages, told_before))
    spoken_for = pending.languages if window.nominal_at <= pending.due_at else {}
    return max(due, pending.due_at), _less(reached, spoken_for), pending


def _less(some: Mapping[str, int], others: Mapping[str, int]) -> Mapping[str, int]:
    return dict(Counter(some) - Counter(others))


def kind_of(change: Change) -> MailingKind:
    return MailingKind.CANCELLATION if change is Change.CANCELLED else MailingKind.CHANGE


def quiet_of(series: Series, quiet: timedelta) -> timedelta:
    """How long changes of a series are gathered: ``quiet``, the house's setting, unless it has one of its own."""
    return quiet if series.quiet_minutes is None else timedelta(minutes=series.quiet_minutes)


def due_at(event: Event, *, quiet: timedelta) -> datetime:
    """When what was changed of an event is told: after the quiet period, but not too late for who sets out.

    Counts from the last change. Both starts matter, the one that people expect and the new one.
    """
    return due_after(
        event.revised_at or event.changed_at,
        announced_facts(event),
        facts_of(event),
        quiet=quiet_of(event.series, quiet),
    )


def due_after(revised_at: datetime, before: Facts, after: Facts, *, quiet: timedelta) -> datetime:
    """The same for facts that are only considered."""
    ahead = [
        start for start in (before.starts_at, after.starts_at) if start is not None and start > revised_at
    ]
    in_time = min(ahead, default=revised_at + quiet + LAST_CALL) - LAST_CALL
    return max(revised_at, min(revised_at + quiet, in_time))


def useful_until(change: Change, before: Facts, after: Facts) -> datetime:
    """From when on nobody is helped by hearing of the change: the start that it concerns, else the month's end."""
    expects_the_old = change in (Change.CANCELLED, Change.UNSETTLED)
    first, second = (before, after) if expects_the_old else (after, before)
    start = first.starts_at or second.starts_at
    if start is not None:
        return start
    last_day = month_bounds(first.month or second.month or "1970-01")[1]
    return datetime.combine(last_day + timedelta(days=1), time(0), tzinfo=UTC)
