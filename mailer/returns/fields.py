"""Header fields of whatever comes in: written by anybody, so nothing of them is trusted to be well formed."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser
from email.utils import parsedate_to_datetime

Fields = Message
"""Header fields without a body."""

_ADDRESS = re.compile(r"[^\s<>@;,\"()]+@[^\s<>@;,\"()]+")


def text_of(message: Message, name: str) -> str:
    """A field as plain text on one line; empty where it is missing."""
    return " ".join(str(message.get(name, "")).split())


def words_of(message: Message, name: str) -> str:
    """The same with its encoded words read (RFC 2047)."""
    plain = text_of(message, name)
    try:
        pieces = decode_header(plain)
        return "".join(_piece(said, charset) for said, charset in pieces)
    except (HeaderParseError, LookupError, ValueError, binascii.Error):
        return plain


def address_in(text: str) -> str:
    """The first address of a field, in lower case; empty where there is none."""
    found = _ADDRESS.search(text)
    return found[0].casefold() if found else ""


def moment_of(message: Message, name: str) -> datetime | None:
    """An instant; None where it is missing or none."""
    try:
        found = parsedate_to_datetime(text_of(message, name))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def blocks_of(part: Message) -> Iterator[Fields]:
    """The groups of fields that a part consists of, an empty line between two (RFC 3464 section 2.1)."""
    for block in re.split(r"\n[ \t]*\n", raw_text(part)):
        if block.strip():
            yield HeaderParser().parsestr(block.strip("\r\n"))


def raw_text(part: Message) -> str:
    """What stands in a part, whatever the parser made of it, with its transfer encoding undone."""
    said = "\n\n".join(_flat(part))
    match text_of(part, "Content-Transfer-Encoding").lower():
        case "base64":
            return _decoded(base64.b64decode, said)
        case "quoted-printable":
            return _decoded(quopri.decodestring, said)
        case _:
            return said.replace("\r\n", "\n")


def plain_parts(message: Message) -> Iterator[Message]:
    """Every part that is not inside a letter enclosed."""
    yield message
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from plain_parts(part)


def _flat(part: Message) -> Iterator[str]:
    payload = part.get_payload()
    if isinstance(payload, str):
        yield payload
    elif isinstance(payload, list):
        for inner in payload:
            if isinstance(inner, Message):
                lines = "\n".join(f"{name}: {value}" for name, value in inner.items())
                yield from filter(None, (lines, *_flat(inner)))


def _decoded(decode: object, said: str) -> str:
    try:
        raw: bytes = decode(said.encode("utf-8", "surrogateescape"))  # type: ignore[operator]
    except (binascii.Error, ValueError):
        return ""
    return raw.decode("utf-8", "replace").replace("\r\n", "\n")


def _piece(said: bytes | str, charset: str | None) -> str:
    return said if isinstance(said, str) else said.decode(charset or "ascii", "replace")
