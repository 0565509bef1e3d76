"""Two workers on one PostgreSQL against one, with a relay 20 ms away."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.figures import Figure, Goal, alternate, middle, ratios
from benchmarks.houses import Backend, Stage
from benchmarks.relays import proxied, sink
from benchmarks.runs import Bench
from benchmarks.workers import release, running_workers, wait_until_done

CONNECTIONS = 16
"""Of each worker."""


def measure(bench: Bench) -> Iterator[Figure]:
    mails = bench.scale.far_mails
    two, one = alternate(
        bench.scale.pairs, "two-workers", lambda: _rate(bench, 2, mails), lambda: _rate(bench, 1, mails)
    )
    yield Figure(
        row="two-workers",
        work=f"two workers on PostgreSQL, {mails:,} reminders to a relay 20 ms away, "
        f"{CONNECTIONS} connections each",
        reference="one worker",
        unit="×",
        value=ratios(two, one),
        goal=Goal(1.8, 1.95),
        detail=f"{middle(two)} against {middle(one)} letters a second",
    )


def _rate(bench: Bench, number: int, mails: int) -> float:
    """Letters a second from the first MAIL FROM until the last outcome is recorded."""
    with (
        bench.stock.house(Backend.POSTGRESQL, mails, Stage.PEOPLE) as house,
        sink(bench.directory) as into,
        proxied(into.port, bench.directory) as proxy,
    ):
        with running_workers(house, number, bench.directory, port=proxy.port, connections=CONNECTIONS):
            release(house)
            wait_until_done(house, mails, patience=bench.scale.patience)
            seconds = time.monotonic() - (proxy.first_mail() or 0.0)
        house.check_all_sent(mails, received=into.received())
    return mails / seconds
