"""Reminders are windows: from their due time until they are no longer useful. Pure: no database, no clock."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailer.core.clock import at_local
from mailer.core.durations import parse_duration, shifted
from mailer.reminders.models import Anchor, Audience, ReminderRule, RuleKind
from mailer.series import Event, EventId

USEFUL_AFTERWARDS = timedelta(days=14)
"""How long a documentation, or a rule that counts from the end, is still worth a mail."""

LATE_AFTER = timedelta(minutes=15)
"""A mail this much behind its due time is late, and late ones do not come at night."""

NIGHT_FROM, NIGHT_UNTIL = time(21), time(7)
SO_NEAR_THAT_NIGHT_DOES_NOT_COUNT = timedelta(hours=3)

DOCUMENTATION = "documentation"
"""What stands for a rule where none is: the documentation leaves once, when it is published."""


@dataclass(frozen=True)
class Window:
    """One rule of one event at one start: when it is due and until when it is useful. Instants in UTC."""

    event_id: EventId
    rule: str
    kind: str
    starts_at: datetime
    due_at: datetime
    useful_until: datetime
    owed: bool
    """False for what was past already when the event or the rule was made."""
    nominal_at: datetime
    """What the rule says; ``due_at`` is later when the date was set after that."""
    for_seats: bool = False
    """Whether it reaches those with a seat alone, and nobody as a subscriber."""

    @property
    def key(self) -> str:
        return window_key(self.event_id, self.rule, self.starts_at)


class Verdict(enum.StrEnum):
    WAIT = "wait"  # not due yet, or late at night
    GO = "go"  # due and useful: let it out
    SUPERSEDED = "superseded"  # a later rule of the same event is due too: one mail, no flood
    TOO_LATE = "too_late"  # its useful time passed while nobody was there to send it


def window_key(event_id: int, rule: str, starts_at: datetime) -> str:
    """The key of the mailing that fills a window, so that it is planned once."""
    if rule == DOCUMENTATION:
        return f"event:{event_id}:{rule}"
    return f"event:{event_id}:{rule}:{starts_at:%Y%m%dT%H%MZ}"


def rule_words(rule: ReminderRule) -> str:
    """What makes a rule the same rule, such as ``reminder/before/P1D/09:00``, whatever its row's id."""
    words = [rule.kind.value, rule.anchor.value, rule.offset, rule.at, rule.audience.value, rule.attendance]
    if rule.audience is Audience.SUBSCRIBERS and not rule.attendance:
        words = words[:4]
    return "/".join(words).rstrip("/")


def meant_by(rule: str) -> tuple[Audience, str]:
    """Whom a rule's words mean, and the attendance that narrows them: ``online``, ``on_site`` or empty.

    Who follows no rule (a documentation, a welcome) is a subscriber.
    """
    words = rule.split("/")
    if len(words) < 5 or words[4] not in list(Audience):
        return Audience.SUBSCRIBERS, ""
    attendance = words[5] if len(words) > 5 else ""
    return (Audience.REGISTERED if attendance else Audience(words[4])), attendance


def rules_of(event: Event, rules: Iterable[ReminderRule]) -> list[ReminderRule]:
    """The rules that stand for an event: its own, if it has some or wants none, else the series'."""
    wanted = event.id if event.own_rules else None
    return [rule for rule in rules if rule.event_id == wanted]


def windows(event: Event, rules: Iterable[ReminderRule], *, zone: ZoneInfo) -> list[Window]:
    """Every window of an event that reaches the list, in order of due time; none without a fixed date."""
    return [window for window in _windows(event, rules, zone=zone) if not window.for_seats]


def seat_windows(event: Event, rules: Iterable[ReminderRule], *, zone: ZoneInfo) -> list[list[Window]]:
    """Every window that reaches those with a seat alone; those that compete with each other stand in one list."""
    found = [window for window in _windows(event, rules, zone=zone) if window.for_seats]
    ways = dict.fromkeys(meant_by(window.rule)[1] for window in found)
    return [[window for window in found if meant_by(window.rule)[1] == way] for way in ways]


def _windows(event: Event, rules: Iterable[ReminderRule], *, zone: ZoneInfo) -> list[Window]:
    if not event.is_dated or event.starts_at is None or event.ends_at is None:
        return []
    found = [
        _window(event, rule, event.starts_at, event.ends_at, zone=zone) for rule in rules_of(event, rules)
    ]
    return sorted(
        (w for w in found if w.due_at < w.useful_until), key=lambda w: (w.due_at, w.nominal_at, w.rule)
    )


def documentation_window(event: Event) -> Window | None:
    """The window of an event's documentation; None while nobody plans it, and for a cancelled event."""
    if event.documented_at is None or event.is_cancelled:
        return None
    return Window(
        event_id=event.id,
        rule=DOCUMENTATION,
        kind=DOCUMENTATION,
        starts_at=event.created_at,  # stays when the event moves: a documentation leaves once
        due_at=event.documented_at,
        useful_until=event.documented_at + USEFUL_AFTERWARDS,
        owed=event.documented_at >= event.created_at,
        nominal_at=event.documented_at,
    )


def judge(
    event_windows: Sequence[Window], *, filled: Collection[str], zone: ZoneInfo, now: datetime
) -> dict[Window, Verdict]:
    """What to do now about each owed window of one event that no mailing fills yet (``filled`` holds their keys)."""
    owed = [window for window in event_windows if window.owed]
    useful = [w for w in owed if w.due_at <= now < w.useful_until]
    latest = max(useful, key=lambda w: w.nominal_at, default=None)
    verdicts = {}
    for window in owed:
        if window.key in filled:
            continue
        if window.useful_until <= now:
            verdicts[window] = Verdict.TOO_LATE
        elif window.due_at <= now and window != latest:
            verdicts[window] = Verdict.SUPERSEDED
        elif window.due_at > now or _sleeps(window, zone=zone, now=now):
            verdicts[window] = Verdict.WAIT
        else:
            verdicts[window] = Verdict.GO
    return verdicts


def leaves_at(window: Window, *, zone: ZoneInfo, now: datetime) -> datetime:
    """When a window that no mailing fills will be: its due time; for a late one now, or as soon as the night allows."""
    if window.due_at > now:
        return window.due_at
    if not _sleeps(window, zone=zone, now=now):
        return now
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=1 if local.time() >= NIGHT_FROM else 0)
    morning = at_local(day, NIGHT_UNTIL, zone)
    near = window.starts_at - SO_NEAR_THAT_NIGHT_DOES_NOT_COUNT
    return near if now < near < morning else morning


def _window(
    event: Event, rule: ReminderRule, starts_at: datetime, ends_at: datetime, *, zone: ZoneInfo
) -> Window:
    before = rule.anchor is Anchor.BEFORE
    nominal = shifted(
        starts_at if before else ends_at,
        parse_duration(rule.offset),
        sign=-1 if before else 1,
        zone=zone,
        at=time.fromisoformat(rule.at) if rule.at else None,
    )
    due = nominal if event.redated_at is None else max(nominal, event.redated_at)
    return Window(
        event_id=event.id,
        rule=rule_words(rule),
        kind=RuleKind(rule.kind).value,
        starts_at=starts_at,
        due_at=due,
        useful_until=starts_at if before else due + USEFUL_AFTERWARDS,
        owed=due >= max(event.created_at, rule.owed_from),
        nominal_at=nominal,
        for_seats=rule.audience is Audience.REGISTERED or bool(rule.attendance),
    )


def _sleeps(window: Window, *, zone: ZoneInfo, now: datetime) -> bool:
    """Whether a late mail waits for the morning: it is night, and the event is not near."""
    if now - window.due_at <= LATE_AFTER:
        return False
    clock = now.astimezone(zone).time()
    near = timedelta(0) <= window.starts_at - now <= SO_NEAR_THAT_NIGHT_DOES_NOT_COUNT
    return (clock >= NIGHT_FROM or clock < NIGHT_UNTIL) and not near
