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
    seen_at: Mapped[datetime]
    """When it was last used, to a few minutes."""
    ends_at: Mapped[datetime]
    came_by: Mapped[str] = mapped_column(String(16), default="link")
    """How its organiser proved who she is: ``link``, ``password`` or ``invitation``."""
    device: Mapped[str] = mapped_column(String(80), default="")
    """Browser and system in two words, such as ``Firefox · Linux``; empty when it did not say."""
    epoch: Mapped[int] = mapped_column(default=0)
    """Her epoch when it began."""
    awaits_code: Mapped[bool] = mapped_column(default=False)
    """Whether the second factor is still owed: such a session opens nothing but the page that asks for it."""

    organiser: Mapped[Organiser] = relationship()
