"""Proposing the address part of a series from its title."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.series.changing import RESERVED_SLUGS
from mailer.series.models import Series

LONGEST_PROPOSED = 60
"""Characters of a proposal: an address that is read aloud is short, and a number may follow."""

_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "&": " "}
)


def propose_slug(session: Session, title: str) -> str:
    """A free address part that reads like the title; empty where the title has nothing to make one of."""
    plain = slug_from(title)
    if not plain:
        return ""
    taken = RESERVED_SLUGS | set(session.scalars(select(Series.slug).where(Series.slug.startswith(plain))))
    numbered = (f"{plain}-{number}" for number in range(2, 10_000))
    return plain if plain not in taken else next(slug for slug in numbered if slug not in taken)


def slug_from(title: str) -> str:
    """``Wandel. Für alle!`` becomes ``wandel-fuer-alle``; cut between two words where it is long."""
    spelled = unicodedata.normalize("NFC", title).lower().translate(_SPELLED)
    bare = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall("[a-z0-9]+", bare))
    if len(slug) > LONGEST_PROPOSED:
        slug = slug[: LONGEST_PROPOSED + 1].rpartition("-")[0] or slug[:LONGEST_PROPOSED]
    return slug
