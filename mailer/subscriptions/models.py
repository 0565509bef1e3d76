"""Who wants the mails of a series, until when, and how we know."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import NewType

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.core.db import NEVER_THE_SAME_ID, Base
from mailer.core.types import Locale
from mailer.people import Person, PersonId
from mailer.series import Series, SeriesId

SubscriptionId = NewType("SubscriptionId", int)


class SubscriptionState(enum.StrEnum):
    PENDING = "pending"  # asked for, not yet confirmed: gets the confirmation mail only
    ACTIVE = "active"  # confirmed: gets reminders
    LEFT = "left"  # the person unsubscribed
    ENDED = "ended"  # the series is over
    BOUNCED = "bounced"  # the address does not exist


class OwedLetter(enum.StrEnum):
    """A letter that a step of the person asks for and the tick has not written into the ledger yet."""

    CONFIRM = "confirm"  # please confirm
    WELCOME = "welcome"  # confirmed, with the next date
    ALREADY = "already"  # signed up again while active
    ACCESS = "access"  # the fresh link to see or erase what is stored


class Subscription(Base):
    """A person's wish to be reminded of every event of one series.

    One row per person and series; coming back re-opens the old row.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("person_id", "series_id"),
        # With the id behind them, so that lists are paged by it in whatever the filter leaves.
        Index("ix_subscription_series_id_state_id", "series_id", "state", "id"),
        Index("ix_subscription_series_id_id", "series_id", "id"),
        Index(
            "ix_subscription_owed",
            "owed",
            sqlite_where=text("owed IS NOT NULL"),
            postgresql_where=text("owed IS NOT NULL"),
        ),
        NEVER_THE_SAME_ID,
    )

    id: Mapped[SubscriptionId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    series_id: Mapped[SeriesId] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    state: Mapped[SubscriptionState] = mapped_column(default=SubscriptionState.PENDING)
    request: Mapped[int] = mapped_column(default=0)
    """Counts the times it was asked for; a confirmation link belongs to one of them."""
    asked_name: Mapped[str] = mapped_column(String(200), default="")
    asked_language: Mapped[Locale] = mapped_column(String(8))
    """Name and language of the latest request: they reach the person when she confirms, for anybody can fill in a form."""
    owed: Mapped[OwedLetter | None]
    """Absent when every letter asked for stands in the ledger."""
    owed_number: Mapped[int] = mapped_column(default=0)
    """Counts the letters ever owed, so that each has a ledger key of its own."""
    requested_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """Absent until the latest request was confirmed."""
    paused_until: Mapped[date | None]
    """The first local day mails come again; absent when they were never paused."""
    left_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When the mail to who signs up again was last owed: at most one an hour."""
    access_asked_at: Mapped[datetime | None]
    """When the fresh link to what is stored was last owed: at most one an hour, whatever a stranger's forms bring."""

    person: Mapped[Person] = relationship()
    series: Mapped[Series] = relationship()

    @property
    def receives_reminders(self) -> bool:
        return self.state is SubscriptionState.ACTIVE


class ConsentStep(enum.StrEnum):
    ASKED = "asked"  # the form was sent, with the wording it showed
    CONFIRMED = "confirmed"  # the link in the mail was followed and the button pressed
    IMPORTED = "imported"  # the organisers vouch for a consent given elsewhere
    LEFT = "left"  # withdrawn
    REMOVED = "removed"  # the organisers took her off the list, at her wish or since the address is blocked
    RESTORED = "restored"  # they had done so by mistake, and took it back at once
    ENDED = "ended"  # ran out with the series


class Consent(Base):
    """One step of somebody's consent. Rows are only ever added.

    The person stands there as a keyed hash, so the proof (GDPR article 7 (1)) outlives
    the erasure of everything that names her.
    """

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    pseudonym: Mapped[str] = mapped_column(String(64), index=True)
    step: Mapped[ConsentStep]
    wording: Mapped[str] = mapped_column(String(40), default="")
    """The version and language of the text that was agreed to, such as ``2026-11/de``; empty for leaving."""
    evidence: Mapped[str] = mapped_column(String(500), default="")
    """What the organisers gave as proof for an import; empty otherwise."""
    at: Mapped[datetime]
