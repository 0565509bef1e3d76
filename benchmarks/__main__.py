"""make bench: measure the rows that are named, or all of them."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from benchmarks import reporting, scale
from benchmarks.figures import Figure, tell
from benchmarks.houses import Stock
from benchmarks.machines import this_machine
from benchmarks.rows import ROWS
from benchmarks.runs import Bench
from benchmarks.samples import catch_sample
from benchmarks.scale import Lacking, Scale
from mailer.core.errors import MailerError

BREAKS = (AssertionError, RuntimeError, OSError, subprocess.SubprocessError, SQLAlchemyError, MailerError)
"""What a row can break of: a letter lost or doubled, a process that ended or took too long, a database away."""

RECORDED_FROM = 3
"""Pairs below which a median says nothing."""

ON_DISK = "/var/tmp"  # noqa: S108  # made with a name of its own; /tmp may be memory
"""Where databases and Postfix's queue lie while they are measured."""


@click.command(
    help="Measure the rows ROW … side by side with their references; all of them if none is named."
)
@click.argument("wanted", metavar="[ROW]…", nargs=-1, type=click.Choice(list(ROWS)))
@click.option("--quick", is_flag=True, help="Small numbers, to see that everything works; recorded nowhere.")
@click.option("--full", is_flag=True, help="A million recipients where the table says so.")
@click.option("--pairs", type=click.IntRange(1, 25), help="Alternations of ours and the reference.")
@click.option("--mails", type=click.IntRange(1, 1_000_000), help="Letters into the sink near by.")
@click.option("--far-mails", type=click.IntRange(1, 1_000_000), help="Letters to the relay 20 ms away.")
@click.option("--many", type=click.IntRange(1, 2_000_000), help="Recipients for memory, opening and sign-up.")
@click.option(
    "--directory", type=click.Path(file_okay=False, exists=True), default=ON_DISK, show_default=True,
    help="Where to put databases and queue; it should be on a disk.",
)  # fmt: skip
@click.option("--dry", is_flag=True, help="Print the table, write neither JSON nor docs/performance.md.")
def main(
    wanted: tuple[str, ...], quick: bool, full: bool, directory: str, dry: bool, **numbers: int | None
) -> None:
    size = scale.quick() if quick else scale.full() if full else Scale()
    given = {name: number for name, number in numbers.items() if number is not None}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is put away
    _run(wanted or tuple(ROWS), replace(size, **given), Path(directory), recorded=not (quick or dry))


def _run(wanted: tuple[str, ...], size: Scale, above: Path, *, recorded: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="zeitnah-bench-", dir=above) as made:
        stock = Stock(Path(made))
        try:
            bench = Bench(size, stock, catch_sample(stock, patience=size.patience), Path(made))
            figures, broken = _measure(wanted, bench)
            machine = this_machine(stock, Path(made))
        finally:
            stock.close()
    tell(f"{machine.name}; {machine.system}; {machine.disk}; {machine.versions}")
    reporting.show(figures)
    if recorded and size.pairs < RECORDED_FROM:
        tell(f"not recorded: that takes at least {RECORDED_FROM} pairs")
    elif recorded and figures:
        reporting.record(figures, machine, order=list(ROWS))
    if broken:
        raise SystemExit(1)


def _measure(wanted: tuple[str, ...], bench: Bench) -> tuple[list[Figure], bool]:
    """A row that breaks, or cannot be measured here, does not keep the others from being measured."""
    figures: list[Figure] = []
    broken = False
    for name in wanted:
        try:
            figures += ROWS[name](bench)
        except Lacking as lacking:
            tell(f"{name}: left out: {lacking}")
        except BREAKS as problem:
            broken = True
            tell(f"{name}: broken: {type(problem).__name__}: {problem}")
    return figures, broken


if __name__ == "__main__":
    main()
