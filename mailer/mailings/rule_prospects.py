"""What reminder rules would bring for one event, were they saved as they stand. Writes nothing."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import reminders
from mailer.mailings.headcounts import Headcount
from mailer.mailings.models import Mailing, MailingState, Origin
from mailer.reminders import ReminderRule, Verdict, Window
from mailer.series import Event, Series, is_over, upcoming


class Fate(enum.StrEnum):
    COMES = "comes"  # it leaves at its time
    AT_ONCE = "at_once"  # its time has come: it leaves as soon as it may
    PAST = "past"  # its time was over before the rule was there, or passed unused: nothing is sent
    SENT = "sent"  # everybody was told
    SUPERSEDED = "superseded"  # a later rule is due too, and its mail speaks for both
    NEVER = "never"  # it would be due when it is of no use any more
    NOBODY = "nobody"  # it is for those registered, and nobody is


@dataclass(frozen=True)
class Prospect:
    """What becomes of one rule for one event."""

    fate: Fate
    leaves_at: datetime | None = None
    """When its mail leaves; for one that does not, when it would have been due."""
    languages: Mapping[str, int] = field(default_factory=dict)

    @property
    def recipients(self) -> int:
        return sum(self.languages.values())


def next_reminded(series: Series, *, now: datetime) -> Event | None:
    """The next dated event that the series' own rules count for; None while there is none."""
    if is_over(series, now):
        return None
    return next(
        (
            event
            for event in upcoming(series, now)
            if event.is_dated
            and not event.own_rules
            and event.starts_at is not None
            and event.starts_at > now
        ),
        None,
    )


def prospects(
    session: Session, event: Event, rules: Sequence[ReminderRule], *, now: datetime
) -> list[Prospect]:
    """What each of ``rules`` means for a dated event, in their order; together they decide which is superseded.

    The windows, verdicts and headcounts are those by which the plan is made.
    """
    zone = event.series.zone
    for rule in rules:
        rule.event_id = event.id if event.own_rules else None  # so that they stand for the event
    competing = [
        reminders.windows(event, rules, zone=zone),
        *reminders.seat_windows(event, rules, zone=zone),
    ]
    there = {window.rule: window for group in competing for window in group}
    written = _written(session, event)
    verdicts: dict[Window, Verdict] = {}
    for group in competing:
        verdicts |= reminders.judge(group, filled=written, zone=zone, now=now)
    heads = Headcount(session, event.series, there.values())
    found = [there.get(reminders.rule_words(rule)) for rule in rules]
    return [
        Prospect(Fate.NEVER) if window is None else _of(window, verdicts, written, heads, event, now=now)
        for window in found
    ]


def _of(
    window: Window,
    verdicts: Mapping[Window, Verdict],
    written: Mapping[str, MailingState],
    heads: Headcount,
    event: Event,
    *,
    now: datetime,
) -> Prospect:
    if window.key in written:
        missed = written[window.key] is MailingState.MISSED
        return Prospect(Fate.PAST if missed else Fate.SENT, window.due_at)
    verdict = verdicts.get(window)
    if verdict is None or verdict is Verdict.TOO_LATE:
        return Prospect(Fate.PAST, window.due_at)
    if verdict is Verdict.SUPERSEDED:
        return Prospect(Fate.SUPERSEDED, window.due_at)
    leaves = reminders.leaves_at(window, zone=event.series.zone, now=now)
    reached = heads.of(window, leaves=leaves, now=now)
    if not reached and window.for_seats:
        return Prospect(Fate.NOBODY, leaves)
    if not reached and heads.was_told(window):
        return Prospect(Fate.SENT, window.due_at)
    return Prospect(Fate.COMES if window.due_at > now else Fate.AT_ONCE, leaves, reached)


def _written(session: Session, event: Event) -> dict[str, MailingState]:
    rows = session.execute(
        select(Mailing.key, Mailing.state).where(Mailing.event_id == event.id, Mailing.origin == Origin.RULE)
    )
    return {key: state for key, state in rows}
