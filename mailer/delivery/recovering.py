"""What workers left behind goes back to work: those that are gone, and ourselves when the database went away."""

from __future__ import annotations

from datetime import datetime
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.db import Database, rows_changed
from mailer.core.leases import is_free
from mailer.delivery.claiming import LEASE
from mailer.delivery.models import Delivery, DeliveryState
from mailer.delivery.verdicts import DOUBTFUL, HELD

RENEW_EVERY = 300.0
"""Seconds between two renewals of a worker's own claims."""

SILENT_FOR = RENEW_EVERY + 60
"""Seconds for which a claim that ran out must stay as it is before its worker counts as gone: a living one renews
it meanwhile. Measured by a clock that nobody sets, for the machine's may have been put forward."""


class Recovery:
    """Looks for rows of workers that are gone, in the name of one that is not."""

    def __init__(self, database: Database, *, worker: str, hold: bool) -> None:
        self._database, self._worker, self._hold = database, worker, hold
        self._run_out: dict[str, tuple[datetime, float]] = {}

    def put_back(self, *, clock: datetime, own: bool = False) -> int:
        """Put back to work what workers left behind that are gone; the number of rows.

        Claimed rows were never on the wire. Rows whose dot may have been sent are in doubt: they go
        again under their old Message-ID, for a reminder lost is worse than one that comes twice
        (RFC 1047; at most one such row a connection). Where we hold, they wait for somebody's decision.
        ``own``: nothing is in our hands, so what bears our name was left when the database went away.
        """
        with self._database.reading() as session:
            holders = session.execute(
                sa.select(Delivery.claimed_by, sa.func.min(Delivery.lease_until))
                .where(Delivery.claimed_by.is_not(None))
                .group_by(Delivery.claimed_by)
            ).all()
        gone = [name for name, until in holders if name and self._is_gone(name, until, clock=clock, own=own)]
        if not gone:
            return 0
        with self._database.transaction() as session:
            return sum(_free(session, name, hold=self._hold) for name in gone)

    def renew(self, session: Session, *, clock: datetime) -> None:
        """Make our claims count anew: a slow relay may take longer than a lease."""
        session.execute(
            sa.update(Delivery)
            .where(Delivery.claimed_by == self._worker)
            .values(lease_until=clock + LEASE)
            .execution_options(synchronize_session=False)
        )

    def _is_gone(self, name: str, until: datetime | None, *, clock: datetime, own: bool) -> bool:
        if name == self._worker:
            return own
        return is_free(self._database, f"worker-{name}") or self._stayed_run_out(name, until, clock=clock)

    def _stayed_run_out(self, name: str, until: datetime | None, *, clock: datetime) -> bool:
        """Whether a worker that still has its lease, but hangs, let its claims run out."""
        if until is None or clock < until:
            self._run_out.pop(name, None)
            return False
        seen, since = self._run_out.get(name, (None, 0.0))
        if seen != until:
            self._run_out[name] = (until, monotonic())
            return False
        return monotonic() - since > SILENT_FOR


def _free(session: Session, name: str, *, hold: bool) -> int:
    left = sa.update(Delivery).where(Delivery.claimed_by == name)
    free: dict[str, Any] = {"claimed_by": None, "lease_until": None}
    doubtful = session.execute(
        left.where(Delivery.state == DeliveryState.SENDING).values(
            state=DeliveryState.HELD if hold else DeliveryState.QUEUED,
            doubtful=Delivery.doubtful + 1,
            reason=HELD if hold else DOUBTFUL,
            **free,
        )
    )
    untried = session.execute(
        left.where(Delivery.state == DeliveryState.CLAIMED).values(state=DeliveryState.QUEUED, **free)
    )
    return rows_changed(doubtful) + rows_changed(untried)
