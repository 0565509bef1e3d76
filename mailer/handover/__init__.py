"""A whole series as one file to hand on: its text, its figures, its pages to read without us; and back in again."""

from mailer.handover.bringing import BundleTooLarge, Incoming, NotABundle, bring_in, read_incoming
from mailer.handover.gathering import Bundle, Member, gather
from mailer.handover.packing import pack
from mailer.handover.pages import PageNotWritten

__all__ = [
    "Bundle",
    "BundleTooLarge",
    "Incoming",
    "Member",
    "NotABundle",
    "PageNotWritten",
    "bring_in",
    "gather",
    "pack",
    "read_incoming",
]
