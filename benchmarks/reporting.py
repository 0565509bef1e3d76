"""Figures as a table on the screen, as JSON, and in docs/performance.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, Goal, Spread, short
from benchmarks.machines import Machine
from config import ROOT
from mailer.core.clock import utcnow

RECORD = ROOT / "benchmarks" / "figures.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
HEADINGS = ("work", "reference", "median (min–max)", "reach", "try for", "verdict", "in plain units", "on")


def show(figures: Iterable[Figure]) -> None:
    """Print a table on standard output."""
    shown = Table(*HEADINGS, box=box.SIMPLE_HEAD, pad_edge=False)
    for figure in figures:
        shown.add_row(*_cells(figure))
    Console(width=200).print(shown)


def record(figures: Sequence[Figure], machine: Machine, *, order: Sequence[str]) -> None:
    """Keep the figures and write the table anew.

    Rows that were not measured this time keep their figures, as long as they come from the same
    machine with the same versions.
    """
    today = f"{utcnow():%Y-%m-%d}"
    kept = _kept(machine)
    measured = {figure.row for figure in figures}
    together = [figure for figure in kept if figure.row not in measured]
    together += [replace(figure, measured_on=today) for figure in figures]
    together.sort(key=lambda figure: order.index(figure.row))
    RECORD.write_text(_as_json(together, machine), "utf-8")
    page = PAGE.read_text("utf-8")
    before, found, rest = page.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"{PAGE} has no place for the figures: {BEGIN} … {END}")
    PAGE.write_text(f"{before}{BEGIN}\n{_markdown(together, machine)}{END}{after}", "utf-8")


def _kept(machine: Machine) -> list[Figure]:
    if not RECORD.exists():
        return []
    known: dict[str, Any] = json.loads(RECORD.read_text("utf-8"))
    same = all(
        known["machine"][fact] == getattr(machine, fact) for fact in ("processor", "cores", "versions")
    )
    return [_figure(entry) for entry in known["figures"]] if same else []


def _as_json(figures: Sequence[Figure], machine: Machine) -> str:
    entries = [asdict(figure) | {"verdict": figure.goal.verdict(figure.value.median)} for figure in figures]
    return json.dumps({"machine": asdict(machine), "figures": entries}, ensure_ascii=False, indent=2) + "\n"


def _figure(entry: dict[str, Any]) -> Figure:
    plain = {name: value for name, value in entry.items() if name not in ("value", "goal", "verdict")}
    return Figure(**plain, value=Spread(**entry["value"]), goal=Goal(**entry["goal"]))


def _markdown(figures: Sequence[Figure], machine: Machine) -> str:
    lines = [
        "",
        f"Machine: {machine.name}; {machine.system}; {machine.disk}.",
        f"{machine.versions}.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        "|" + " --- |" * len(HEADINGS),
        *(f"| {' | '.join(_cells(figure))} |" for figure in figures),
        "",
    ]
    return "\n".join(lines) + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    goal, sign = figure.goal, "≤" if figure.goal.smaller_is_better else "≥"
    return (
        figure.work,
        figure.reference,
        f"{figure.value} {figure.unit}",
        f"{sign} {short(goal.reach)} {figure.unit}",
        f"{sign} {short(goal.try_for)} {figure.unit}",
        goal.verdict(figure.value.median),
        figure.detail,
        figure.measured_on,
    )
