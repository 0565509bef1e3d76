"""The tick: everything that state asks for, in order. Running it twice does nothing more."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from mailer import delivery, mailings, media, privacy, registrations, returns, subscriptions
from mailer.core.db import Database, DatabaseAway
from mailer.delivery import Sender, Tally

log = logging.getLogger(__name__)


class Step(Protocol):
    """One thing to look for and do; the number of things done."""

    def __call__(self, session: Session, *, now: datetime) -> int: ...


ROUNDS_AT_MOST = 10
"""How often one call looks for more, should what is found never end."""


def steps_with(*, quiet: timedelta) -> Mapping[str, Step]:
    """Every step in its order, in a house that gathers changes for so long.

    Newcomers are welcomed before mailings open: whom the welcome tells, no reminder tells again.
    Reminders are planned before changes: one whose date is set may be reminded of at once.
    """
    return {
        "subscriptions.ended": subscriptions.end_finished,
        "seats.settled": registrations.settle_due,
        "letters.opened": delivery.open_letters,
        "seats.told": delivery.open_seat_letters,
        "links.opened": delivery.open_sign_in_links,
        "mailings.planned": mailings.plan,
        "changes.planned": partial(mailings.plan_changes, quiet=quiet),
        "mailings.opened": delivery.open_mailings,
        "notices.opened": delivery.open_notices,
        "mailings.finished": delivery.finish_mailings,
        "returns.settled": returns.settle,
    }


STEPS: Mapping[str, Step] = steps_with(quiet=mailings.QUIET)

TIDYING: Mapping[str, Step] = {"privacy.forgotten": privacy.forget_due}
"""What need not be looked for every second."""


def tidying_with(*, shelf: media.Shelf) -> Mapping[str, Step]:
    """The same in a house that keeps files; a rehearsal has none, and must not touch those of the house."""
    return {**TIDYING, "media.tidied": partial(media.tidy, shelf=shelf)}


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


def catch_up(
    database: Database,
    sender: Sender,
    *,
    now: datetime,
    steps: Mapping[str, Step] = STEPS,
    try_blocked: bool = False,
) -> Tally:
    """Do and send everything that is due now, until a round finds nothing more."""
    prepare(database, now=now, steps=steps)
    tally = sender.send_due(try_blocked=try_blocked)
    for _ in range(ROUNDS_AT_MOST):  # a reminder may have waited for a change to be told first
        if not prepare(database, now=now, steps=steps):
            break
        later = sender.send_due(try_blocked=try_blocked and not tally.relay_away)
        tally.settled.update(later.settled)
        tally.relay_away = tally.relay_away or later.relay_away
    return tally
