"""How many people the mails of a series reach, by language: counted once for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mailer.mailings.models import Occasion, Told
from mailer.mailings.seated import count_seats, of_window
from mailer.people import Person, Suppression
from mailer.reminders import Window
from mailer.series import Event, EventId, Series
from mailer.subscriptions import OwedLetter, Subscription, SubscriptionId, SubscriptionState

OccasionKey = tuple[EventId, str, datetime]


@dataclass(frozen=True)
class _Group:
    """Subscribers alike in all that decides whether a mail reaches them."""

    language: str
    paused_until: date | None
    awaits_welcome: bool
    size: int


class Headcount:
    """Whom each mail of a series reaches, as far as known now. A few queries, however many mails there are.

    The same people as `audience` selects when a mailing opens, counted in groups.
    """

    def __init__(self, session: Session, series: Series, windows: Collection[Window] = ()) -> None:
        """``windows`` are those that `of` is going to be asked about."""
        self._series = series
        self._active = _groups(session.execute(_counted(series)))
        self._active += _minus(session.execute(_suppressed(_counted(series))))
        self._known = _find_occasions(session, series, {window.rule for window in windows})
        asked = {self._known.get(_key(window)) for window in windows} - {None}
        self._told = _told(session, series, asked)
        self._seats = count_seats(session, series)

    def everybody(self) -> Counter[str]:
        """All active, paused ones too: whom the series' end will end."""
        return +_sum(self._active)

    def subscribers(self, at: datetime) -> Counter[str]:
        """Who gets the series' mails on the day of ``at``."""
        return +_sum(self._awake(self._active, at))

    def of(self, window: Window, *, leaves: datetime, now: datetime) -> Counter[str]:
        """Who is told by a window's mail: not those who know already, nor whom a welcome is about to tell."""
        seated = of_window(self._seats, window)
        if window.for_seats:
            return seated
        told = self._told.get(self._known.get(_key(window), 0), ())
        reached = _sum(self._awake(self._active, leaves, window, now=now))
        reached.subtract(_sum(self._awake(told, leaves, window, now=now)))
        return +reached + seated

    def was_told(self, window: Window) -> bool:
        """Whether the window's occasion was used already, by hand or by a welcome."""
        return _key(window) in self._known

    def _awake(
        self,
        groups: Iterable[_Group],
        at: datetime,
        window: Window | None = None,
        *,
        now: datetime | None = None,
    ) -> Iterable[_Group]:
        today = at.astimezone(self._series.zone).date()
        is_due = window is not None and now is not None and window.due_at <= now
        for group in groups:
            rests = group.paused_until is not None and group.paused_until > today
            if not rests and not (is_due and group.awaits_welcome):
                yield group


def by_language(session: Session, audience: Select[SubscriptionId]) -> Counter[str]:
    """How many of an audience read which language."""
    chosen = audience.subquery()
    rows = session.execute(
        select(Person.language, func.count())
        .join(Subscription, Subscription.person_id == Person.id)
        .join(chosen, chosen.c.id == Subscription.id)
        .group_by(Person.language)
    )
    return Counter({language: count for language, count in rows})


def _counted(series: Series) -> Select[Any]:
    awaits = func.coalesce(Subscription.owed == OwedLetter.WELCOME, False)
    groups = (Person.language, Subscription.paused_until, awaits)
    counted: Select[Any] = select(*groups, func.count())  # type: ignore[assignment]  # Select knows its columns
    return (
        counted.join(Subscription, Subscription.person_id == Person.id)
        .where(
            Subscription.series_id == series.id,
            Subscription.state == SubscriptionState.ACTIVE,
        )
        .group_by(*groups)
    )


def _suppressed(counted: Select[Any]) -> Select[Any]:
    """Those of them who must not be written to. They are few, and found through what suppresses them."""
    return counted.join(Suppression, Suppression.pseudonym == Person.pseudonym)


def _find_occasions(session: Session, series: Series, rules: Collection[str]) -> Mapping[OccasionKey, int]:
    if not rules:
        return {}
    rows = session.execute(
        select(Occasion.event_id, Occasion.rule, Occasion.starts_at, Occasion.id)
        .join(Event, Event.id == Occasion.event_id)
        .where(Event.series_id == series.id, Occasion.rule.in_(rules))
    )
    return {(event_id, rule, starts_at): number for event_id, rule, starts_at, number in rows}


def _told(session: Session, series: Series, occasions: Collection[int | None]) -> Mapping[int, list[_Group]]:
    if not occasions:
        return {}
    told: dict[int, list[_Group]] = {}
    asked = (
        _counted(series)
        .add_columns(Told.occasion_id)
        .join(Told, Told.subscription_id == Subscription.id)
        .where(Told.occasion_id.in_(occasions))
        .group_by(Told.occasion_id)
    )
    for *group, occasion_id in session.execute(asked):
        told.setdefault(occasion_id, []).append(_group(*group))
    for *group, occasion_id in session.execute(_suppressed(asked)):
        told[occasion_id] += _minus([group])
    return told


def _groups(rows: Iterable[Any]) -> list[_Group]:
    return [_group(*row) for row in rows]


def _minus(rows: Iterable[Any]) -> list[_Group]:
    """Groups that are taken off those of which they are part."""
    return [replace(group, size=-group.size) for group in _groups(rows)]


def _group(language: str, paused_until: date | None, awaits: Any, size: int) -> _Group:
    return _Group(language, paused_until, bool(awaits), size)


def _sum(groups: Iterable[_Group]) -> Counter[str]:
    total: Counter[str] = Counter()
    for group in groups:
        total[group.language] += group.size
    return total


def _key(window: Window) -> OccasionKey:
    return window.event_id, window.rule, window.starts_at
