"""The tick: everything that state asks for, in order. Running it twice does nothing more."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from mailer import delivery, mailings, privacy, subscriptions
from mailer.core.db import Database, DatabaseAway
from mailer.delivery import Sender, Tally

log = logging.getLogger(__name__)


class Step(Protocol):
    """One thing to look for and do; the number of things done."""

    def __call__(self, session: Session, *, now: datetime) -> int: ...


STEPS: Mapping[str, Step] = {
    "subscriptions.ended": subscriptions.end_finished,
    "letters.opened": delivery.open_letters,
    "links.opened": delivery.open_sign_in_links,
    "mailings.planned": mailings.plan,
    "mailings.opened": delivery.open_mailings,
    "notices.opened": delivery.open_notices,
    "mailings.finished": delivery.finish_mailings,
}
"""Newcomers are welcomed before mailings open: whom the welcome tells, no reminder tells again."""

TIDYING: Mapping[str, Step] = {"privacy.forgotten": privacy.forget_due}
"""What need not be looked for every second."""


def prepare(database: Database, *, now: datetime, steps: Mapping[str, Step] = STEPS) -> int:
    """Run every step once, in order; the number of things done. A step that fails is logged; the next still runs.

    Raises DatabaseAway.
    """
    done = 0
    for name, step in steps.items():
        try:
            with database.transaction() as session:
                count = step(session, now=now)
        except DatabaseAway:  # so it is for all steps
            raise
        except Exception:
            log.exception("step=%s failed", name)
        else:
            done += count
            if count:
                log.info("step=%s count=%d", name, count)
    return done


def catch_up(database: Database, sender: Sender, *, now: datetime, try_blocked: bool = False) -> Tally:
    """Do and send everything that is due now, until a round finds nothing more."""
    prepare(database, now=now, steps=STEPS)
    tally = sender.send_due(try_blocked=try_blocked)
    with database.transaction() as session:
        delivery.finish_mailings(session, now=now)
    return tally
