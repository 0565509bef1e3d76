"""How many letters share a commit: most of its price is the same for one as for ten."""

from __future__ import annotations

from time import monotonic

from mailer.delivery.crew import Crew

WORTH_A_COMMIT = 0.4
"""Part of the connections whose letters a commit waits for."""

LONGEST_WAIT = 0.002
"""Seconds it waits at most."""

COMMITS_ALONE = 300
"""Commits without waiting after one for which nobody else came in time: that relay is far away, or slow."""


class Company:
    """Lets those who are ready wait for the others, where that takes no time to speak of."""

    def __init__(self, connections: int) -> None:
        self._enough = WORTH_A_COMMIT * connections
        self._alone_for = 0

    def wait_for(self, crew: Crew) -> None:
        """Listen on until enough letters are ready, or all that are under way."""
        if self._alone_for:
            self._alone_for -= bool(crew.taken)
            return
        until = monotonic() + LONGEST_WAIT
        while 0 < len(crew.taken) < min(self._enough, crew.offered_count):
            if monotonic() > until:
                self._alone_for = COMMITS_ALONE
                return
            crew.listen(LONGEST_WAIT / 2)
