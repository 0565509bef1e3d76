"""Reports that machines write for machines: RFC 3464, and its younger sister for other alphabets, RFC 6533."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from mailer.returns.fields import address_in, blocks_of, text_of
from mailer.returns.judging import Fate, reply_of

STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")


def fates_in(part: Message) -> Iterator[Fate]:
    """What became of the letter, address by address."""
    for block in blocks_of(part):
        action = text_of(block, "Action").lower().partition(" ")[0]
        if not action:
            continue  # the first group is about the whole message
        yield Fate(
            action,
            reply_of(text_of(block, "Status"), text_of(block, "Diagnostic-Code")),
            address_in(text_of(block, "Final-Recipient") or text_of(block, "Original-Recipient")),
        )


def envelope_id_in(part: Message) -> str:
    """The envelope id of the letter, as we gave it where the relay took one (RFC 3461); else empty."""
    for block in blocks_of(part):
        if given := text_of(block, "Original-Envelope-Id"):
            return given
    return ""
