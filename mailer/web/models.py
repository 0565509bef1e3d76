"""What the pages themselves must remember."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.core.db import Base
from mailer.organisers import Organiser, OrganiserId


class RateHit(Base):
    """How often something limited happened in the window that is running. Addresses stand there as keyed hashes."""

    __tablename__ = "rate_hit"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class DeskSession(Base):
    """One browser that is signed in at the desk. Signing out deletes the row, so a stolen cookie is worth nothing then."""

    __tablename__ = "desk_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of what the browser's cookie holds: who reads the database cannot sign in with it."""
    organiser_id: Mapped[OrganiserId] = mapped_column(
        ForeignKey("organiser.id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    organiser: Mapped[Organiser] = relationship()
