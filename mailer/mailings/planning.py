"""From rules to mailings: what is due becomes a row, what is still to come is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailer import reminders
from mailer.core.db import insert_for, rows_changed
from mailer.mailings.audience import count, everybody, farewelled, find_occasion
from mailer.mailings.headcounts import Headcount, by_language
from mailer.mailings.models import Mailing, MailingKind, MailingState, Occasion, Origin
from mailer.mailings.pending import QUIET, beside, held_back, pending_changes
from mailer.mailings.seated import seated_events
from mailer.reminders import Verdict, Window
from mailer.series import Event, Series, closes_at, is_over, list_series


@dataclass(frozen=True)
class Planned:
    """A mail still to come: when, about what, and to how many as far as known now. ``event`` is None for the farewell."""

    due_at: datetime
    event: Event | None
    kind: MailingKind
    languages: Mapping[str, int]
    """How many read it in which language."""
    window: Window | None = None
    """Absent for the farewell, and for what follows a change."""

    @property
    def recipients(self) -> int:
        return sum(self.languages.values())


def plan(session: Session, *, now: datetime) -> int:
    """Write a mailing for everything that is due, and for what was missed; the number of rows written or given up.

    A second call at the same time writes nothing more: the key says what a row is about.
    """
    given_up = _give_up_late(session, now=now)
    return given_up + sum(_plan_series(session, series, now=now) for series in list_series(session))


def upcoming_mailings(
    session: Session, series: Series, *, now: datetime, quiet: timedelta = QUIET
) -> list[Planned]:
    """Every mail the series will still send by itself, in order, with its recipients as far as known now.

    ``quiet`` is how long the house gathers changes. A constant number of queries, however many
    events and mailings there are, and one for each change that waits.
    """
    if is_over(series, now):
        return _farewell_due(session, series)
    waiting = _still_to_come(session, series, now=now)
    heads = Headcount(session, series, waiting)
    events = {event.id: event for event in series.events}
    changes = {one.event.id: one for one in pending_changes(session, series, now=now, quiet=quiet)}
    found = []
    for window in waiting:
        leaves = reminders.leaves_at(window, zone=series.zone, now=now)
        reached: Mapping[str, int] = heads.of(window, leaves=leaves, now=now)
        if not reached and heads.was_told(window):
            continue  # a mailing by hand told everybody already
        due = window.due_at if leaves == now else leaves
        if (change := changes.get(window.event_id)) is not None:
            due, reached, changes[window.event_id] = beside(change, window, due, reached)
            if not reached:
                continue
        found.append(Planned(due, events[window.event_id], MailingKind(window.kind), reached, window))
    told = [one for one in changes.values() if one.languages]
    found = [Planned(one.due_at, one.event, one.kind, one.languages) for one in told] + found
    end = closes_at(series)
    before_the_end = [planned for planned in found if end is None or planned.due_at < end]
    if end is not None:
        before_the_end.append(Planned(end, None, MailingKind.FAREWELL, heads.everybody()))
    return sorted(before_the_end, key=lambda planned: planned.due_at)


def open_windows(session: Session, series: Series, *, now: datetime) -> list[Window]:
    """What a newcomer is told by her welcome: windows that are open, or that a mailing filled ahead of time."""
    if is_over(series, now):
        return []
    filled = _filled(session, series)
    return [
        window
        for event_windows in _all_windows(session, series)
        for window in event_windows
        if window.rule != reminders.DOCUMENTATION
        and not window.for_seats
        and now < window.useful_until
        and (window.due_at <= now or window.key in filled or sent_by_hand(session, window))
    ]


def sent_by_hand(session: Session, window: Window) -> bool:
    """Whether a mailing of this window has left already, ahead of its time or where nobody owed one."""
    occasion = find_occasion(session, window.event_id, window.rule, window.starts_at)
    if occasion is None:
        return False
    mailing = select(Mailing.id).where(
        Mailing.occasion_id == occasion.id, Mailing.state.in_([MailingState.SENDING, MailingState.DONE])
    )
    return session.scalar(mailing.limit(1)) is not None


def ensure_occasion(session: Session, window: Window) -> int:
    """The id of a window's occasion, written at its first use."""
    return occasion_of(session, window.event_id, window.rule, window.starts_at)


def occasion_of(session: Session, event_id: int, rule: str, starts_at: datetime) -> int:
    """The id of an occasion, written at its first use. Two who write it at once get the same."""
    values = {"event_id": event_id, "rule": rule, "starts_at": starts_at}
    session.execute(insert_for(session, Occasion).values(**values).on_conflict_do_nothing())
    found = find_occasion(session, event_id, rule, starts_at)
    assert found is not None  # noqa: S101  # the row was written one line above
    return found.id


def insert_mailing(session: Session, row: dict[str, object]) -> int:
    """Write a mailing unless there is one of its key; the number of rows written."""
    blank = {"subject": {}, "body": {}, "again": False, "recipients": 0, "languages": {}, "reason": ""}
    statement = insert_for(session, Mailing).values(**(blank | row)).on_conflict_do_nothing()
    return len(session.scalars(statement.returning(Mailing.id)).all())


def _give_up_late(session: Session, *, now: datetime) -> int:
    """Mailings that were let go while no worker opened them until they were of no use."""
    late = (
        update(Mailing)
        .where(Mailing.state == MailingState.RELEASED, Mailing.not_after <= now)
        .values(state=MailingState.MISSED, finished_at=now, reason=Verdict.TOO_LATE.value)
    )
    return rows_changed(session.execute(late))


def _plan_series(session: Session, series: Series, *, now: datetime) -> int:
    written = _plan_farewell(session, series, now=now)  # also when the series was prolonged since its end
    if is_over(series, now):
        return written
    filled, held = _filled(session, series), held_back(session, series, now=now)
    for event_windows in _all_windows(session, series):
        if event_windows[0].event_id in held:
            continue
        for window, verdict in reminders.judge(
            event_windows, filled=filled, zone=series.zone, now=now
        ).items():
            if verdict is not Verdict.WAIT:
                written += _write(session, series, window, verdict, now=now)
    return written


def _write(session: Session, series: Series, window: Window, verdict: Verdict, *, now: datetime) -> int:
    goes = verdict is Verdict.GO
    row = {
        "key": window.key,
        "series_id": series.id,
        "event_id": window.event_id,
        "occasion_id": ensure_occasion(session, window),
        "kind": MailingKind(window.kind),
        "state": MailingState.RELEASED if goes else MailingState.MISSED,
        "origin": Origin.RULE,
        "event_starts_at": None if window.rule == reminders.DOCUMENTATION else window.starts_at,
        "due_at": window.due_at,
        "not_after": window.useful_until,
        "created_at": now,
        "finished_at": None if goes else now,
        "noticed_at": now if verdict is Verdict.SUPERSEDED else None,
        "reason": "" if goes else verdict.value,
    }
    return insert_mailing(session, row)


def _plan_farewell(session: Session, series: Series, *, now: datetime) -> int:
    """One farewell to those whom the end has just ended; none when it ended for nobody."""
    key = _farewell_key(series)
    if series.ended_at is None or _exists(session, key) or not count(session, farewelled(series)):
        return 0
    row = {
        "key": key,
        "series_id": series.id,
        "kind": MailingKind.FAREWELL,
        "state": MailingState.RELEASED,
        "origin": Origin.RULE,
        "due_at": series.ended_at,
        "not_after": series.ended_at + reminders.USEFUL_AFTERWARDS,
        "created_at": now,
    }
    return insert_mailing(session, row)


def _still_to_come(session: Session, series: Series, *, now: datetime) -> list[Window]:
    """The windows that are open, or will be, and that no mailing fills."""
    filled = _filled(session, series)
    return [
        window
        for event_windows in _all_windows(session, series)
        for window, verdict in reminders.judge(
            event_windows, filled=filled, zone=series.zone, now=now
        ).items()
        if verdict in (Verdict.GO, Verdict.WAIT)
    ]


def _farewell_due(session: Session, series: Series) -> list[Planned]:
    end = closes_at(series)
    pending = series.ended_at is None or (end is not None and series.ended_at < end)
    if end is None or not (pending or not _exists(session, _farewell_key(series))):
        return []
    audience = everybody(series) if pending else farewelled(series)
    reached = by_language(session, audience)
    return [Planned(end, None, MailingKind.FAREWELL, reached)] if reached else []


def _all_windows(session: Session, series: Series) -> list[list[Window]]:
    """Windows that compete with each other stand in one list: an event's reminders; its documentation stands alone."""
    rules = reminders.rules_of_series(session, series)
    groups = [reminders.windows(event, rules, zone=series.zone) for event in series.events]
    documented = [reminders.documentation_window(event) for event in series.events]
    seated = seated_events(session, series)
    for event in series.events:
        if event.id in seated:
            groups += reminders.seat_windows(event, rules, zone=series.zone)
    return [group for group in groups if group] + [[window] for window in documented if window is not None]


def _filled(session: Session, series: Series) -> set[str]:
    return set(
        session.scalars(
            select(Mailing.key).where(Mailing.series_id == series.id, Mailing.origin == Origin.RULE)
        )
    )


def _farewell_key(series: Series) -> str:
    return f"farewell:{series.id}:{series.ended_at:%Y%m%dT%H%M%SZ}" if series.ended_at else ""


def _exists(session: Session, key: str) -> bool:
    return session.scalar(select(Mailing.id).where(Mailing.key == key)) is not None
