"""What was learnt from mail that came back, and how the mailbox stands that it comes to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mailer.core.db import Base
from mailer.delivery import DeliveryId
from mailer.returns.judging import Verdict

UNSETTLED = "settled_at IS NULL"


class ReturnedLetter(Base):
    """One report that one letter did not arrive, or a complaint about it. Nothing in it names anybody.

    It goes with the ledger's row.
    """

    __tablename__ = "returned_letter"
    __table_args__ = (
        UniqueConstraint("delivery_id", "report"),
        Index(
            "ix_returned_letter_unsettled",
            "delivery_id",
            sqlite_where=text(UNSETTLED),
            postgresql_where=text(UNSETTLED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[DeliveryId] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"))
    report: Mapped[str] = mapped_column(String(64))
    """A digest by which the same report is known again."""
    verdict: Mapped[Verdict]
    code: Mapped[int]
    reply: Mapped[str] = mapped_column(String(500))
    reported_at: Mapped[datetime]
    """When its writer says it was written, if that can be; else when it was read."""
    settled_at: Mapped[datetime | None]
    """When the ledger took it in; absent while the letter is still under way there."""


class Postbox(Base):
    """How the mailbox stands that returned mail comes to: one row, once it was looked into."""

    __tablename__ = "postbox"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    looked_at: Mapped[datetime | None]
    """When it could last be read, by the machine's clock; absent while it never could."""
    unread: Mapped[int] = mapped_column(default=0)
    """Messages nobody understood, put aside there for a person to read."""
    failed_at: Mapped[datetime | None]
    """Since when it cannot be read, by the machine’s clock; absent while it can."""
    code: Mapped[str] = mapped_column(String(40), default="")
    """The code of the error that keeps us out; empty while nothing does."""
    cause: Mapped[str] = mapped_column(String(200), default="")
