"""Cells of a list for spreadsheets: written so that none is run as a formula, read so that nothing is lost by it."""

from __future__ import annotations

import re

FORMULA = "=+-@\t\r\n＝＋－＠"
"""A cell that begins with one of these is run as a formula by spreadsheets; the last four by those of East Asia."""

_BEGINNING = r"(?:^|(?<=[,;\t\r\n\"]))"
"""Where a cell begins, or would begin for a spreadsheet that parts cells with another sign than the file does:
it then takes our quotation marks for plain signs, and a semicolon in a name for the end of a cell."""

_COULD_RUN = re.compile(rf"{_BEGINNING}(?='*[{re.escape(FORMULA)}])")
_GUARDED = re.compile(rf"{_BEGINNING}'(?='*[{re.escape(FORMULA)}])")
_NEEDS_QUOTES = re.compile(r"[\",;\t\r\n]|^\s|\s$")


def guarded(cell: str) -> str:
    """The cell as text in a spreadsheet: ``'`` before what could run (OWASP ASVS 5, 1.2.10).

    What looks guarded already gets one more, so that `unguarded` gives each cell back as it was.
    """
    return _COULD_RUN.sub("'", cell)


def unguarded(cell: str) -> str:
    """The cell that was `guarded`; any other as it is."""
    return _GUARDED.sub("", cell)


def line_of(cells: tuple[str, ...], separator: str) -> str:
    """One line of CSV (RFC 4180), each cell guarded, and quoted unless it is plain under every separator."""
    return separator.join(_quoted(guarded(cell)) for cell in cells) + "\n"


def _quoted(cell: str) -> str:
    if not _NEEDS_QUOTES.search(cell):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'
