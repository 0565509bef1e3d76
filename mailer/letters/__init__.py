"""How a mail reads: one kind is one folder under templates/email."""

from mailer.letters.addresses import (
    access_url,
    confirm_url,
    desk_url,
    event_url,
    manage_url,
    series_url,
    sign_in_url,
    unsubscribe_mailto,
    unsubscribe_url,
)
from mailer.letters.envelopes import Envelope, MailingList, build
from mailer.letters.orders import BARE, Letter, LetterKind, Missed, Order, Recipient
from mailer.letters.writing import write

__all__ = [
    "BARE",
    "Envelope",
    "Letter",
    "LetterKind",
    "MailingList",
    "Missed",
    "Order",
    "Recipient",
    "access_url",
    "build",
    "confirm_url",
    "desk_url",
    "event_url",
    "manage_url",
    "series_url",
    "sign_in_url",
    "unsubscribe_mailto",
    "unsubscribe_url",
    "write",
]
