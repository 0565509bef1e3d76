"""Text in its place: on one line, folded to columns, or as a part of a plain-text letter."""

from __future__ import annotations

import re
import textwrap
import unicodedata

from mailer.core.text import markdown_text, one_line

COLUMNS = 72
"""Longest line of a text part, so that a quoted one still fits 80 (RFC 3676 section 4.2)."""

LABEL_WIDTH = 11
"""Where the values start in ``When:      …``."""

_HANGING = re.compile(r"\s*(?:[-*•–] +|\d+[.)] +|\S[^:]{0,20}: {2,})?")
_STARTS_A_LINE = re.compile(r"\s*(?:[-*+•>] |\d+[.)] |( {4}|\t))")


def plain_line(text: str) -> str:
    """One line without control characters, nor those that let text read backwards: fit for a header or a heading."""
    if text.isprintable() and "  " not in text:  # most names and titles: nothing to take out
        return text.strip()
    kept = (c for c in one_line(text) if unicodedata.category(c) not in ("Cc", "Cs"))
    return one_line("".join(kept))


def folded(text: str) -> str:
    """Fold every line to COLUMNS; list items and labelled values hang, words and links stay whole."""
    return "\n".join(_fold_line(line) for line in text.split("\n"))


def labelled(label: str) -> str:
    """A label padded to the column where values start."""
    return f"{label:<{LABEL_WIDTH - 1}} "


def underlined(heading: str) -> str:
    return f"{heading}\n{'-' * min(len(heading), COLUMNS)}"


def plain(markdown: str) -> str:
    """Markdown for a text part: each paragraph on one line, to be folded; lists and hard breaks keep theirs."""
    paragraphs = re.split(r"\n\s*\n", markdown_text(markdown))
    return "\n\n".join(_joined(paragraph.split("\n")) for paragraph in paragraphs)


def compact(text: str) -> str:
    """Without blank lines."""
    return re.sub(r"\n\s*\n", "\n", text)


def tidy(text: str) -> str:
    """A finished text part: no trailing blanks but the signature mark's, never two blank lines, one line end."""
    lines = [line if line == "-- " else line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _fold_line(line: str) -> str:
    if len(line) <= COLUMNS:
        return line
    hanging = _HANGING.match(line)
    indent = " " * len(hanging.group() if hanging else "")
    return textwrap.fill(
        line, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _joined(lines: list[str]) -> str:
    joined = ""
    hard_break = True
    for line in lines:
        keeps_its_line = hard_break or _STARTS_A_LINE.match(line)
        joined += ("\n" if joined and keeps_its_line else " " if joined else "") + (
            line.rstrip("\\ ") if keeps_its_line else line.strip().rstrip("\\ ")
        )
        hard_break = line.endswith(("  ", "\\"))
    return joined
