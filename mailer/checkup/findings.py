"""One thing that was looked at, and how it stands."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Level(enum.StrEnum):
    GOOD = "good"
    ADVICE = "advice"  # works, and could be better
    MEND = "mend"  # mails do not leave, or do not arrive, until it is mended


@dataclass(frozen=True)
class Finding:
    """What was found. ``code`` stands for a sentence in `wording`, ``facts`` are its words and numbers."""

    area: str
    """``configuration``, ``database``, ``worker``, ``relay``, ``returns``, ``sender`` or ``clock``."""
    level: Level
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def good(area: str, code: str, **facts: object) -> Finding:
    return Finding(area, Level.GOOD, code, facts)


def advice(area: str, code: str, **facts: object) -> Finding:
    return Finding(area, Level.ADVICE, code, facts)


def mend(area: str, code: str, **facts: object) -> Finding:
    return Finding(area, Level.MEND, code, facts)
