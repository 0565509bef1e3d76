"""A QR code as one path of an SVG: drawn by a template, without markup of anybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

QUIET_ZONE = 4
"""Modules of margin that readers need (ISO/IEC 18004 section 5.3.8)."""


@dataclass(frozen=True)
class QrCode:
    """The dark modules of a code, in a square of ``size`` units."""

    size: int
    path: str


def draw_qr(text: str) -> QrCode:
    import segno

    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    return QrCode(
        size=len(rows) + 2 * QUIET_ZONE,
        path="".join(_row(number + QUIET_ZONE, row) for number, row in enumerate(rows)),
    )


def _row(y: int, modules: list[int]) -> str:
    """One rectangle for each run of dark modules."""
    drawn, x = [], QUIET_ZONE
    for dark, run in groupby(modules):
        width = len(list(run))
        if dark:
            drawn.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(drawn)
