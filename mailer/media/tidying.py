"""Files that nothing names go away by themselves, a day later."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from mailer.media.models import StoredFile
from mailer.media.shelf import Shelf
from mailer.series import Event, Material, Series, Speaker

UNUSED_FOR = timedelta(days=1)
"""How long a file waits for a name: a form may be open that names it, and what was taken out by mistake can come back."""


def tidy(session: Session, *, shelf: Shelf, now: datetime) -> int:
    """Note which files are named again or not any more, and remove what was unused for a day; how many that were.

    Only what a row tells of is removed: a folder that belongs to another house loses nothing.
    """
    used = _is_named()
    for row in session.scalars(select(StoredFile).where(StoredFile.unused_at.is_not(None), used)):
        row.unused_at = None
    for row in session.scalars(select(StoredFile).where(StoredFile.unused_at.is_(None), ~used)):
        row.unused_at = now
    session.flush()
    gone = session.scalars(select(StoredFile).where(StoredFile.unused_at <= now - UNUSED_FOR)).all()
    for row in gone:
        session.delete(row)
    session.flush()
    for digest in sorted({row.digest for row in gone}):
        if session.scalar(select(StoredFile.id).where(StoredFile.digest == digest).limit(1)) is None:
            shelf.remove(digest)
    return len(gone)


def _is_named() -> ColumnElement[bool]:
    """Whether its series, or an event of that, names it."""
    return or_(
        exists()
        .where(Series.id == StoredFile.series_id, Series.logo == StoredFile.name)
        .correlate(StoredFile),
        *(
            exists()
            .where(
                Event.series_id == StoredFile.series_id, part.event_id == Event.id, name == StoredFile.name
            )
            .correlate(StoredFile)
            for part, name in ((Speaker, Speaker.picture), (Material, Material.file))
        ),
    )
