"""From today on: the house's own steps on a simulated clock, on a copy of the series as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from mailer import jobs, mailings, series, subscriptions
from mailer.core.db import Base, Database
from mailer.core.types import EmailAddress
from mailer.mailings import Headcount, Mailing, MailingKind, MailingState, Occasion
from mailer.rehearsal.scenarios import Scenario
from mailer.reminders import ReminderRule, Window
from mailer.series import Event, EventId, Series

MOST_TURNS = 100
"""How often the clock is moved on at most: a look ahead must not take longer than one waits for a page."""

MOST_EVENTS = 20
"""How many dialogues are looked at: the next ones, those that move, and the last, for it decides when all ends."""

LOOKED_BACK = timedelta(days=60)
"""How long a dialogue that is over still plays: its documentation may be to come, or a rule that counts from its end."""

UNOPENED = (MailingState.RELEASED, MailingState.DRAFT, MailingState.PAUSED)


@dataclass(frozen=True)
class Foreseen:
    """One mail that would leave, or be missed."""

    at: datetime
    """When it leaves; for a missed one, when that is clear."""
    due_at: datetime
    kind: MailingKind
    event_id: EventId | None
    rule: str
    """What makes it the same mail in two scenarios; by the words its rule has today."""
    starts_at: datetime | None
    """When its dialogue begins, in this scenario; absent for what speaks of no date."""
    missed: str
    """Why it does not leave; empty when it does."""
    languages: Mapping[str, int]

    @property
    def recipients(self) -> int:
        return sum(self.languages.values())


@dataclass(frozen=True)
class Outlook:
    """What would happen by itself from now on, in the order in which it would."""

    mails: tuple[Foreseen, ...]
    ends_at: datetime | None
    """When the mails of the series end; absent while nobody knows."""
    is_cut: bool
    """Whether there is more to come than was looked at."""


def foresee(session: Session, found: Series, scenario: Scenario, *, now: datetime) -> Outlook:
    """Play the series from now on as it would go in ``scenario``; nothing is saved.

    In the copy one person a language stands for all of hers; how many they are is counted in the
    real house. Raises what `Scenario.check` and `Scenario.apply` raise.
    """
    scenario.check(now=now)
    events = _events_of(found, scenario, now=now)
    copied = {table.name: rows for table, rows in _rows_of(session, found, events)}
    database = Database("sqlite://")
    try:
        outlook = _Outlook(database, copied, scenario, found, now=now).play(session)
        return replace(outlook, is_cut=outlook.is_cut or _leaves_out(found, events, now=now))
    finally:
        database.dispose()


def _events_of(found: Series, scenario: Scenario, *, now: datetime) -> list[EventId]:
    """The dialogues that play."""
    zone = found.zone
    playing = [
        event
        for event in found.events
        if event.over_at(zone) > now - LOOKED_BACK
        or (event.documented_at is not None and event.documented_at > now - LOOKED_BACK)
    ]
    recent = sorted(playing, key=lambda event: event.over_at(zone))
    moved = {move.event for move in scenario.moves}
    kept = recent[:MOST_EVENTS] + [event for event in recent[MOST_EVENTS:] if event.slug in moved]
    last = max(found.events, key=lambda event: event.over_at(zone), default=None)
    return list(dict.fromkeys(event.id for event in [*kept, *([last] if last else [])]))


def _leaves_out(found: Series, events: Sequence[EventId], *, now: datetime) -> bool:
    """Whether a dialogue that is still to come does not play."""
    return any(event.over_at(found.zone) > now and event.id not in events for event in found.events)


def _rows_of(
    session: Session, found: Series, events: Sequence[EventId]
) -> list[tuple[sa.Table, list[dict[str, Any]]]]:
    """What a series consists of as far as its mails are planned by it, in the order of its foreign keys."""
    of_series = sa.or_(Mailing.event_id.is_(None), Mailing.event_id.in_(events))
    rules = sa.or_(ReminderRule.event_id.is_(None), ReminderRule.event_id.in_(events))
    wanted: list[tuple[type[Base], sa.ColumnElement[bool]]] = [
        (Series, Series.id == found.id),
        (Event, Event.id.in_(events)),
        (ReminderRule, sa.and_(ReminderRule.series_id == found.id, rules)),
        (Occasion, Occasion.event_id.in_(events)),
        (Mailing, sa.and_(Mailing.series_id == found.id, of_series)),
    ]
    copied = []
    names = {kind.__tablename__ for kind, _ in wanted}
    for kind, which in wanted:
        table = Base.metadata.tables[kind.__tablename__]
        rows = [dict(row) for row in session.execute(sa.select(table).where(which)).mappings()]
        elsewhere = [
            column.name
            for column in table.columns
            if any(key.column.table.name not in names for key in column.foreign_keys)
        ]
        copied.append((table, [_as_it_plays(table, row | dict.fromkeys(elsewhere)) for row in rows]))
    return copied


def _as_it_plays(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """What is a draft plays as if it were published; what leaves just now has left, for the ledger stays behind."""
    if "draft" in table.columns:
        row["draft"] = False
    if row.get("state") == MailingState.SENDING:
        row["state"] = MailingState.DONE
    return row


class _Outlook:
    def __init__(
        self,
        database: Database,
        copied: Mapping[str, list[dict[str, Any]]],
        scenario: Scenario,
        found: Series,
        *,
        now: datetime,
    ) -> None:
        self.database, self.copied, self.scenario, self.now = database, copied, scenario, now
        self.id, self.began_at = found.id, now
        self.renamed: Mapping[str, str] = {}

    def play(self, real: Session) -> Outlook:
        self._set_up()
        turns = 0
        following: datetime | None = self.now
        while following is not None and turns < MOST_TURNS:
            self.now = self.scenario.awake_at(following)
            self._turn()
            turns += 1
            following = self._following()
        with self.database.reading() as session:
            mails = self._count(real, self._mailings(session))
            return Outlook(mails, series.closes_at(self._series(session)), following is not None)

    def _turn(self) -> None:
        """Each step of the house in its order. What the log says of steps is of real ones, so it hears nothing."""
        for step in jobs.STEPS.values():
            with self.database.transaction() as session:
                step(session, now=self.now)

    def _set_up(self) -> None:
        Base.metadata.create_all(self.database.engine)
        with self.database.transaction() as session:
            for name, rows in self.copied.items():
                if rows:
                    session.execute(sa.insert(Base.metadata.tables[name]), rows)
            found = self._series(session)
            people = [
                subscriptions.Newcomer(
                    EmailAddress(f"{language}@example.org"), "", "en" if language == "en" else "de"
                )
                for language in found.languages
            ]
            subscriptions.admit(
                session, found, people, evidence="rehearsal", pseudonym=str, now=self.began_at
            )
            self.renamed = self.scenario.apply(session, found, now=self.began_at)

    def _series(self, session: Session) -> Series:
        return session.get_one(Series, self.id)

    def _following(self) -> datetime | None:
        """The next moment at which something happens by itself."""
        with self.database.reading() as session:
            found = self._series(session)
            moments = [one.due_at for one in mailings.upcoming_mailings(session, found, now=self.now)]
            moments += session.scalars(
                sa.select(Mailing.due_at).where(Mailing.state == MailingState.RELEASED)
            )
            end = series.closes_at(found)
            if end is not None and found.ended_at is None:
                moments.append(end)
        return min((moment for moment in moments if moment > self.now), default=None)

    def _mailings(self, session: Session) -> Sequence[Mailing]:
        """Those that the play wrote, and those that stood ready and opened in it."""
        known = {row["id"] for row in self.copied["mailing"] if row["state"] not in UNOPENED}
        found = session.scalars(
            sa.select(Mailing)
            .where(Mailing.state.not_in([MailingState.DRAFT, MailingState.PAUSED, MailingState.CANCELLED]))
            .options(joinedload(Mailing.occasion), joinedload(Mailing.event))
        )
        return [mailing for mailing in found if mailing.id not in known]

    def _count(self, real: Session, found: Sequence[Mailing]) -> tuple[Foreseen, ...]:
        windows = {mailing.id: _window(mailing) for mailing in found if mailing.occasion is not None}
        heads = Headcount(real, real.get_one(Series, self.id), list(windows.values()))
        foreseen = []
        for mailing in found:
            window = windows.get(mailing.id)
            at = mailing.opened_at or mailing.finished_at or mailing.due_at
            if mailing.kind is MailingKind.FAREWELL:
                reached = heads.everybody()
            elif window is None:
                reached = heads.subscribers(at)
            else:
                reached = heads.of(window, leaves=at, now=self.began_at)
                if not reached and heads.was_told(window):
                    continue  # a mailing by hand told everybody already
            foreseen.append(self._tell(mailing, reached, at))
        return tuple(sorted(foreseen, key=lambda mail: (mail.at, mail.due_at)))

    def _tell(self, mailing: Mailing, reached: Mapping[str, int], at: datetime) -> Foreseen:
        rule = mailing.occasion.rule if mailing.occasion else mailing.key if mailing.event_id else ""
        return Foreseen(
            at=at,
            due_at=mailing.due_at,
            kind=mailing.kind,
            event_id=mailing.event_id,
            rule=self.renamed.get(rule, rule),
            starts_at=mailing.event_starts_at,
            missed=mailing.reason if mailing.state is MailingState.MISSED else "",
            languages=reached,
        )


def _window(mailing: Mailing) -> Window:
    """The window a mailing fills, as far as counting its readers needs it."""
    occasion = mailing.occasion
    assert occasion is not None  # noqa: S101  # asked by the caller
    return Window(
        event_id=occasion.event_id,
        rule=occasion.rule,
        kind=mailing.kind.value,
        starts_at=occasion.starts_at,
        due_at=mailing.due_at,
        useful_until=mailing.not_after,
        owed=True,
        nominal_at=mailing.due_at,
    )
