"""When a temporarily refused letter is tried again."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

WAITS = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
)
LAST_WAIT = timedelta(hours=3)
GIVE_UP_AFTER = timedelta(days=4)
JITTER = 0.1


SHORTEST_ASKED = timedelta(seconds=1)
LONGEST_ASKED = timedelta(hours=4)
"""A relay may ask us to come again in so long; longer waits would cost the letter its use."""


def next_attempt(
    attempts: int,
    *,
    opened_at: datetime,
    not_after: datetime,
    now: datetime,
    asked: timedelta | None = None,
    chance: float | None = None,
) -> datetime | None:
    """When a temporarily refused letter is due again, or None to give up.

    After 5 minutes, 30 minutes, 1 hour, 2 hours, then every 3 hours, each up to 10 % earlier
    or later so that a thousand letters do not come back in one second. Not once it would be of
    no use any more (``not_after``), nor later than 4 days after it was opened.

    Args:
        attempts: attempts made so far, the refused one included; at least 1.
        opened_at: when the delivery entered the ledger, aware.
        not_after: when the letter stops being useful, aware.
        now: the instant of the refusal, aware.
        asked: the wait the relay named, if it named one: it counts instead, from a second to 4 hours, and never earlier.
        chance: a number from 0 to 1 that decides the jitter; drawn when not given.

    Raises:
        ValueError: attempts is below 1.

    Source: RFC 5321 section 4.5.4.1 (two attempts in the first hour, then every two or three
    hours, give up after 4-5 days).
    """
    if attempts < 1:
        raise ValueError(f"attempts must be at least 1, not {attempts}")
    wait = WAITS[attempts - 1] if attempts <= len(WAITS) else LAST_WAIT
    drawn = random.random() if chance is None else chance  # noqa: S311  # no secret
    due = now + wait * (1 - JITTER + 2 * JITTER * drawn)
    if asked is not None:
        due = now + min(max(asked, SHORTEST_ASKED), LONGEST_ASKED) * (1 + JITTER * drawn)
    return due if due < min(not_after, opened_at + GIVE_UP_AFTER) else None
