"""A list between its preview and the yes to it: kept here, never in the browser, and not for long."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from mailer.core.db import rows_changed
from mailer.core.errors import NotFound
from mailer.exchange.models import HeldList
from mailer.series import Series

HELD_FOR = timedelta(minutes=45)
"""With the ten minutes at most until the worker next tidies up, no list is kept for an hour."""


class ListGone(NotFound):
    """The uploaded list was taken over already, or was kept for long enough."""

    code = "list_gone"


def hold_list(
    session: Session,
    series: Series,
    source: bytes,
    *,
    evidence: str,
    judgement: dict[str, Any],
    owner: str,
    now: datetime,
) -> str:
    """Keep a list until it is taken over; the word that finds it again, which only its owner's session may say."""
    forget_lists(session, now=now)
    word = secrets.token_urlsafe(24)
    session.add(
        HeldList(
            token_hash=_hash(word),
            series_id=series.id,
            owner=owner,
            source=source,
            evidence=evidence,
            judgement=judgement,
            ends_at=now + HELD_FOR,
        )
    )
    session.flush()
    return word


def get_held(
    session: Session, series: Series, word: str, *, owner: str, now: datetime, whole: bool = False
) -> HeldList:
    """A list that is held; its content only if it is wanted ``whole``. Raises ListGone."""
    wanted = select(HeldList).where(
        HeldList.token_hash == _hash(word),
        HeldList.series_id == series.id,
        HeldList.owner == owner,
        HeldList.ends_at > now,
    )
    found: HeldList | None = session.scalar(wanted.options(undefer(HeldList.source)) if whole else wanted)
    if found is None:
        raise ListGone
    return found


def let_go(session: Session, word: str) -> None:
    """Keep a list no longer. Of two who say so at once, the second hears ListGone."""
    gone = session.execute(delete(HeldList).where(HeldList.token_hash == _hash(word)))
    if not rows_changed(gone):
        raise ListGone


def forget_lists(session: Session, *, now: datetime) -> int:
    """Delete every list that nobody said yes to in time; their number."""
    return rows_changed(session.execute(delete(HeldList).where(HeldList.ends_at <= now)))


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()
