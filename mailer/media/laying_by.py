"""A bundle that lies by from the moment somebody looked at it until she says yes, at most a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.media.errors import UnknownFile
from mailer.media.examining import Examined, digest_of
from mailer.media.models import MediaKind, StoredFile
from mailer.media.shelf import Shelf


def lay_by(session: Session, content: bytes, *, shelf: Shelf, now: datetime) -> str:
    """Keep a bundle for now; the answer is the word by which it is found again. It is handed out to nobody.

    Raises ShelfAway.
    """
    digest = digest_of(content)
    bundle = StoredFile(
        series_id=None,
        name="bundle.zip",
        kind=MediaKind.BUNDLE,
        digest=digest,
        extension="zip",
        byte_count=len(content),
        width=None,
        height=None,
        added_at=now,
        unused_at=now,
    )
    session.add(bundle)
    session.flush()
    shelf.put(Examined(MediaKind.BUNDLE, bundle.name, content, bundle.extension, given=digest))
    return digest


def get_laid_by(session: Session, word: str, *, shelf: Shelf) -> bytes:
    """The bundle that lies by under this word.

    Raises UnknownFile when it never did, or was tidied away.
    """
    query = select(StoredFile).where(StoredFile.digest == word, StoredFile.kind == MediaKind.BUNDLE)
    found = session.scalars(query.limit(1)).first()
    path = None if found is None else shelf.path(found.digest, found.ending())
    if path is None or not path.is_file():
        raise UnknownFile
    return path.read_bytes()
