"""How the mailbox of returned mail stood when it was last looked into."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.core.errors import Unavailable
from mailer.returns.models import Postbox

NAME = "returns"


def postbox(session: Session) -> Postbox | None:
    """How the mailbox stands; None where it was never looked into."""
    return session.get(Postbox, NAME)


def note_visit(session: Session, *, unread: int, clock: datetime) -> None:
    """It could be read, and so many messages lie aside there. ``clock`` is the machine's."""
    session.merge(Postbox(name=NAME, looked_at=clock, unread=unread, failed_at=None, code="", cause=""))


def note_failure(session: Session, problem: Unavailable, *, clock: datetime) -> None:
    """It could not be read."""
    known = postbox(session) or Postbox(name=NAME, unread=0)
    known.failed_at = known.failed_at or clock
    known.code, known.cause = problem.code, str(problem.details.get("cause", ""))[:200]
    session.add(known)
    session.flush()
