"""The colours of a letter: the series' own, else ours. Its logo stays on the pages: a mail fetches nothing."""

from __future__ import annotations

from dataclasses import dataclass

from mailer.core.colours import shades_of
from mailer.series import Series


@dataclass(frozen=True)
class Look:
    plain: str = "#0b5d4b"
    """Links and buttons by day."""
    bright: str = "#8fdcc5"
    """The same by night."""
    edge: str = "#7fd1b9"
    """The edge of the panel by night."""
    pale: str = "#eef5f2"
    """The panel by day."""


def look_of(series: Series | None) -> Look:
    if series is None or not series.colour:
        return Look()
    shades = shades_of(series.colour)
    return Look(shades.plain, shades.bright, shades.bright, shades.pale)
