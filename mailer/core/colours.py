"""Colours that can be read: how far two stand apart, and one colour's shades for light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

PAPER = "#f6f7f3"
"""The darkest of our light grounds: what can be read on it can be read on white, and white on it."""

NIGHT = "#24322d"
"""The lightest of our dark grounds."""

INK, SNOW, DEEP = "#14211b", "#f4f6f2", "#0d1f19"

LEAST_CONTRAST = 4.5
"""Between a text and its ground (WCAG 2.2, success criterion 1.4.3)."""

_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")


@dataclass(frozen=True)
class Shades:
    """One colour by day and by night."""

    plain: str
    """For links and buttons on light grounds, with white on it."""
    bright: str
    """For links and buttons on dark grounds, with ``DEEP`` on it."""
    pale: str
    """A light ground of its kind, for ``INK``."""
    dim: str
    """A dark ground of its kind, for ``SNOW``."""


def parse_colour(text: str) -> str:
    """``#8a1c5c``, with or without its sign. Raises ValueError for anything else."""
    found = _COLOUR.fullmatch(text.strip())
    if found is None:
        raise ValueError("this is no colour")
    return f"#{found[1].lower()}"


def contrast(one: str, other: str) -> float:
    """From 1 for two alike to 21 for black and white (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def is_readable(colour: str) -> bool:
    """Whether it can be read on our pages by day; for the night it is made brighter."""
    return contrast(colour, PAPER) >= LEAST_CONTRAST


def shades_of(colour: str) -> Shades:
    """Shades of a readable colour; each keeps LEAST_CONTRAST from what stands with it."""
    bright = _towards(colour, "#ffffff", 0, grounds=(NIGHT, DEEP))
    pale = _towards(colour, "#ffffff", 0.88, grounds=(colour, INK))
    dim = _towards(colour, "#111815", 0.7, grounds=(bright, SNOW))
    return Shades(colour, bright, pale, dim)


def _towards(colour: str, end: str, share: float, *, grounds: Iterable[str]) -> str:
    """The colour with at least this share of ``end``, and with as much of it as it takes to be read on all grounds."""
    far = tuple(grounds)
    shares = [share + (1 - share) * step / 20 for step in range(21)]
    shades = [mixed(colour, end, each) for each in shares]
    return next(
        (each for each in shades if all(contrast(each, ground) >= LEAST_CONTRAST for ground in far)), end
    )


def mixed(one: str, other: str, share: float) -> str:
    """``one`` with so much of ``other`` in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
