"""Waiting for another process or thread, as long as it takes and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds after which the test fails: many times what a loaded machine needs."""


def wait_until(is_so: Callable[[], object]) -> None:
    """Return as soon as ``is_so()`` holds. Fails the test after PATIENCE."""
    give_up = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.02)
