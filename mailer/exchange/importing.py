"""A series file into the database: what differs is changed, what is the same is left alone."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailer.exchange import moving
from mailer.exchange.collecting import collect
from mailer.exchange.entries import SeriesFile
from mailer.exchange.event_importing import add_event, update_event
from mailer.exchange.hidden_words import keep_hidden
from mailer.exchange.parsing import parse_series
from mailer.exchange.problems import EventWasPublished, SeriesWasPublished
from mailer.exchange.rule_importing import replace_rules
from mailer.series import Event, EventState, Series, find_series, note_state, put_in_order, raise_revision

LONGEST_LIST_ID = 120

_COLUMNS = [column.name for column in fields(SeriesFile) if column.name not in ("rules", "events")]


@dataclass(frozen=True)
class ImportReport:
    """What an import did. ``changed`` is False when the file said what was known already."""

    series: Series
    created: bool
    changed: bool
    events_created: int
    events_changed: int
    cancelled: tuple[str, ...]
    """Slugs of events to come that are not in the file any more; they count as changed."""


def import_series(
    session: Session, source: bytes, *, next_in: int | None = None, now: datetime
) -> ImportReport:
    """Create the series a file describes, or make the known one of that slug like it.

    Importing what was exported changes nothing. Events are known by their slug. One that is
    not in the file any more is cancelled, for people may have it in their calendars; if it
    is over it stays in the archive as it is. ``next_in`` first moves all dates by whole days,
    so that the next event starts in that many.

    Raises BadSeriesFile, NothingToMove, MovedTooFar, EventWasPublished, SeriesWasPublished; then nothing was stored.
    """
    file = parse_series(source)
    if next_in is not None:
        file = moving.next_in(file, next_in, now=now)
    return store_series(session, file, now=now)


def store_series(session: Session, file: SeriesFile, *, now: datetime) -> ImportReport:
    """Create the series that ``file`` tells of, or make the known one of that slug like it.

    Raises EventWasPublished, SeriesWasPublished.
    """
    found = find_series(session, file.slug)
    series = found or _add_series(session, file, now=now)
    _speak_all(series, file)
    before = collect(session, series)
    _check_published(before, file)
    events = _import_events(session, series, before, file, now=now)
    rules_changed = replace_rules(session, series, None, file.rules, now=now)
    changed = assign(series, before, file) or rules_changed or events.has_news or found is None
    if changed:
        series.changed_at = now
    session.flush()
    session.expire(series, ["all_events"])
    return ImportReport(
        series=series,
        created=found is None,
        changed=changed,
        events_created=events.created,
        events_changed=events.changed,
        cancelled=tuple(events.cancelled),
    )


def _speak_all(series: Series, file: SeriesFile) -> None:
    """Bring back what is hidden in languages the file adds: the file is to be compared with all that will be seen."""
    added = [language for language in file.languages if language not in series.languages]
    if added:
        series.languages = [*series.languages, *added]


def _check_published(before: SeriesFile, file: SeriesFile) -> None:
    """Nothing that the world knows vanishes without a word. Raises EventWasPublished, SeriesWasPublished."""
    if before.draft:
        return
    if file.draft:
        raise SeriesWasPublished(series=file.slug)
    public = {event.slug for event in before.events if not event.draft}
    hidden = [event.slug for event in file.events if event.draft and event.slug in public]
    if hidden:
        raise EventWasPublished(events=hidden)


def _add_series(session: Session, file: SeriesFile, *, now: datetime) -> Series:
    domain = file.sender_address.rpartition("@")[2]
    series = Series(
        **_columns(file),
        list_id=f"{file.slug}.{domain}"[-LONGEST_LIST_ID:].lstrip(".-"),
        created_at=now,
        changed_at=now,
    )
    session.add(series)
    session.flush()
    return series


def _columns(file: SeriesFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in _COLUMNS}


def assign(series: Series, before: SeriesFile, file: SeriesFile) -> bool:
    if _columns(before) == _columns(file):
        return False
    for name, value in keep_hidden(_columns(file), series, series.languages).items():
        setattr(series, name, value)
    return True


@dataclass
class _Tally:
    created: int = 0
    changed: int = 0
    moved: int = 0
    cancelled: list[str] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        return bool(self.created or self.changed or self.moved)


def _import_events(
    session: Session, series: Series, before: SeriesFile, file: SeriesFile, *, now: datetime
) -> _Tally:
    tally = _Tally()
    known = {event.slug: event for event in series.all_events}
    entries = {entry.slug: entry for entry in before.events}
    order = []
    for entry in file.events:
        event = known.pop(entry.slug, None)
        if event is None:
            event = add_event(session, series, entry, now=now)
            tally.created += 1
        else:
            tally.changed += update_event(session, series, event, entries[entry.slug], entry, now=now)
        order.append(event)
    tally.cancelled = [event.slug for event in known.values() if _cancel(event, file, now=now)]
    tally.changed += len(tally.cancelled)
    tally.moved = put_in_order([*order, *known.values()])
    return tally


def _cancel(event: Event, file: SeriesFile, *, now: datetime) -> bool:
    """Cancel an event that the file does not name any more; False when there is nothing left to cancel."""
    if event.is_cancelled or event.over_at(file.zone) <= now:
        return False
    event.state = EventState.CANCELLED
    note_state(event, now=now)
    raise_revision(event, now=now)
    return True
