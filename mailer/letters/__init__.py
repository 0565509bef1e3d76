"""How a mail reads: one kind is one folder under templates/email."""

from mailer.letters.addresses import (
    access_url,
    confirm_url,
    desk_url,
    event_url,
    invitation_url,
    manage_url,
    series_url,
    sign_in_url,
    unsubscribe_mailto,
    unsubscribe_url,
)
from mailer.letters.cleaning import plain_line
from mailer.letters.distance import in_words, nearness
from mailer.letters.envelopes import Envelope, MailingList, build
from mailer.letters.facts import View
from mailer.letters.orders import BARE, Letter, LetterKind, Missed, Order, Recipient
from mailer.letters.placeholders import (
    OF_A_DIALOGUE,
    NoNameInSubject,
    NothingToFillIn,
    Placeholder,
    UnknownPlaceholder,
    check_placeholders,
    fillings,
)
from mailer.letters.skeletons import (
    END_OF_DATA,
    LEAVE_SLOT,
    MANAGE_SLOT,
    MESSAGE_ID_SLOT,
    SAFE_IN_ADDRESS,
    Personal,
    Skeleton,
    compiled_for_all,
    slotted,
    stuffed,
    unstuffed,
)
from mailer.letters.writing import LONGEST_SUBJECT, write

__all__ = [
    "BARE",
    "END_OF_DATA",
    "LEAVE_SLOT",
    "LONGEST_SUBJECT",
    "MANAGE_SLOT",
    "MESSAGE_ID_SLOT",
    "OF_A_DIALOGUE",
    "SAFE_IN_ADDRESS",
    "Envelope",
    "Letter",
    "LetterKind",
    "MailingList",
    "Missed",
    "NoNameInSubject",
    "NothingToFillIn",
    "Order",
    "Personal",
    "Placeholder",
    "Recipient",
    "Skeleton",
    "UnknownPlaceholder",
    "View",
    "access_url",
    "build",
    "check_placeholders",
    "compiled_for_all",
    "confirm_url",
    "desk_url",
    "event_url",
    "fillings",
    "in_words",
    "invitation_url",
    "manage_url",
    "nearness",
    "plain_line",
    "series_url",
    "sign_in_url",
    "slotted",
    "stuffed",
    "unstuffed",
    "unsubscribe_mailto",
    "unsubscribe_url",
    "write",
]
