"""What would follow if an event were changed: who would be told what, and which reminders would move. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import registrations, reminders
from mailer.mailings.audience import concerned, count
from mailer.mailings.models import Mailing, MailingKind
from mailer.mailings.pending import QUIET, due_after, kind_of, quiet_of, useful_until
from mailer.mailings.seated import count_to_tell, seated_events
from mailer.reminders import ReminderRule, Window
from mailer.series import Change, Event, EventState, Facts, announced_facts, change_between, facts_of, is_over


@dataclass(frozen=True)
class MovedReminder:
    """A mail by rule that has not left yet: when it would have left, and when it will."""

    kind: MailingKind
    before: datetime | None
    """Absent when there was none to come."""
    after: datetime | None
    """Absent when none will come."""


@dataclass(frozen=True)
class Consequences:
    """What saving would bring. Without ``change`` nobody is written to."""

    before: Facts
    """What guests know: the facts last announced, not those last saved."""
    after: Facts
    change: Change | None
    """Absent when they need not hear anything, or when it is too late to be of use."""
    recipients: int
    due_at: datetime | None
    """When the mail goes by itself; absent when none does."""
    reminders: Sequence[MovedReminder]
    to_follow: int = 0
    """How many registered take part another way then, for theirs is gone."""

    @property
    def kind(self) -> MailingKind | None:
        return None if self.change is None else kind_of(self.change)


def consequences(
    session: Session, event: Event, proposed: Facts, *, now: datetime, quiet: timedelta = QUIET
) -> Consequences:
    """Who would be told what, had somebody saved ``proposed`` at this moment. ``quiet`` is the house's setting."""
    before = announced_facts(event)
    change = None if is_over(event.series, now) else change_between(before, proposed)
    if change is not None and useful_until(change, before, proposed) <= now:
        change = None
    reached = 0 if change is None else _count_concerned(session, event, change, proposed, now=now)
    quiet = quiet_of(event.series, quiet)
    due = due_after(now, before, proposed, quiet=quiet) if reached else None
    moved = _moved(session, event, proposed, now=now)
    return Consequences(
        before=before,
        after=proposed,
        change=change if reached else None,
        recipients=reached,
        due_at=due,
        reminders=moved if due is None or change is Change.DATE_SET else _beside_change(moved, due),
        to_follow=0
        if proposed.state is EventState.CANCELLED
        else registrations.count_to_follow(session, event, proposed.format),
    )


def _count_concerned(
    session: Session, event: Event, change: Change, proposed: Facts, *, now: datetime
) -> int:
    """With a new revision nobody knows it yet."""
    revision = event.revision + (proposed.told != facts_of(event).told)
    on_list = count(session, concerned(event.series, event.id, change, revision=revision, now=now))
    return on_list + sum(count_to_tell(session, event, revision=revision).values())


def _moved(session: Session, event: Event, proposed: Facts, *, now: datetime) -> list[MovedReminder]:
    rules = reminders.rules_of_series(session, event.series)
    written = set(session.scalars(select(Mailing.key).where(Mailing.event_id == event.id)))
    zone = event.series.zone
    seated = event.id in seated_events(session, event.series)
    old = _to_come(event, rules, written, seated=seated, zone=zone, now=now)
    proposal = _as_proposed(event, proposed, now=now)
    new = _to_come(proposal, rules, written, seated=seated, zone=zone, now=now)
    return [
        MovedReminder(
            MailingKind((old.get(rule) or new[rule]).kind),
            old[rule].due_at if rule in old else None,
            new[rule].due_at if rule in new else None,
        )
        for rule in dict.fromkeys([*old, *new])
        if rule not in old or rule not in new or old[rule].due_at != new[rule].due_at
    ]


def _beside_change(moved: Sequence[MovedReminder], due: datetime) -> list[MovedReminder]:
    """Without those that would be due again at once: the mail about the change speaks for them."""
    return [one for one in moved if one.before is not None or one.after is None or one.after > due]


def _to_come(
    event: Event,
    rules: Sequence[ReminderRule],
    written: set[str],
    *,
    seated: bool,
    zone: ZoneInfo,
    now: datetime,
) -> dict[str, Window]:
    """What is owed and has not left yet, by its rule; rules for those registered count where somebody has a seat."""
    windows = reminders.windows(event, rules, zone=zone)
    if seated:
        windows += chain.from_iterable(reminders.seat_windows(event, rules, zone=zone))
    return {w.rule: w for w in windows if w.owed and now < w.useful_until and w.key not in written}


def _as_proposed(event: Event, proposed: Facts, *, now: datetime) -> Event:
    """The event as it would be: no session knows this one."""
    date_is_new = proposed.starts_at != event.starts_at or (
        proposed.is_fixed and event.state in (EventState.ANNOUNCED, EventState.PROVISIONAL)
    )
    return Event(
        id=event.id,
        state=proposed.state,
        starts_at=proposed.starts_at,
        ends_at=proposed.ends_at,
        own_rules=event.own_rules,
        created_at=event.created_at,
        redated_at=now if date_is_new else event.redated_at,
    )
