"""Who is signed in at the desk: a random word in the browser's cookie, its hash in the database."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import request
from flask import session as cookie
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from mailer import organisers
from mailer.organisers import Organiser, OrganiserId
from mailer.web.desk.devices import name_device
from mailer.web.models import DeskSession

LASTS = timedelta(hours=12)
"""A working day. It is not prolonged: ASVS 5 (7.3.2) asks for an absolute end."""

CODE_WITHIN = timedelta(minutes=10)
"""How long one may look for one's phone between the password and the code."""

FRESH_FOR = timedelta(minutes=15)
"""How long a mailed link proves who is there, in place of a password."""

SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is known when somebody was last there; each note of it is a write."""

KEY = "desk"
HANDLE = 16
"""Hex digits of the hash by which a form names a session; they open nothing."""


def start(
    session: Session, organiser: Organiser, *, came_by: str, awaits_code: bool = False, now: datetime
) -> None:
    """Sign the browser in under a word it never had before, so that nobody can have planted it."""
    end(session)
    session.execute(delete(DeskSession).where(DeskSession.ends_at <= now))
    word = secrets.token_urlsafe(32)
    session.add(
        DeskSession(
            token_hash=_hash(word),
            organiser_id=organiser.id,
            started_at=now,
            seen_at=now,
            ends_at=now + (CODE_WITHIN if awaits_code else LASTS),
            came_by=came_by,
            device=name_device(request.user_agent.string),
            epoch=organiser.epoch,
            awaits_code=awaits_code,
        )
    )
    if not awaits_code:
        organisers.come_in(organiser, now=now)
    session.flush()
    _put(word)


def renew(session: Session) -> None:
    """Go on under a new word: who knew the old one, and every form that stands open, is out."""
    word = secrets.token_urlsafe(32)
    session.execute(
        update(DeskSession).where(DeskSession.token_hash == _own_hash()).values(token_hash=_hash(word))
    )
    _put(word)


def find(session: Session, *, now: datetime) -> DeskSession | None:
    """The session of this browser; None for nobody, for one whose time is up, and for one disabled meanwhile."""
    return _find(session, awaits_code=False, now=now)


def find_halfway(session: Session, *, now: datetime) -> DeskSession | None:
    """The session of a browser that still owes the code of the second factor."""
    return _find(session, awaits_code=True, now=now)


def is_stale(found: DeskSession, *, now: datetime) -> bool:
    """Whether it is time to note again that she is here."""
    return now - found.seen_at >= SEEN_EVERY


def note_seen(session: Session, found: DeskSession, *, now: datetime) -> None:
    session.execute(update(DeskSession).where(DeskSession.token_hash == found.token_hash).values(seen_at=now))
    session.execute(update(Organiser).where(Organiser.id == found.organiser_id).values(seen_at=now))


def is_fresh(found: DeskSession, *, now: datetime) -> bool:
    """Whether a mailed link has just proved who is there."""
    return found.came_by in ("link", "invitation") and now - found.started_at <= FRESH_FOR


def is_this_one(found: DeskSession) -> bool:
    return found.token_hash == _own_hash()


def list_open(session: Session, organiser_id: OrganiserId, *, now: datetime) -> Sequence[DeskSession]:
    """Her sessions that are still open, the latest first."""
    return session.scalars(
        select(DeskSession)
        .join(DeskSession.organiser)
        .where(
            DeskSession.organiser_id == organiser_id,
            DeskSession.awaits_code.is_(False),
            DeskSession.epoch == Organiser.epoch,
            DeskSession.ends_at > now,
        )
        .order_by(DeskSession.seen_at.desc())
    ).all()


def end(session: Session) -> None:
    """Sign the browser out; its cookie is worth nothing any more, wherever a copy of it lies."""
    if isinstance(cookie.get(KEY), str):
        session.execute(delete(DeskSession).where(DeskSession.token_hash == _own_hash()))
    cookie.clear()


def end_one(session: Session, organiser_id: OrganiserId, handle: str) -> bool:
    """Sign one of her browsers out, named by the beginning of its hash; whether it was there."""
    if len(handle) != HANDLE or not handle.isalnum() or not handle.isascii():
        return False
    named = (DeskSession.organiser_id == organiser_id, DeskSession.token_hash.startswith(handle))
    return bool(session.scalars(delete(DeskSession).where(*named).returning(DeskSession.token_hash)).all())


def end_others(session: Session, organiser_id: OrganiserId) -> int:
    """Sign all her browsers out but this one; how many."""
    others = (DeskSession.organiser_id == organiser_id, DeskSession.token_hash != _own_hash())
    return len(session.scalars(delete(DeskSession).where(*others).returning(DeskSession.token_hash)).all())


def _find(session: Session, *, awaits_code: bool, now: datetime) -> DeskSession | None:
    if not isinstance(cookie.get(KEY), str):
        return None
    found: DeskSession | None = session.scalar(
        select(DeskSession)
        .options(joinedload(DeskSession.organiser))
        .where(
            DeskSession.token_hash == _own_hash(),
            DeskSession.ends_at > now,
            DeskSession.awaits_code.is_(awaits_code),
        )
    )
    if found is None or found.organiser.disabled_at is not None or found.epoch != found.organiser.epoch:
        return None
    return found


def _put(word: str) -> None:
    cookie.clear()
    cookie.permanent = True
    cookie[KEY] = word


def name() -> str:
    """What this browser's session is called in the database; empty for nobody's."""
    return _own_hash() if isinstance(cookie.get(KEY), str) else ""


def _own_hash() -> str:
    return _hash(str(cookie.get(KEY)))


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
