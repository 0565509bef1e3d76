"""A list of subscribers as organisers bring it along: CSV in the shapes that spreadsheets write."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailer.core.text import one_line
from mailer.exchange.problems import BadSubscriberFile

MOST_LINES = 200_000
LARGEST = 32_000_000
"""Bytes: 200,000 generous lines."""

LONGEST_SHOWN = 254

COLUMNS = ("email", "name", "language", "state", "confirmed_at", "paused_until")
"""What an export holds. An import needs the first and uses all but the last."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these is run as a formula by spreadsheets."""


@dataclass(frozen=True)
class Row:
    """One line of the list, as written; ``line`` is where it begins, counted from 1."""

    line: int
    cells: dict[str, str]
    is_too_long: bool = False
    """Whether there are more cells than columns, so that nobody knows which belongs where."""

    @property
    def shown_email(self) -> str:
        """The address for the report, whatever it holds; nothing that would move a terminal's cursor."""
        shown = one_line(self.cells.get("email", ""))[:LONGEST_SHOWN]
        return "".join(c if c.isprintable() else "?" for c in shown)


@dataclass(frozen=True)
class SubscriberList:
    """A file whose header is read; ``rows`` are read as they are asked for."""

    left_out: tuple[str, ...]
    """Columns that mean nothing to us."""
    rows: Iterator[Row]


def read_list(source: bytes) -> SubscriberList:
    """The rows of a file in UTF-8 or Latin-1, with commas or semicolons; the first line names the columns.

    Raises BadSubscriberFile, also while the rows are read: a quotation mark that is never
    closed would swallow everybody behind it.
    """
    rows = _records(_decode(source))
    header = next(rows, None)
    columns = [one_line(cell).lower() for cell in header[1]] if header else []
    line = header[0] if header else 1
    if "email" not in columns:
        raise BadSubscriberFile("no_email_column", line=line)
    if len(set(columns)) != len(columns):
        raise BadSubscriberFile("column_twice", line=line)
    left_out = tuple(column for column in columns if column not in COLUMNS)
    return SubscriberList(left_out, (_row(line, columns, cells) for line, cells in rows))


def _decode(source: bytes) -> str:
    """The text; what is not UTF-8 comes from an older spreadsheet, in Windows' form of Latin-1."""
    if len(source) > LARGEST or source.count(b"\n") > MOST_LINES:
        raise BadSubscriberFile("list_too_long", line=1, most=MOST_LINES)
    nul = source.find(b"\0")
    if nul >= 0:
        raise BadSubscriberFile("nul_byte", line=_line_at(source, nul))
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        # Umlauts in UTF-8 beside bytes that are not: neither reading would be right.
        if re.search(rb"\xc3[\x80-\xbf]", source):
            raise BadSubscriberFile("mixed_bytes", line=_line_at(source, problem.start)) from None
    try:
        return source.decode("cp1252")
    except UnicodeDecodeError:
        return source.decode("latin-1")


def _line_at(source: bytes, position: int) -> int:
    return source.count(b"\n", 0, position) + 1


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line it begins at."""
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as problem:
        raise BadSubscriberFile("no_csv", line=line, cause=str(problem)) from None


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    surplus = any(cell.strip() for cell in cells[len(columns) :])
    return Row(line, dict(zip(columns, cells, strict=False)), is_too_long=surplus)
