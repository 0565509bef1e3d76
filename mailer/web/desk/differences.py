"""Two versions of what somebody wrote, word by word: what is gone, what is new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

MANY_WORDS = 3_000
"""Texts longer than this are compared by their lines: word by word would take too long."""


@dataclass(frozen=True)
class Piece:
    text: str
    kind: str
    """``same``, ``gone`` or ``new``."""


@dataclass(frozen=True)
class Difference:
    """One field that is not the same in both."""

    field: str
    pieces: tuple[Piece, ...]


def tell_differences(fields: Iterable[tuple[str, str, str]]) -> tuple[Difference, ...]:
    """For each field its name, what it was and what it is; those that are the same are left out."""
    return tuple(Difference(name, tuple(_pieces(old, new))) for name, old, new in fields if old != new)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = _parts(old, new)
    for tag, start, end, new_start, new_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            yield Piece("".join(before[start:end]), "same")
            continue
        if start < end:
            yield Piece("".join(before[start:end]), "gone")
        if new_start < new_end:
            yield Piece("".join(after[new_start:new_end]), "new")


def _parts(old: str, new: str) -> tuple[list[str], list[str]]:
    words = re.findall(r"\S+\s*|\s+", old), re.findall(r"\S+\s*|\s+", new)
    if sum(map(len, words)) <= MANY_WORDS:
        return words
    lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return lines if sum(map(len, lines)) <= MANY_WORDS else ([old], [new])
