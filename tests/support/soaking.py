"""The same tests with small numbers, and for hours: `make soak` sets SOAK=1."""

from __future__ import annotations

import os

SOAKS = os.environ.get("SOAK") == "1"


def so_many(few: int, many: int) -> int:
    """``few`` where somebody waits, ``many`` in a soak."""
    return many if SOAKS else few
