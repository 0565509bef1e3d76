"""How much more memory many recipients need than few: next to nothing, for nobody keeps them in a list."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal, Spread, alternate, middle
from benchmarks.houses import Backend, Stage
from benchmarks.processes import measured
from benchmarks.relays import sink
from benchmarks.runs import Bench
from benchmarks.workers import WORKER

CONNECTIONS = 16


def measure(bench: Bench) -> Iterator[Figure]:
    """The worker opens the mailing and sends it, in one process."""
    many, few = bench.scale.many, bench.scale.few
    high, low = alternate(
        bench.scale.pairs,
        "memory (MB)",
        lambda: _peak(bench, many),
        lambda: _peak(bench, few),
    )
    yield Figure(
        row="memory",
        work=f"peak memory of the worker that opens and sends a mailing to {many:,}, SQLite",
        reference=f"the same to {few:,}",
        unit="MB more",
        value=Spread.of([a - b for a, b in zip(high, low, strict=True)]),
        goal=Goal(20, 5, smaller_is_better=True),
        detail=f"{middle(high)} MB against {middle(low)} MB",
    )


def _peak(bench: Bench, mails: int) -> float:
    with bench.stock.house(Backend.SQLITE, mails, Stage.RELEASED) as house, sink(bench.directory) as into:
        environment = house.environment(MAIL_PORT=into.port, MAIL_CONNECTIONS=CONNECTIONS)
        used = measured([*WORKER, "--once"], environment, patience=bench.scale.patience)
        house.check_all_sent(mails, received=into.received())
    return used.peak
