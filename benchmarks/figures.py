"""What a row brings: a median of alternating runs, held against what it should reach."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The middle of some runs, and their ends."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{short(self.median)} ({short(self.least)}–{short(self.most)})"


@dataclass(frozen=True)
class Goal:
    """What a figure should reach, and what it should try for."""

    reach: float
    try_for: float
    smaller_is_better: bool = False

    def verdict(self, value: float) -> str:
        if self._met(value, self.try_for):
            return "tried for and reached"
        return "reached" if self._met(value, self.reach) else "not reached"

    def _met(self, value: float, wanted: float) -> bool:
        return value <= wanted if self.smaller_is_better else value >= wanted


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    row: str
    work: str
    reference: str
    unit: str
    """``×`` for how many times as fast as the reference, else what the value is counted in."""
    value: Spread
    goal: Goal
    detail: str
    """The medians the value was made from, in plain units."""
    measured_on: str = ""
    """The day; empty until it is recorded."""


def alternate(
    pairs: int, name: str, ours: Callable[[], float], reference: Callable[[], float]
) -> tuple[list[float], list[float]]:
    """Run ours and the reference in turn, A B A B A B: what slows the machine down slows both."""
    first, second = [], []
    for turn in range(1, pairs + 1):
        first.append(ours())
        second.append(reference())
        tell(f"{name}: pair {turn} of {pairs}: {short(first[-1])} against {short(second[-1])}")
    return first, second


def ratios(ours: Sequence[float], reference: Sequence[float]) -> Spread:
    """How many times as much ours is, pair by pair: only neighbours in time are compared."""
    return Spread.of([a / b for a, b in zip(ours, reference, strict=True)])


def middle(values: Sequence[float]) -> str:
    return short(statistics.median(values))


def short(value: float) -> str:
    """Three digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def tell(text: str) -> None:
    """A word on how far we are, for whoever waits."""
    print(text, file=sys.stderr, flush=True)
