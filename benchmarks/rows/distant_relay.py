"""A relay 20 ms away: round trips are what costs, and parallel connections are what helps."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal, alternate, middle, ratios
from benchmarks.houses import Backend
from benchmarks.relays import proxied, sink
from benchmarks.runs import Bench

GOALS = {16: Goal(60, 80), 64: Goal(60, 220)}
"""By number of connections. With 16 one letter a round trip gives 80 times the loop's four, at best."""


def measure(bench: Bench) -> Iterator[Figure]:
    with sink(bench.directory) as into, proxied(into.port, bench.directory) as proxy:
        round_trip = proxy.round_trip() * 1000
    for connections, goal in GOALS.items():
        yield _figure(bench, connections, goal, round_trip=round_trip)


def _figure(bench: Bench, connections: int, goal: Goal, *, round_trip: float) -> Figure:
    mails, few = bench.scale.far_mails, bench.scale.far_loop_mails
    ours, reference = alternate(
        bench.scale.pairs,
        f"distant-relay, {connections} connections",
        lambda: bench.worker_into_sink(Backend.SQLITE, mails=mails, connections=connections, far=True),
        lambda: bench.plain_loop_into_sink(mails=few, far=True),
    )
    return Figure(
        row="distant-relay",
        work=f"{mails:,} different reminders to a relay 20 ms away, SQLite, {connections} connections",
        reference=f"the plain Flask-Mail loop through the same proxy, {few:,} letters",
        unit="×",
        value=ratios(ours, reference),
        goal=goal,
        detail=f"{middle(ours)} against {middle(reference)} letters a second; round trip {round_trip:.1f} ms",
    )
