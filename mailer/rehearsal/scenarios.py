"""What if: the server is away for a while, a dialogue moves, a rule changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailer import reminders, series
from mailer.core.durations import Duration, parse_duration, shifted
from mailer.core.errors import Invalid, NotFound, Refused
from mailer.reminders import ReminderRule
from mailer.series import Event, EventState, Series

FURTHEST = timedelta(days=3660)
"""How far ahead a dialogue can be moved: ten years."""

USUAL_LENGTH = timedelta(minutes=90)
"""How long a dialogue lasts of which only the month was known."""


class OutageBackwards(Invalid):
    """The server would be back before it was away."""

    code = "outage_backwards"


class OutageOver(Invalid):
    """The server would have been back already: what it missed then is known."""

    code = "outage_over"


class CannotMove(Refused):
    """The dialogue cannot be moved: ``reason`` is ``cancelled``, ``over`` or ``no_date``."""

    code = "cannot_move"


class DateTooFar(Invalid):
    """The dialogue would begin in the past, or in more than ten years."""

    code = "date_too_far"


class UnknownRule(NotFound):
    """The series has no reminder rule of this number."""

    code = "unknown_rule"


@dataclass(frozen=True)
class Outage:
    """No worker turns from one moment until the other."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Move:
    """A dialogue begins at another time: ``by`` so much later (``sign`` -1: earlier), or at ``to``."""

    event: str
    by: Duration = field(default_factory=Duration)
    sign: int = 1
    to: datetime | None = None


@dataclass(frozen=True)
class RuleChange:
    """The series' rule of this number, counted from one, asks for another time."""

    number: int
    offset: str
    at: str
    """Empty for the time of day that the offset gives."""


@dataclass(frozen=True)
class Scenario:
    """Everything that is otherwise. Without anything it is the plan as it stands."""

    outages: tuple[Outage, ...] = ()
    moves: tuple[Move, ...] = ()
    rules: tuple[RuleChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.outages or self.moves or self.rules)

    def check(self, *, now: datetime) -> None:
        """Raises OutageBackwards, OutageOver."""
        for outage in self.outages:
            if outage.ends_at <= outage.starts_at:
                raise OutageBackwards()
            if outage.ends_at <= now:
                raise OutageOver()

    def awake_at(self, moment: datetime) -> datetime:
        """The same moment, or the end of the outage it falls into."""
        for outage in sorted(self.outages, key=lambda outage: outage.starts_at):
            if outage.starts_at <= moment < outage.ends_at:
                moment = outage.ends_at
        return moment

    def apply(self, session: Session, found: Series, *, now: datetime) -> dict[str, str]:
        """Change a copy of the series; the new words of each changed rule, with the words it had.

        Raises UnknownEvent, CannotMove, DateTooFar, UnknownRule, BadDuration.
        """
        for move in self.moves:
            _move(series.get_event(session, found, move.event), move, zone=found.zone, now=now)
        rules = [rule for rule in reminders.rules_of_series(session, found) if rule.event_id is None]
        renamed = {}
        for change in self.rules:
            if not 1 <= change.number <= len(rules):
                raise UnknownRule(rule=change.number)
            new, old = _change(rules[change.number - 1], change, now=now)
            renamed[new] = old
        session.flush()
        return renamed


def _move(event: Event, move: Move, *, zone: ZoneInfo, now: datetime) -> None:
    starts_at = _new_start(event, move, zone=zone, now=now)
    if not now < starts_at <= now + FURTHEST:
        raise DateTooFar(event=event.slug)
    if starts_at == event.starts_at and event.is_dated:
        return
    lasts = event.ends_at - event.starts_at if event.starts_at and event.ends_at else USUAL_LENGTH
    event.starts_at, event.ends_at, event.month = starts_at, starts_at + lasts, None
    if move.to is not None:
        event.state = EventState.FIXED
    series.raise_revision(event, now=now)
    series.note_new_date(event, now=now)


def _new_start(event: Event, move: Move, *, zone: ZoneInfo, now: datetime) -> datetime:
    reason = "cancelled" if event.is_cancelled else "over" if event.over_at(zone) <= now else ""
    if move.to is not None and not reason:
        return move.to
    if reason or event.starts_at is None:
        raise CannotMove(event=event.slug, reason=reason or "no_date")
    try:
        return shifted(event.starts_at, move.by, sign=move.sign, zone=zone)
    except (OverflowError, ValueError):
        raise DateTooFar(event=event.slug) from None


def _change(rule: ReminderRule, change: RuleChange, *, now: datetime) -> tuple[str, str]:
    """A rule with other words is another rule: what it would have asked for before is not owed."""
    parse_duration(change.offset)
    old = reminders.rule_words(rule)
    rule.offset = change.offset
    rule.at = time.fromisoformat(change.at).strftime("%H:%M") if change.at else ""
    new = reminders.rule_words(rule)
    if new != old:
        rule.owed_from = now
    return new, old
