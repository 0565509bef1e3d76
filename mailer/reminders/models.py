"""When somebody should hear from us, as the organisers wrote it down."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mailer.core.db import Base
from mailer.series import EventId, SeriesId


class RuleKind(enum.StrEnum):
    INFO = "info"
    REMINDER = "reminder"


class Anchor(enum.StrEnum):
    BEFORE = "before"  # counts back from the start
    AFTER = "after"  # counts on from the end


class Audience(enum.StrEnum):
    SUBSCRIBERS = "subscribers"  # everybody on the list
    REGISTERED = "registered"  # those with a seat at the event
    ALL = "all"  # both, each once


class ReminderRule(Base):
    """ "One day before at 09:00, kind reminder": one line of a series, or of an event that has its own."""

    __tablename__ = "reminder_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[EventId | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    """Absent when the rule is the series'."""
    position: Mapped[int]
    kind: Mapped[RuleKind]
    anchor: Mapped[Anchor]
    offset: Mapped[str] = mapped_column(String(40))
    """An ISO 8601 duration such as ``P14D`` or ``PT2H``."""
    at: Mapped[str] = mapped_column(String(5), default="")
    """The local time of day, ``09:00``; empty for the time that the offset gives."""
    audience: Mapped[Audience] = mapped_column(default=Audience.SUBSCRIBERS)
    attendance: Mapped[str] = mapped_column(String(8), default="")
    """``online`` or ``on_site`` narrows the registered; empty for both."""
    owed_from: Mapped[datetime]
    """When the rule was made: what it would have asked for before is not owed."""
