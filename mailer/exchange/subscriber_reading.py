"""A list of subscribers as organisers bring it along: CSV in the shapes that spreadsheets write."""

from __future__ import annotations

import codecs
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

HEADINGS = {
    "email": "email mail emailaddress emailadresse mailadresse",
    "name": "name fullname vollständigername vorundnachname",
    "first_name": "firstname givenname vorname",
    "last_name": "lastname surname familyname nachname familienname",
    "language": "language lang sprache",
    "state": "state status zustand",
    "confirmed_at": "confirmedat confirmed bestätigtam bestaetigtam bestätigt bestaetigt",
    "paused_until": "pauseduntil pausiertbis",
}
"""What the first line may call each column, in English and German; only letters and digits count."""

DELIMITERS = ",;\t"

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel and LibreOffice begin: ZIP archives now, compound documents before 2007."""

_COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings.split()}


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


def read_list(source: bytes, *, most: int = MOST_LINES) -> SubscriberList:
    """The rows of a file in UTF-8, UTF-16 or Latin-1, with commas, semicolons or tabs; the first line names the columns.

    Raises BadSubscriberFile, also while the rows are read: a quotation mark that is never
    closed would swallow everybody behind it.
    """
    rows = _records(_decode(source, most), most)
    header = next(rows, None)
    columns = [_column(cell) for cell in header[1]] if header else []
    line = header[0] if header else 1
    if "email" not in columns:
        raise BadSubscriberFile("no_email_column", line=line)
    named = [column for column in columns if column]
    if len(set(named)) != len(named):
        raise BadSubscriberFile("column_twice", line=line)
    left_out = tuple(column for column in named if column not in HEADINGS)
    return SubscriberList(left_out, (_row(line, columns, cells) for line, cells in rows))


def _column(heading: str) -> str:
    """The column of ours that is meant; another's heading as it stands."""
    told = one_line(heading).casefold()
    return _COLUMN_OF.get(re.sub(r"[\W_]", "", told), told)


def _decode(source: bytes, most: int) -> str:
    """The text; what is neither UTF-8 nor marked as UTF-16 comes from an older spreadsheet, in Windows' form of Latin-1."""
    if len(source) > LARGEST or source.count(b"\n") > most:
        raise BadSubscriberFile("list_too_long", line=1, most=most)
    if source.startswith(WORKBOOKS):
        raise BadSubscriberFile("is_workbook", line=1)
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_utf16(source)
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


def _decode_utf16(source: bytes) -> str:
    """What spreadsheets call Unicode text."""
    try:
        text = source.decode("utf-16")
    except UnicodeDecodeError as problem:
        readable = source[: problem.start].decode("utf-16", "replace")
        raise BadSubscriberFile("broken_utf16", line=readable.count("\n") + 1) from None
    nul = text.find("\0")
    if nul >= 0:
        raise BadSubscriberFile("nul_byte", line=text.count("\n", 0, nul) + 1)
    return text


def _line_at(source: bytes, position: int) -> int:
    return source.count(b"\n", 0, position) + 1


def _records(text: str, most: int) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line it begins at."""
    told = re.match(r"sep=(.)\r?\n", text)  # a line with which spreadsheets tell each other
    before, text = (1, text[told.end() :]) if told else (0, text)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=told[1] if told else _delimiter(text), strict=True
    )
    line = before + 1
    try:
        for count, cells in enumerate(reader):
            if count > most:
                raise BadSubscriberFile("list_too_long", line=line, most=most)
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = before + reader.line_num + 1
    except csv.Error as problem:
        raise BadSubscriberFile("no_csv", line=line, cause=str(problem)) from None


def _delimiter(text: str) -> str:
    """The sign that parts the headings most often; a comma where none does."""
    headings = re.search(r"[^\r\n]*\S[^\r\n]*", text)
    outside = re.sub(r'"[^"]*"', "", headings[0]) if headings else ""
    return max(DELIMITERS, key=outside.count)


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    surplus = any(cell.strip() for cell in cells[len(columns) :])
    return Row(line, dict(zip(columns, cells, strict=False)), is_too_long=surplus)
