"""Who may sign in at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import NewType

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.core.db import NEVER_THE_SAME_ID, Base
from mailer.core.types import EmailAddress, Locale

OrganiserId = NewType("OrganiserId", int)


class Organiser(Base):
    """Somebody who plans series and lets mailings go out; gets the notices."""

    __tablename__ = "organiser"
    __table_args__ = NEVER_THE_SAME_ID

    id: Mapped[OrganiserId] = mapped_column(primary_key=True)
    address: Mapped[EmailAddress] = mapped_column(String(254))
    mailbox: Mapped[str] = mapped_column(String(254), unique=True)
    language: Mapped[Locale] = mapped_column(String(8), default="de")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    """Absent while the organiser may sign in."""


class SignInLink(Base):
    """A link that signs an organiser in once. The token carries this row's id; the row says whether it still counts."""

    __tablename__ = "sign_in_link"
    __table_args__ = NEVER_THE_SAME_ID

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser_id: Mapped[OrganiserId] = mapped_column(
        ForeignKey("organiser.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """Absent until somebody signed in with it."""
    to_mail: Mapped[bool] = mapped_column(default=False)
    """Whether the link is still to be mailed to the organiser; one that was printed is not."""

    organiser: Mapped[Organiser] = relationship()
