"""One text, one audience, one moment; and who was told what."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, NewType

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.core.db import NEVER_THE_SAME_ID, Base
from mailer.core.types import Words
from mailer.organisers import Organiser, OrganiserId
from mailer.series import Change, Event, EventId, Series, SeriesId
from mailer.subscriptions import SubscriptionId

MailingId = NewType("MailingId", int)


class MailingKind(enum.StrEnum):
    INFO = "info"  # what the next dialogue is about
    REMINDER = "reminder"  # shortly before
    CHANGE = "change"  # date fixed, moved, new place, takes place after all
    CANCELLATION = "cancellation"  # does not take place
    DOCUMENTATION = "documentation"  # recording and results are online
    FAREWELL = "farewell"  # the series is over, so are the mails
    MESSAGE = "message"  # organisers' own text


OF_CHANGES = frozenset({MailingKind.CHANGE, MailingKind.CANCELLATION})


class MailingState(enum.StrEnum):
    DRAFT = "draft"  # written, not yet let go
    RELEASED = "released"  # may go out from its due time on; no ledger row yet
    SENDING = "sending"  # its ledger rows are there and leave
    PAUSED = "paused"  # an organiser holds it back
    DONE = "done"  # nothing of it is left to do
    CANCELLED = "cancelled"  # stopped; what had not left stays here
    MISSED = "missed"  # its useful time passed before it could go out


class Audience(enum.StrEnum):
    """Whom of the list a message goes to; who that is, is decided when it leaves."""

    EVERYBODY = "everybody"  # all on the list
    LANGUAGE = "language"  # those who read one language
    TOLD = "told"  # those who were told of its dialogue
    UNTOLD = "untold"  # those who were not
    REGISTERED = "registered"  # those with a seat at its dialogue, on the list or not


class Origin(enum.StrEnum):
    RULE = "rule"  # released by the clock: Auto-Submitted (RFC 3834)
    HAND = "hand"  # released by a person


class Occasion(Base):
    """One rule of one event at one start: the thing somebody is told exactly once.

    A moved event is a new occasion, moved back it is the old one again.
    """

    __tablename__ = "occasion"
    __table_args__ = (UniqueConstraint("event_id", "rule", "starts_at"), NEVER_THE_SAME_ID)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[EventId] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    rule: Mapped[str] = mapped_column(String(80))
    """The rule's words, such as ``reminder/before/P1D/09:00``. What follows no rule has a word of its own:
    ``documentation``, ``welcome``, ``change/3`` with the revision, ``message/7`` with the mailing."""
    starts_at: Mapped[datetime]


class Told(Base):
    """A person was told of an occasion, or is about to be: written in one transaction with the ledger row."""

    __tablename__ = "told"

    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasion.id", ondelete="CASCADE"), primary_key=True)
    subscription_id: Mapped[SubscriptionId] = mapped_column(
        ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    mailing_id: Mapped[MailingId | None] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    """Absent when the welcome told her."""
    revision: Mapped[int] = mapped_column(default=0)
    """The event's revision that she was told of: who knows the newest needs no word of the change."""


class Mailing(Base):
    """One text to one audience at one moment.

    A row exists from the moment it is due (or an organiser triggers it); what is still to
    come is computed, so a moved event needs no tidying up.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        Index("ix_mailing_series_id", "series_id"),
        Index(
            "ix_mailing_open",
            "state",
            sqlite_where=text("state IN ('released', 'sending')"),
            postgresql_where=text("state IN ('released', 'sending')"),
        ),
        NEVER_THE_SAME_ID,
    )

    id: Mapped[MailingId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """``event:EVENT:RULE:START``, ``change:EVENT:REVISION``, ``farewell:SERIES:INSTANT`` or ``hand:…``: twice is once."""
    series_id: Mapped[SeriesId] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    event_id: Mapped[EventId | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    """Absent for what concerns the whole series."""
    occasion_id: Mapped[int | None] = mapped_column(
        ForeignKey("occasion.id", ondelete="SET NULL"), index=True
    )
    """Absent where there is nothing to be told once: the farewell, messages about no fixed date."""
    kind: Mapped[MailingKind]
    state: Mapped[MailingState] = mapped_column(default=MailingState.DRAFT)
    origin: Mapped[Origin]
    again: Mapped[bool] = mapped_column(default=False)
    """Whether it also goes to those who were told before."""
    subject: Mapped[Words]
    body: Mapped[Words]
    """Markdown; both are empty but for a message."""
    audience: Mapped[Audience] = mapped_column(default=Audience.EVERYBODY)
    """Of a message; all others go to whom their occasion says."""
    audience_language: Mapped[str] = mapped_column(String(8), default="")
    """Empty unless the audience is those who read one language."""
    with_calendar: Mapped[bool] = mapped_column(default=True)
    """Whether a message about a dated dialogue brings its calendar entry."""
    edition: Mapped[int] = mapped_column(default=0)
    """Counts how often a draft was changed, so that two who edit it at once notice."""
    author_id: Mapped[OrganiserId | None] = mapped_column(ForeignKey("organiser.id"))
    """Who wrote its present words; absent for what a rule or a command made."""
    releaser_id: Mapped[OrganiserId | None] = mapped_column(ForeignKey("organiser.id"))
    """Who let it go; absent for what a rule or a command released."""
    event_starts_at: Mapped[datetime | None]
    """The start it speaks of: a row is skipped when the event has another by then. Absent without a dated event."""
    event_revision: Mapped[int | None]
    """The revision that a change or a cancellation speaks of: rows are skipped when there is a newer one. Else absent."""
    change: Mapped[Change | None]
    """What a change or a cancellation has to say; absent for all others."""
    before: Mapped[dict[str, Any] | None]
    """How the event stood for those who are told of its change, as `Facts.as_json`; absent for all others."""
    due_at: Mapped[datetime]
    not_after: Mapped[datetime]
    """From here on it is of no use any more and nothing of it leaves."""
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    """When its ledger rows were written: the Date of its mails. Absent before."""
    finished_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime | None]
    """When the organisers were told that it was missed; absent before, and for all others."""
    recipients: Mapped[int] = mapped_column(default=0)
    """Ledger rows written at opening."""
    languages: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How many of them are in which language, such as ``{"de": 180, "en": 34}``."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it was missed, cancelled or paused; empty otherwise."""

    series: Mapped[Series] = relationship()
    event: Mapped[Event | None] = relationship()
    author: Mapped[Organiser | None] = relationship(foreign_keys=[author_id])
    releaser: Mapped[Organiser | None] = relationship(foreign_keys=[releaser_id])
    occasion: Mapped[Occasion | None] = relationship()
