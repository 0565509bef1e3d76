"""Who is signed in at the desk: a random word in the browser's cookie, its hash in the database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import session as cookie
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailer.organisers import Organiser
from mailer.web.models import DeskSession

LASTS = timedelta(hours=12)
"""A working day. It is not prolonged: ASVS 5 (7.3.2) asks for an absolute end."""

KEY = "desk"


def start(session: Session, organiser: Organiser, *, now: datetime) -> None:
    """Sign the browser in under a word it never had before, so that nobody can have planted it."""
    end(session)
    session.execute(delete(DeskSession).where(DeskSession.ends_at <= now))
    word = secrets.token_urlsafe(32)
    session.add(
        DeskSession(token_hash=_hash(word), organiser_id=organiser.id, started_at=now, ends_at=now + LASTS)
    )
    session.flush()
    cookie.clear()
    cookie.permanent = True
    cookie[KEY] = word


def find_organiser(session: Session, *, now: datetime) -> Organiser | None:
    """Who is signed in here; None for nobody, for one whose time is up, and for one disabled meanwhile."""
    word = cookie.get(KEY)
    if not isinstance(word, str):
        return None
    found: DeskSession | None = session.scalar(
        select(DeskSession).where(DeskSession.token_hash == _hash(word), DeskSession.ends_at > now)
    )
    if found is None or found.organiser.disabled_at is not None:
        return None
    return found.organiser


def name() -> str:
    """What this browser's session is called in the database; empty for nobody's."""
    word = cookie.get(KEY)
    return _hash(word) if isinstance(word, str) else ""


def end(session: Session) -> None:
    """Sign the browser out; its cookie is worth nothing any more, wherever a copy of it lies."""
    word = cookie.get(KEY)
    if isinstance(word, str):
        session.execute(delete(DeskSession).where(DeskSession.token_hash == _hash(word)))
    cookie.clear()


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
