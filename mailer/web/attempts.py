"""Guessing made slow: after some wrong passwords or codes each further try must wait, longer and longer.

Counted are tries for one account and tries from one client; nobody is locked out for good. The wait of an
account ends after a quarter of an hour at the latest, a browser that signed in before has a count of its own
that strangers cannot use up, and the mailed link is there all the while.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mailer.context import parts
from mailer.core.clock import utcnow
from mailer.core.db import insert_for
from mailer.core.errors import Refused
from mailer.web.limits import client, count
from mailer.web.models import RateHit

FREE_FOR_ACCOUNT = 10
FREE_FROM_CLIENT = 30
"""Wrong tries before waiting begins; an office may share one address."""

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
COUNTED_FOR = int(timedelta(days=1).total_seconds())


class TryLater(Refused):  # the web answers 429
    """After many wrong passwords or codes the next try is possible in ``seconds``."""

    code = "try_later"


@dataclass(frozen=True)
class Attempt:
    """A try that may be made. It counts as wrong until it is said to be right."""

    account: str
    client: str
    number: int
    """Which try in a row it is for this account."""

    @property
    def begins_waiting(self) -> bool:
        """Whether the next one, should this one be wrong too, is the first that must wait."""
        return self.number == FREE_FOR_ACCOUNT

    def succeeded(self, session: Session) -> None:
        """Forget the tries before it."""
        session.execute(delete(RateHit).where(RateHit.key.in_([self.account, f"{self.account}:wait"])))
        session.execute(
            update(RateHit)
            .where(RateHit.key == self.client, RateHit.count > 0)
            .values(count=RateHit.count - 1)
        )


def begin_attempt(purpose: str, account: str) -> Attempt:
    """Count a try before anything is compared, so that many at once are counted too.

    ``account`` names whom it is for without telling who that is. Raises TryLater.
    """
    by_account, by_client = f"try:{purpose}:{account}", f"try:{purpose}:client:{client()}"
    if not parts().config.ratelimit_enabled:
        return Attempt(by_account, by_client, number=0)
    with parts().database.transaction() as session:  # what is refused rolls back: it is not counted
        number = _count(session, by_account, FREE_FOR_ACCOUNT)
        _count(session, by_client, FREE_FROM_CLIENT)
        return Attempt(by_account, by_client, number)


def _count(session: Session, key: str, free: int) -> int:
    number = count(session, key, COUNTED_FOR, 1)
    if number > free:
        _take_turn(session, f"{key}:wait", wait=_wait(number - free))
    return number


def _wait(beyond: int) -> timedelta:
    """15 s, 30 s, 1 min, 2 min, … a quarter of an hour."""
    doublings = min(beyond - 1, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _take_turn(session: Session, key: str, *, wait: timedelta) -> None:
    """Pass if the last wait is over, and begin the next: of many at once one passes. Raises TryLater."""
    now = utcnow()
    taken = session.scalar(
        insert_for(session, RateHit)
        .values(key=key, count=1, ends_at=now + wait)
        .on_conflict_do_update(
            index_elements=[RateHit.key], set_={"ends_at": now + wait}, where=RateHit.ends_at <= now
        )
        .returning(RateHit.key)
    )
    if taken is None:
        raise TryLater(seconds=_seconds_left(session, key, now))


def _seconds_left(session: Session, key: str, now: datetime) -> int:
    ends_at = session.scalar(select(RateHit.ends_at).where(RateHit.key == key))
    return max(1, int((ends_at - now).total_seconds()) + 1) if ends_at else 1
