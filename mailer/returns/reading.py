"""From the bytes of a message to what it says, and to which letter of ours it seems to belong. Pure.

Nothing here believes anything: that a mark is ours, `taking` asks whoever made it.
"""

from __future__ import annotations

import enum
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser

from mailer.returns import prose_reading
from mailer.returns.fields import (
    address_in,
    blocks_of,
    moment_of,
    plain_parts,
    raw_text,
    text_of,
    words_of,
)
from mailer.returns.judging import Fate
from mailer.returns.status_reading import STATUS_PARTS, envelope_id_in, fates_in

LARGEST = 2 * 1024 * 1024
"""Bytes of a message that are looked at: what matters stands before the letter it encloses."""

MOST_PARTS = 200
"""Parts inside parts that are taken apart. A report has about five; somebody may send a hundred thousand."""


class Kind(enum.StrEnum):
    REPORT = "report"  # what became of a letter
    COMPLAINT = "complaint"  # somebody pressed "spam" (RFC 5965)
    LEAVING = "leaving"  # the mailto: of List-Unsubscribe
    AUTOMATIC = (
        "automatic"  # an absence, a receipt, a mail of a list: no person wrote it, and it reports nothing
    )
    UNKNOWN = "unknown"  # for a person to read


@dataclass(frozen=True)
class Incoming:
    """What a message says."""

    kind: Kind
    marks: tuple[str, ...] = ()
    """What looks like a return path or envelope id of ours, the likeliest first: 32 hexadecimal digits."""
    letter: tuple[str, str] = ("", "")
    """What stands before the ``@`` of the letter's Message-ID, and whom it went to; empty where it is not enclosed."""
    fates: tuple[Fate, ...] = ()
    token: str = ""
    """Who leaves which list."""
    written_at: datetime | None = None
    report: str = ""
    """A digest by which the same message is known again, whichever way it comes."""


_PART = re.compile(rb"(?i)(?:multipart|message)/")
_MARK = re.compile(r"b\+([0-9a-f]{32})(?![0-9a-f])", re.IGNORECASE)
_ENVELOPE_ID = re.compile(r"\s*([0-9a-f]{32})\s*", re.IGNORECASE)
_OUR_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_LEAVING = re.compile(r"\s*unsubscribe\s+([\w-]{20,200})\s*", re.IGNORECASE)
_TO = (
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Delivered-To",
    "To",
    "Cc",
    "Apparently-To",
)
"""Where the envelope's recipient may stand; which of them, the receiving server decides."""

_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out"})
"""Feedback types that a person caused (RFC 5965 section 7.3); ``auth-failure`` and ``not-spam`` are none."""

_ENCLOSED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_LISTS = frozenset({"bulk", "junk", "list", "auto_reply"})
_ROBOTS = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id")


def read(raw: bytes) -> Incoming:
    """What a message says. Whatever nobody can make sense of is ``UNKNOWN``; nothing is raised."""
    raw = raw[:LARGEST]
    if len(_PART.findall(raw)) > MOST_PARTS:
        return Incoming(Kind.UNKNOWN)
    try:
        return _read(message_from_bytes(raw))
    except (RecursionError, LookupError, ValueError):  # written to be unreadable
        return Incoming(Kind.UNKNOWN)


def _read(message: Message) -> Incoming:
    leaving = _LEAVING.fullmatch(words_of(message, "Subject"))
    parts = list(plain_parts(message))
    text = next((raw_text(part) for part in parts if part.get_content_type() == "text/plain"), "")
    enclosed = _enclosed(parts, text)
    kind, fates, more_marks = _kind(message, parts, text)
    if kind is Kind.UNKNOWN and leaving:
        kind = Kind.LEAVING
    seen = [text_of(message, name) for name in _TO]
    return Incoming(
        kind,
        marks=tuple(dict.fromkeys([*_marks(seen), *more_marks, *_marks([text_of(enclosed, "Return-Path")])])),
        letter=_letter(message, enclosed, kind),
        fates=fates,
        token=leaving[1] if leaving else "",
        written_at=moment_of(message, "Date"),
        report=_digest(message, parts),
    )


def _kind(message: Message, parts: list[Message], text: str) -> tuple[Kind, tuple[Fate, ...], list[str]]:
    """What it is, by its parts rather than by what it calls itself; with what it says and the marks in it."""
    by_type = {part.get_content_type(): part for part in reversed(parts)}
    if (complaint := by_type.get("message/feedback-report")) is not None:
        return _complaint(complaint)
    for content_type in STATUS_PARTS:
        if (status := by_type.get(content_type)) is not None:
            given = _ENVELOPE_ID.fullmatch(envelope_id_in(status))
            return Kind.REPORT, tuple(fates_in(status)), [given[1].lower()] if given else []
    if prose_reading.told_by_qmail(text):
        return Kind.REPORT, tuple(prose_reading.fates_of_qmail(text)), []
    if prose_reading.told_by_exim(message):
        return Kind.REPORT, tuple(prose_reading.fates_of_exim(message, text)), []
    is_automatic = "message/disposition-notification" in by_type or _is_by_a_robot(message)
    return Kind.AUTOMATIC if is_automatic else Kind.UNKNOWN, (), []


def _complaint(part: Message) -> tuple[Kind, tuple[Fate, ...], list[str]]:
    said = next(blocks_of(part), Message())
    caused = text_of(said, "Feedback-Type").lower() in _COMPLAINTS
    return Kind.COMPLAINT if caused else Kind.AUTOMATIC, (), _marks([text_of(said, "Original-Mail-From")])


def _is_by_a_robot(message: Message) -> bool:
    """RFC 3834, and what was usual before it."""
    said = text_of(message, "Auto-Submitted").lower()
    return (
        said not in ("", "no")
        or text_of(message, "Precedence").lower() in _LISTS
        or any(text_of(message, name) for name in _ROBOTS)
    )


def _enclosed(parts: Iterable[Message], text: str) -> Message:
    """The header of the letter that came back; empty where it is not enclosed."""
    for part in parts:
        if part.get_content_type() in _ENCLOSED:
            payload = part.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                return payload[0]
            return next(blocks_of(part), Message())
    return HeaderParser().parsestr(prose_reading.copy_in(text))


def _letter(message: Message, enclosed: Message, kind: Kind) -> tuple[str, str]:
    """An answer of a machine encloses nothing, but says what it answers to, and who it is."""
    if kind is Kind.AUTOMATIC:
        answered = text_of(message, "In-Reply-To") or text_of(message, "References")
        return _id_in(answered), address_in(text_of(message, "From"))
    return _id_in(text_of(enclosed, "Message-ID")), address_in(_without_name(text_of(enclosed, "To")))


def _without_name(field_: str) -> str:
    """Of ``"a@b" <c@d>`` the address, not the name."""
    return field_.rpartition("<")[2] if "<" in field_ else field_


def _id_in(said: str) -> str:
    found = _OUR_ID.search(said)
    return found[1] if found else ""


def _marks(values: Iterable[str]) -> list[str]:
    return list(_marks_in(values))


def _marks_in(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        for found in _MARK.finditer(value):
            yield found[1].lower()


def _digest(message: Message, parts: list[Message]) -> str:
    """By its Message-ID; a report without one by its words, for the lines above them change on the way."""
    given = text_of(message, "Message-ID")
    said = f"id {given}" if given else "words " + " ".join(" ".join(map(raw_text, parts)).split())
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
