"""What a round of sending spares the machine."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

FRESH_OBJECTS = 50_000
"""Objects made before the garbage collector looks through them: a letter makes no cycles, only many objects."""


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """Let the garbage collector look seldom, and never through what the process has loaded: it took a tenth of the time."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(FRESH_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
