"""Lists that were uploaded and wait for a yes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mailer.core.db import Base
from mailer.series import SeriesId


class HeldList(Base):
    """A list as it was uploaded, between its preview and the yes to it. It goes with the yes, and within the hour without."""

    __tablename__ = "held_list"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the random word in the preview's address."""
    series_id: Mapped[SeriesId] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    owner: Mapped[str] = mapped_column(String(64))
    """Whose it is: the session at the desk in which it was uploaded."""
    source: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    evidence: Mapped[str] = mapped_column(String(500))
    judgement: Mapped[dict[str, Any]]
    """What was shown of it: numbers, and the first lines."""
    ends_at: Mapped[datetime] = mapped_column(index=True)
