"""Charts as plain geometry: columns of stacked bars over a quiet grid, and the same numbers for a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 420, 180
LEFT, BOTTOM, TOP, RIGHT = 36, 26, 10, 12
"""Room for the numbers beside the grid, and the words below it, of which the last one is wider than its column."""

WIDEST_BAR = 30
MOST_WORDS = 6
"""More words below the columns would run into each other."""


@dataclass(frozen=True)
class Row:
    """One kind of thing that is counted, with the class that colours it."""

    name: str
    css: str


@dataclass(frozen=True)
class Column:
    """One place on the axis: how many of each row."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    css: str
    says: str


@dataclass(frozen=True)
class Tick:
    at: float
    words: str


@dataclass(frozen=True)
class Chart:
    """What ``desk/_chart.html`` draws."""

    key: str
    title: str
    summary: str
    """The chart in one sentence, for who cannot see it."""
    heading: str
    """What stands over the table's first column."""
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    bars: tuple[Bar, ...]
    grid: tuple[Tick, ...]
    words: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: float = HEIGHT - BOTTOM
    left: int = LEFT

    @property
    def is_empty(self) -> bool:
        return not any(any(column.values) for column in self.columns)


def stacked(
    key: str, title: str, *, summary: str, heading: str, rows: Sequence[Row], columns: Sequence[Column]
) -> Chart:
    """A chart of columns, the rows of each one above the other."""
    top = _round_up(max((sum(column.values) for column in columns), default=0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(columns))
    bars = [
        bar for place, column in enumerate(columns) for bar in _bars(column, rows, place * step, step, top)
    ]
    every = -(-len(columns) // MOST_WORDS)
    words = [
        Tick(round(LEFT + (place + 0.5) * step, 1), column.label)
        for place, column in enumerate(columns)
        if place % max(1, every) == 0
    ]
    grid = [Tick(_y(part * top / 4, top), f"{part * top // 4}") for part in range(5) if part * top % 4 == 0]
    return Chart(
        key, title, summary, heading, tuple(rows), tuple(columns), tuple(bars), tuple(grid), tuple(words)
    )


def _bars(column: Column, rows: Sequence[Row], x: float, step: float, top: int) -> list[Bar]:
    width = min(WIDEST_BAR, step * 0.7)
    begins = LEFT + x + (step - width) / 2
    bars, below = [], 0
    for row, value in zip(rows, column.values, strict=True):
        if value:
            high, low = _y(below + value, top), _y(below, top)
            says = f"{column.label}, {row.name}: {value}"
            bars.append(Bar(round(begins, 1), high, round(width, 1), round(low - high, 1), row.css, says))
        below += value
    return bars


def _y(value: float, top: int) -> float:
    return round(HEIGHT - BOTTOM - value * (HEIGHT - BOTTOM - TOP) / top, 1)


def _round_up(highest: int) -> int:
    """The next of 4, 8, 12, 20, 40, 80, 100, 200, 400 … : so that the grid stands at whole numbers."""
    size = 1
    while True:
        for step in (4, 8, 12, 20, 40, 80):
            if highest <= step * size:
                return step * size
        size *= 10
