"""Caught mails as they lie in the folder: one file each, its name the moment it came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from mailer.core.errors import NotFound

SHOWN = 200
"""Mails in the list; older ones stay in the folder."""


class UnknownMail(NotFound):
    """No mail was caught under this number, or it has no such part."""

    code = "unknown_mail"


@dataclass(frozen=True)
class MailLine:
    """One caught mail in the list."""

    number: int
    subject: str
    to: str
    sender: str
    caught_at: datetime


@dataclass(frozen=True)
class Part:
    """One leaf of a mail's tree."""

    number: int
    content_type: str
    filename: str
    size: int


@dataclass(frozen=True)
class Mail:
    number: int
    line: MailLine
    envelope_from: str
    envelope_to: str
    headers: Sequence[tuple[str, str]]
    text: str
    has_html: bool
    calendar: str
    """The first iCalendar part, its folded lines joined."""
    parts: Sequence[Part]


def list_mails(folder: Path) -> list[MailLine]:
    """The newest first."""
    numbers = sorted((int(path.stem) for path in folder.glob("*.eml") if path.stem.isdigit()), reverse=True)
    return [_line(number, _parse(read_raw(folder, number))) for number in numbers[:SHOWN]]


def read_raw(folder: Path, number: int) -> bytes:
    """The mail as it came, byte for byte, below the two lines of its envelope.

    Raises UnknownMail. The name is made from a number, so no path can be smuggled in.
    """
    try:
        return (folder / f"{number:d}.eml").read_bytes()
    except FileNotFoundError:
        raise UnknownMail from None


def read_mail(folder: Path, number: int) -> Mail:
    """Raises UnknownMail."""
    message = _parse(read_raw(folder, number))
    leaves = list(_leaves(message))
    texts = {
        kind: _text(leaf)
        for leaf in reversed(leaves)
        if (kind := leaf.get_content_type()).startswith("text/")
    }
    return Mail(
        number=number,
        line=_line(number, message),
        envelope_from=str(message.get("X-Envelope-From", "")),
        envelope_to=str(message.get("X-Envelope-To", "")),
        headers=[(name, str(value)) for name, value in message.items()],
        text=texts.get("text/plain", ""),
        has_html="text/html" in texts,
        calendar=texts.get("text/calendar", "").replace("\r\n", "\n").replace("\n ", ""),
        parts=[
            Part(place, leaf.get_content_type(), leaf.get_filename() or "", len(_bytes(leaf)))
            for place, leaf in enumerate(leaves)
        ],
    )


def read_html(folder: Path, number: int) -> str:
    """The HTML part. Raises UnknownMail."""
    for leaf in _leaves(_parse(read_raw(folder, number))):
        if leaf.get_content_type() == "text/html":
            return _text(leaf)
    raise UnknownMail


def read_part(folder: Path, number: int, place: int) -> tuple[Part, bytes]:
    """One part and what it holds, decoded. Raises UnknownMail."""
    leaves = list(_leaves(_parse(read_raw(folder, number))))
    if place >= len(leaves):
        raise UnknownMail
    leaf = leaves[place]
    content = _bytes(leaf)
    return Part(place, leaf.get_content_type(), leaf.get_filename() or "", len(content)), content


def _parse(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _line(number: int, message: EmailMessage) -> MailLine:
    return MailLine(
        number=number,
        subject=str(message.get("Subject", "")),
        to=str(message.get("To", "")),
        sender=str(message.get("From", "")),
        caught_at=datetime.fromtimestamp(number / 1e9, UTC),
    )


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if not part.is_multipart():
            yield part


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: EmailMessage) -> str:
    """The part as text; what its charset cannot read is marked, for a look must not fail."""
    charset = part.get_content_charset("utf-8")
    try:
        return _bytes(part).decode(charset, "replace")
    except LookupError:
        return _bytes(part).decode("utf-8", "replace")
