"""A whole series in seconds: the house's own steps on a simulated clock, in a database of their own."""

from __future__ import annotations

import mailbox
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from mailer import delivery, exchange, jobs, mailings, reminders, series, subscriptions
from mailer.core.db import Base, Database
from mailer.core.errors import Refused
from mailer.core.types import EmailAddress, Pseudonym
from mailer.delivery import Composer, Heard, News, Outgoing, Reply
from mailer.mailings import Mailing, MailingState
from mailer.rehearsal.scenarios import Scenario
from mailer.series import Series

LEAD = timedelta(days=30)
"""How long before the first rule is due the clock starts."""

WITHOUT_NUMBER = 10
"""How many people play when the series has none yet."""


class NothingToRehearse(Refused):
    """No dialogue has a fixed date, so no mail would ever leave."""

    code = "nothing_to_rehearse"


@dataclass(frozen=True)
class Script:
    """What a rehearsal needs of the real house: the series as a file, and how many people."""

    slug: str
    source: bytes
    subscribers: int
    starts_at: datetime


@dataclass(frozen=True)
class Sent:
    """One mailing that would leave, or be missed. ``event`` is a slug; None for the farewell."""

    at: datetime
    kind: str
    event: str | None
    recipients: int
    missed: str = ""
    """Why it would not leave; empty when it does."""


@dataclass
class Played:
    """What a rehearsal showed."""

    zone: ZoneInfo
    mailings: list[Sent] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    ended_at: datetime | None = None
    """When every subscription had ended; absent when the series never ends."""
    erased_at: datetime | None = None


def script_of(session: Session, found: Series, *, subscribers: int | None) -> Script:
    """Copy what is played. Raises NothingToRehearse."""
    rules = reminders.rules_of_series(session, found)
    due = [
        window.nominal_at
        for event in found.events
        for window in reminders.windows(event, rules, zone=found.zone)
    ]
    documented = [event.documented_at for event in found.events if event.documented_at is not None]
    end = series.closes_at(found)
    moments = due or documented or ([end] if end is not None else [])
    if not moments:
        raise NothingToRehearse(series=found.slug)
    active = subscriptions.counts_by_state(session, found)[subscriptions.SubscriptionState.ACTIVE]
    return Script(
        slug=found.slug,
        source=exchange.export_series(session, found).encode(),
        subscribers=subscribers if subscribers is not None else active or WITHOUT_NUMBER,
        starts_at=min(moments) - LEAD,
    )


def rehearse(
    script: Script,
    *,
    composer: Composer,
    pseudonym: Pseudonym,
    keep_letters: bool = False,
    scenario: Scenario | None = None,
) -> Played:
    """Play the series from 30 days before its first mail until its personal data is erased.

    Raises what `Scenario.check` and `Scenario.apply` raise.
    """
    with tempfile.TemporaryDirectory(prefix="zeitnah-rehearsal-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'copy.db'}")
        try:
            stage = _Stage(database, script, composer, pseudonym, keep_letters=keep_letters)
            return stage.play(scenario or Scenario())
        finally:
            database.dispose()


def write_mbox(path: Path, played: Played) -> None:
    """Write every letter of a rehearsal as an mbox file that mail programs open."""
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    for letter in played.letters:
        box.add(mailbox.mboxMessage(letter.replace(b"\r\n", b"\n")))
    box.close()


class _Stage:
    def __init__(
        self,
        database: Database,
        script: Script,
        composer: Composer,
        pseudonym: Pseudonym,
        *,
        keep_letters: bool,
    ) -> None:
        self.database, self.script, self.pseudonym = database, script, pseudonym
        self.now = script.starts_at
        self.recorder = _Recorder(keep_letters=keep_letters)
        self.sender = delivery.Sender(
            database, self.recorder, composer, name="rehearsal", now=lambda: self.now
        )

    def play(self, scenario: Scenario) -> Played:
        scenario.check(now=self.now)
        Base.metadata.create_all(self.database.engine)
        with self.database.transaction() as session:
            found = exchange.import_series(session, self.script.source, now=self.now).series
            self._seat(session, found)
            scenario.apply(session, found, now=self.now)
            played = Played(found.zone)
        self._turn(played)
        while (following := self._following()) is not None:
            self.now = scenario.awake_at(following)
            self._turn(played)
        self._forget(played)
        played.letters = self.recorder.letters
        return played

    def _seat(self, session: Session, found: Series) -> None:
        """People to play with, one language after the other."""
        people = [
            subscriptions.Newcomer(
                EmailAddress(f"person-{number}@example.org"),
                f"Person {number}",
                "en" if found.languages[number % len(found.languages)] == "en" else "de",
            )
            for number in range(1, self.script.subscribers + 1)
        ]
        subscriptions.admit(
            session, found, people, evidence="rehearsal", pseudonym=self.pseudonym, now=self.now
        )

    def _turn(self, played: Played) -> None:
        jobs.catch_up(self.database, self.sender, now=self.now)
        with self.database.reading() as session:
            is_missed = and_(Mailing.state == MailingState.MISSED, Mailing.finished_at == self.now)
            turned = select(Mailing).where(or_(Mailing.opened_at == self.now, is_missed))
            for mailing in session.scalars(turned.order_by(Mailing.due_at, Mailing.id)):
                event = mailing.event.slug if mailing.event else None
                reason = mailing.reason if mailing.state is MailingState.MISSED else ""
                played.mailings.append(
                    Sent(self.now, mailing.kind.value, event, mailing.recipients, missed=reason)
                )

    def _following(self) -> datetime | None:
        """The next moment at which something happens by itself."""
        with self.database.reading() as session:
            found = series.get_series(session, self.script.slug)
            end = series.closes_at(found)
            planned = [one.due_at for one in mailings.upcoming_mailings(session, found, now=self.now)]
            if end is not None and found.ended_at is None:
                planned.append(end)
        return min((moment for moment in planned if moment > self.now), default=None)

    def _forget(self, played: Played) -> None:
        with self.database.reading() as session:
            found = series.get_series(session, self.script.slug)
            played.ended_at = found.ended_at
            days = found.retention_days
        if played.ended_at is None:
            return
        self.now = played.ended_at + timedelta(days=days)
        jobs.prepare(self.database, now=self.now, steps=jobs.TIDYING)
        with self.database.reading() as session:
            played.erased_at = series.get_series(session, self.script.slug).erased_at


class _Recorder:
    """A road on which every letter arrives, and lies open."""

    relay = "rehearsal"
    connections = 1
    accepted = 0
    refused_at_recipient = False

    def __init__(self, *, keep_letters: bool) -> None:
        self.letters: list[bytes] = []
        self._keeps = keep_letters
        self._offered: Outgoing | None = None
        self._news: list[Heard] = []

    def open(self) -> _Recorder:
        self._news = [(self, News.READY, None)]
        return self

    def wait(self, seconds: float) -> list[Heard]:  # noqa: ARG002
        news, self._news = self._news, []
        return news

    def offer(self, letter: Outgoing) -> None:
        self._offered = letter
        self._news.append((self, News.TAKEN, None))

    def deliver(self, following: Outgoing | None) -> None:
        if self._keeps and self._offered is not None:
            self.letters.append(self._offered.content)
        self._news.append((self, News.ANSWERED, Reply(250, "2.0.0 rehearsed")))
        if following is not None:
            self.offer(following)

    def close(self) -> None: ...

    def abandon(self) -> None: ...
