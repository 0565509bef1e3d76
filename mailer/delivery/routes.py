"""The road to the relay: closed for a while when it does not let us in, so that no letter pays for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mailer.core.errors import Unavailable
from mailer.delivery.models import Route

RELAY = "relay"
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)


def is_blocked(session: Session, *, clock: datetime) -> bool:
    route = session.get(Route, RELAY)
    if route is None or route.blocked_until is None:
        return False
    return (
        clock < route.blocked_until <= clock + LONGEST_PAUSE
    )  # farther ahead only by a clock set back since


def closed_route(session: Session) -> Route | None:
    """The route with what closed it; None while the road is open."""
    route = session.get(Route, RELAY)
    return route if route is not None and route.code else None


def block(session: Session, problem: Unavailable, *, clock: datetime) -> None:
    """Close the road for 5 seconds, then twice as long each time, at most 5 minutes."""
    route = session.get(Route, RELAY) or Route(name=RELAY, failures=0)
    route.failures += 1
    route.blocked_until = clock + min(FIRST_PAUSE * 2 ** min(route.failures - 1, 10), LONGEST_PAUSE)
    route.code = problem.code
    route.cause = str(problem.details.get("cause", ""))[:500]
    session.add(route)
    session.flush()


def open_again(session: Session) -> None:
    """The relay let us in: nothing is in the way any more."""
    route = session.get(Route, RELAY)
    if route is not None and route.code:
        route.blocked_until, route.failures, route.code, route.cause = None, 0, "", ""
