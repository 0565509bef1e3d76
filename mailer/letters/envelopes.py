"""From a letter to the message on the wire: header fields, parts, encodings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from mailer.core.types import EmailAddress
from mailer.letters import headers
from mailer.letters.headers import field
from mailer.letters.orders import ABOUT_SEATS, BARE, NAMELESS, Letter, Recipient

_WIRE = SMTP.clone(cte_type="7bit", max_line_length=headers.LINE)


@dataclass(frozen=True)
class MailingList:
    """What the List-* fields say of a series (RFC 2369, RFC 2919, RFC 8058)."""

    identifier: str
    """``label.domain``; it must never change while the series lives."""
    title: str
    help_url: str
    owner: EmailAddress
    one_click: bool
    """Whether the unsubscribe link is https and takes the one-click POST (RFC 8058 section 3.1)."""
    unsubscribe_mailto: str = ""
    """A ``mailto:`` address beside the link; empty without a mailbox for it."""


@dataclass(frozen=True)
class Envelope:
    """Everything about a letter's way that is not read: from whom, to whom, when, under which id.

    Of one mailing, ``to`` and ``message_id`` differ from person to person, nothing else does.
    """

    sender_name: str
    sender_address: EmailAddress
    to: Recipient
    date: datetime
    """The instant the mail was due to leave, aware: a second attempt has the same."""
    message_id: str
    """Without angle brackets: ``7f3a…@example.org``. The same for every attempt."""
    auto_submitted: bool
    """Whether the clock released it, not a person (RFC 3834 section 5)."""
    reply_to: EmailAddress | None = None
    """Absent when answers go to the sender."""
    mailing_list: MailingList | None = None
    """Absent in letters to organisers; bare letters leave it out by themselves."""
    mailing_key: str = ""
    """What the letter shares with all others of its mailing; empty when it stands alone."""


def build(letter: Letter, envelope: Envelope) -> bytes:
    """The message as it goes on the wire: CRLF, ASCII, no line over 78 columns but for long links in fields.

    Nothing in it is random: the same letter in the same envelope gives the same bytes.

    Raises ValueError for an id, address or link that cannot stand in a header field; names,
    titles and subjects are made to fit.

    Source: RFC 5322, RFC 2045 to 2047, RFC 6047 section 2.4.
    """
    return fields_of(letter, envelope).encode("ascii") + content_of(letter, envelope)


def fields_of(letter: Letter, envelope: Envelope) -> str:
    """The header fields that are not about the parts."""
    return "".join(_fields(letter, envelope))


def content_of(letter: Letter, envelope: Envelope) -> bytes:
    """The parts under their own header fields: the same bytes for everybody whom a mailing tells the same."""
    return _content(letter, envelope.mailing_key or envelope.message_id).as_bytes(policy=_WIRE)


def _fields(letter: Letter, envelope: Envelope) -> Iterator[str]:
    shown_name = "" if letter.kind in NAMELESS else envelope.to.name
    sender = envelope.sender_address
    yield field("From", headers.mailbox(envelope.sender_name, sender, name="From"))
    yield field("To", headers.mailbox(shown_name, envelope.to.address, name="To"))
    yield field("Reply-To", envelope.reply_to or sender)
    yield field("Subject", headers.unstructured(letter.subject, name="Subject"))
    yield field("Date", format_datetime(envelope.date))
    yield field("Message-ID", f"<{envelope.message_id}>")
    if envelope.mailing_list is not None and letter.kind not in BARE | ABOUT_SEATS:
        yield from _list_fields(envelope.mailing_list, envelope.to)
    if envelope.auto_submitted:
        yield field("Auto-Submitted", "auto-generated")
    yield field("X-Auto-Response-Suppress", "OOF, AutoReply")
    yield field("Content-Language", letter.language)


def _list_fields(mailing_list: MailingList, to: Recipient) -> Iterator[str]:
    yield field("List-Id", headers.list_id(mailing_list.title, mailing_list.identifier))
    if to.unsubscribe_url:
        leaving = headers.uris(to.unsubscribe_url, mailing_list.unsubscribe_mailto)
        yield field("List-Unsubscribe", leaving)
        if mailing_list.one_click and to.unsubscribe_url.startswith("https://"):
            yield field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    yield field("List-Help", headers.uris(mailing_list.help_url))
    yield field("List-Owner", headers.uris(f"mailto:{quote(mailing_list.owner, safe='@+')}"))
    yield field("List-Post", "NO")
    yield field("Precedence", "bulk")


def _content(letter: Letter, seed: str) -> EmailMessage:
    """The parts, most faithful last: text, HTML, calendar; and the calendar once more as a file.

    Gmail looks for the calendar among the alternatives, others for the file.
    """
    message = EmailMessage(policy=_WIRE)
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        _add_calendar(message, letter)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(_boundary(seed, number))
    return message


def _add_calendar(message: EmailMessage, letter: Letter) -> None:
    said = {"method": letter.calendar_method, "charset": "UTF-8"}
    message.add_alternative(letter.calendar, "text", "calendar", cte="base64", params=said)
    message.add_attachment(
        letter.calendar, "text", "calendar", cte="base64", params=said, filename=letter.filename
    )


def _boundary(seed: str, number: int) -> str:
    """A boundary that comes from the mailing, not from chance; ``=_`` cannot occur in any encoded part."""
    digest = hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()
    return f"=_{digest[:32]}"
