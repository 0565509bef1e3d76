"""From “send now” to the first letter on the wire, with a worker that has been running."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.figures import Figure, Goal, Spread, short, tell
from benchmarks.houses import Backend, Stage
from benchmarks.processes import wait_for
from benchmarks.relays import proxied, sink
from benchmarks.runs import Bench
from benchmarks.workers import release, running_workers

CONNECTIONS = 16
RUNS = 5
"""The click comes at any moment between two looks of the worker: three would be few."""


def measure(bench: Bench) -> Iterator[Figure]:
    recipients = bench.scale.announced
    waits = []
    for turn in range(RUNS):
        waits.append(_wait(bench, recipients, pause=turn / RUNS))
        tell(f"first-letter: run {turn + 1} of {RUNS}: {short(waits[-1])} s")
    yield Figure(
        row="first-letter",
        work=f"first letter on the wire after “send now” to {recipients:,}, SQLite",
        reference="–",
        unit="s",
        value=Spread.of(waits),
        goal=Goal(2.0, 0.5, smaller_is_better=True),
        detail=f"{RUNS} runs, from the commit of the click to the first MAIL FROM",
    )


def _wait(bench: Bench, recipients: int, *, pause: float) -> float:
    """The worker is stopped after the first letters; what it had sent by then must be just what the sink counted."""
    with (
        bench.stock.house(Backend.SQLITE, recipients, Stage.PEOPLE) as house,
        sink(bench.directory) as into,
        proxied(into.port, bench.directory, one_way=0) as proxy,
    ):
        with running_workers(house, 1, bench.directory, port=proxy.port, connections=CONNECTIONS):
            time.sleep(2 + pause)
            release(house)
            released = time.monotonic()
            wait_for(
                "the first letter", lambda: proxy.first_mail() is not None, patience=bench.scale.patience
            )
        counts = house.counts()
        assert sum(counts.values()) == recipients, f"{counts} for {recipients} recipients"
        assert counts.get("sent", 0) == into.received(), f"{counts}, but the sink counted {into.received()}"
        first = proxy.first_mail()
        assert first is not None
    return first - released
