"""The rules of the seats on site: who has one, who waits, whose turn it is. Pure: no database, no clock."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT_UNCONFIRMED = timedelta(hours=24)
"""How long a seat is kept for who has not confirmed that it was she who asked."""

TIME_TO_ACCEPT = timedelta(hours=48)
"""How long a seat that became free is kept for whose turn it is, unless the event is near."""


class Hold(enum.StrEnum):
    SEAT = "seat"  # has a seat on site
    KEPT = "kept"  # one is kept for her, until she confirms or accepts it
    QUEUE = "queue"  # waits for one
    NOTHING = "nothing"  # takes none: online, given back, or not confirmed while none was free


@dataclass(frozen=True)
class Claim:
    """What one registration means for the seats on site."""

    number: int
    hold: Hold
    since: datetime
    """When it was asked for: the order of the waiting list."""
    until: datetime | None = None
    """When a kept seat lapses; absent for all others."""

    @property
    def turn(self) -> tuple[datetime, int]:
        return self.since, self.number

    def takes_a_seat(self, now: datetime) -> bool:
        if self.hold is Hold.KEPT:
            return self.until is not None and now < self.until
        return self.hold is Hold.SEAT


def free(capacity: int, claims: Iterable[Claim], *, now: datetime) -> int:
    """How many seats nobody takes; none where more are taken than there are by now."""
    return max(0, capacity - sum(claim.takes_a_seat(now) for claim in claims))


def waiting_list(claims: Iterable[Claim]) -> list[Claim]:
    return sorted((claim for claim in claims if claim.hold is Hold.QUEUE), key=lambda claim: claim.turn)


def has_room(
    capacity: int | None, claims: Iterable[Claim], turn: tuple[datetime, int], *, now: datetime
) -> bool:
    """Whether somebody whose turn it is then may have a seat at once: one is free after all who asked before."""
    if capacity is None:
        return True
    known = list(claims)
    before = sum(claim.turn < turn for claim in waiting_list(known))
    return free(capacity, known, now=now) > before


def next_up(capacity: int | None, claims: Iterable[Claim], *, now: datetime) -> list[Claim]:
    """For whom of the waiting list there is a seat now, in the order of asking."""
    known = list(claims)
    queue = waiting_list(known)
    return queue if capacity is None else queue[: free(capacity, known, now=now)]


def accept_until(starts_at: datetime, *, now: datetime) -> datetime | None:
    """Until when an offered seat is kept: 48 hours, or half of the time that is left; None once the event has begun.

    So the next one on the list has time left as well, however near the event is.
    """
    left = starts_at - now
    return now + min(TIME_TO_ACCEPT, left / 2) if left > timedelta(0) else None
