"""Header fields as they stand on the wire: ASCII, folded, and no way to smuggle in another."""

from __future__ import annotations

import base64
import re
from email.header import Header
from functools import lru_cache

from mailer.letters.cleaning import plain_line

EOL = "\r\n"
LINE = 76
"""Columns of a folded line; RFC 5322 section 2.1.1 asks for at most 78, RFC 2047 section 2 for at most 76."""

LONGEST_PHRASE = 120
"""Characters of a display name. Nobody reads further, and a quoted string cannot be folded inside a word."""

_BREAKS_OUT = re.compile(r"[\s<>]")
_PLAIN = re.compile(r"[\x20-\x7e]*")


def field(name: str, value: str) -> str:
    """One field with its line end. ``value`` is made by the functions below or is plain ASCII without spaces to fold at.

    Raises ValueError for a value that would begin a second field or is not ASCII.
    """
    for line in value.split(EOL)[1:]:
        if not line.startswith(" ") or not line.strip():
            raise ValueError(f"{name} is not folded rightly")
    if not _PLAIN.fullmatch(value.replace(EOL, "")):
        raise ValueError(f"{name} holds a character that may not stand there")
    return f"{name}: {value}{EOL}"


def unstructured(text: str, *, name: str) -> str:
    """Any text as the value of field ``name``: as it is where ASCII will do, else in encoded words (RFC 2047)."""
    line = plain_line(text)
    return _encoded(line, used=len(name) + 2, charset=_charset(line))


def mailbox(display_name: str, address: str, *, name: str) -> str:
    """``"Anna Beispiel" <anna@example.net>`` as the value of field ``name``; only the address where no name is known.

    Commas, quotes and umlauts in the name stay part of the name (RFC 5322 section 3.4).
    """
    return _with_phrase(display_name, f"<{address}>", name=name) if plain_line(display_name) else address


def list_id(title: str, identifier: str) -> str:
    """``"Wandel. Machen. Vor Ort." <wandel.example.org>`` (RFC 2919 section 2)."""
    return _with_phrase(title, f"<{identifier}>", name="List-Id")


def uris(*addresses: str) -> str:
    """``<https://…>, <mailto:…>``: folded between addresses, never inside one (RFC 2369 section 2, RFC 8058 section 8).

    Raises ValueError for an address that would end too early.
    """
    if any(_BREAKS_OUT.search(address) for address in addresses):
        raise ValueError("an address in a header field holds white space or angle brackets")
    return f",{EOL} ".join(f"<{address}>" for address in addresses if address)


def _with_phrase(text: str, bracketed: str, *, name: str) -> str:
    shown, last = _phrase(text, used=len(name) + 2)
    gap = " " if last + 1 + len(bracketed) <= LINE else f"{EOL} "
    return f"{shown}{gap}{bracketed}" if shown else bracketed


@lru_cache(maxsize=4096)
def _phrase(text: str, *, used: int) -> tuple[str, int]:
    """A display name as it stands in a field, and the column it ends at."""
    line = plain_line(text)[:LONGEST_PHRASE].strip()
    if line and _charset(line) == "us-ascii":
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        shown = f'"{escaped}"'
    else:
        shown = _one_word(line, used=used) or _encoded(line, used=used, charset="utf-8")
    return shown, len(shown.rsplit(EOL, 1)[-1]) + (0 if EOL in shown else used)


def _one_word(line: str, *, used: int) -> str:
    """A short text as one encoded word, a twentieth of the work of folding it; empty when it is too long for that."""
    word = f"=?utf-8?b?{base64.b64encode(line.encode()).decode()}?="
    return word if line and used + len(word) <= LINE else ""


def _charset(line: str) -> str:
    """Text that looks like an encoded word is encoded too, so that it is read as it was written."""
    return "us-ascii" if _PLAIN.fullmatch(line) and "=?" not in line else "utf-8"


def _encoded(line: str, *, used: int, charset: str) -> str:
    folded = Header(line, charset, maxlinelen=LINE, header_name="x" * (used - 2)).encode(linesep=EOL)
    return str(folded)
