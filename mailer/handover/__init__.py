"""A whole series as one file to hand on: its text, its figures, and its pages to read without us."""

from mailer.handover.gathering import Bundle, Member, gather
from mailer.handover.packing import pack
from mailer.handover.pages import PageNotWritten

__all__ = ["Bundle", "Member", "PageNotWritten", "gather", "pack"]
