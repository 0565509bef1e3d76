"""What came out of the dialogues, level by level."""

from __future__ import annotations

import enum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mailer.core.db import Base
from mailer.core.types import Words
from mailer.series import EventId


class Level(enum.StrEnum):
    MUNICIPALITY = "municipality"  # Kommune
    STATE_AND_FEDERAL = "state_and_federal"  # Land + Bund


class FrameworkCondition(Base):
    """A condition named at an event: what a level of government should do for change to succeed."""

    __tablename__ = "framework_condition"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[EventId] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    level: Mapped[Level]
    text: Mapped[Words]
