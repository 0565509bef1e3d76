"""What a letter costs our own processor, the ledger included."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.figures import Figure, Goal, Spread, alternate, middle
from benchmarks.houses import Backend, Stage
from benchmarks.processes import measured
from benchmarks.relays import sink
from benchmarks.runs import Bench
from benchmarks.workers import WORKER

CONNECTIONS = 16
MICROSECONDS = 1_000_000


def measure(bench: Bench) -> Iterator[Figure]:
    """Both runs are real worker processes from start to end; the one without recipients is what a start costs."""
    mails = bench.scale.mails
    with_mails, without = alternate(
        bench.scale.pairs,
        "cpu (seconds)",
        lambda: _processor_seconds(bench, mails),
        lambda: _processor_seconds(bench, 0),
    )
    first = _processor_seconds(bench, 1)
    each = [(a - b) / mails * MICROSECONDS for a, b in zip(with_mails, without, strict=True)]
    after_first = (median(with_mails) - first) / max(mails - 1, 1) * MICROSECONDS
    yield Figure(
        row="cpu",
        work=f"client CPU a letter, ledger included: {mails:,} reminders, SQLite, {CONNECTIONS} connections",
        reference="the same process with no recipient, subtracted",
        unit="µs",
        value=Spread.of(each),
        goal=Goal(130, 90, smaller_is_better=True),
        detail=f"{middle(with_mails)} s less {middle(without)} s; from the second letter on {after_first:.0f} µs each",
    )


def _processor_seconds(bench: Bench, mails: int) -> float:
    with bench.stock.house(Backend.SQLITE, mails, Stage.QUEUED) as house, sink(bench.directory) as into:
        environment = house.environment(MAIL_PORT=into.port, MAIL_CONNECTIONS=CONNECTIONS)
        used = measured([*WORKER, "--once"], environment, patience=bench.scale.patience)
        house.check_all_sent(mails, received=into.received())
    return used.processor
