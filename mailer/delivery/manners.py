"""How this house wants its mail to leave, and what came of a round of sending."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What one round of sending did."""

    settled: Counter[str] = field(default_factory=Counter)
    """Rows by the state they came to."""
    relay_away: bool = False
    """Whether the relay did not let us in."""


@dataclass(frozen=True)
class Manner:
    """How this house wants its mail to leave."""

    rate: float = 0.0
    """Letters a second over all workers; 0 is no limit."""
    rate_per_domain: float = 0.0
    """The same for each recipient domain."""
    shared: bool = True
    """Whether every worker on a PostgreSQL sends; else the one that leads, as on SQLite."""
    hold: bool = False
    """Whether rows in doubt wait for somebody's decision instead of being sent again."""


PLAIN_MANNER = Manner()
"""As fast as the relay takes it."""
