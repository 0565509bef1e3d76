"""Reports written for people: qmail's, and Exim's of old, which know nothing of RFC 3464."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from mailer.delivery import Reply
from mailer.returns.fields import address_in, text_of
from mailer.returns.judging import Fate, reply_of

QMAIL = "this is the qmail-send program at"
"""How qmail introduces itself, whoever has translated the rest (QSBMF)."""

_COPY = re.compile(r"^-{2,}.{0,80}\bcopy of\b.{0,80}$", re.IGNORECASE | re.MULTILINE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_QMAIL_HEAD = re.compile(r"<([^<>\s]+@[^<>\s]+)>:\n")
_SERVER_SAID = re.compile(r"(?<![\w.])[45][0-5]\d[ -](?=\S)")
_STATUS = re.compile(r"[45]\.\d{1,3}\.\d{1,3}")


def told_by_qmail(text: str) -> bool:
    return QMAIL in text[:400].casefold()


def told_by_exim(message: Message) -> bool:
    """Exim names whom it could not reach in a field of its own; where it only says that it takes longer, it does not."""
    return bool(text_of(message, "X-Failed-Recipients"))


def fates_of_qmail(text: str) -> Iterator[Fate]:
    """A paragraph each: ``<address>:`` and why."""
    for paragraph in _PARAGRAPH.split(before_copy(text)):
        head = _QMAIL_HEAD.match(paragraph.lstrip("\n"))
        if head:
            said = paragraph.lstrip("\n")[head.end() :]
            yield Fate("failed", _reply_in(said), head[1].casefold())


def fates_of_exim(message: Message, text: str) -> Iterator[Fate]:
    """What the other server said stands behind each address, further in."""
    told = before_copy(text)
    for named in text_of(message, "X-Failed-Recipients").split(","):
        address = address_in(named)
        place = told.casefold().rfind(f" {address}\n")
        if address:
            yield Fate("failed", _reply_in(told[place:] if place >= 0 else told), address)


def before_copy(text: str) -> str:
    """The report without the letter it is about."""
    found = _COPY.search(text)
    return text[: found.start()] if found else text


def copy_in(text: str) -> str:
    """The letter behind the report; empty where there is none."""
    found = _COPY.search(text)
    return text[found.end() :].lstrip("\n") if found else ""


def _reply_in(said: str) -> Reply:
    server = _SERVER_SAID.search(said)
    words = " ".join((said[server.start() :] if server else said).split())[:400]
    status = _STATUS.search(words)
    return reply_of(status[0] if status else "", words)
