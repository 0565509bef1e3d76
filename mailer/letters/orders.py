"""What a letter is made from, and what comes out."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.core.types import EmailAddress, Locale, Words
from mailer.organisers import AccountChange
from mailer.outcomes import FrameworkCondition
from mailer.series import Change, Event, Facts, Series


class LetterKind(enum.StrEnum):
    """What a letter is for. Each has a folder of its own under ``templates/email``."""

    CONFIRM = "confirm"  # please confirm
    WELCOME = "welcome"  # confirmed, with the next dialogue
    ALREADY = "already"  # signed up again, or asked for the link
    ACCESS = "access"  # the fresh link to see or erase what is stored
    INFO = "info"  # what the next dialogue is about
    REMINDER = "reminder"  # shortly before
    CHANGE = "change"  # date fixed, moved, new place, takes place after all
    CANCELLATION = "cancellation"  # does not take place
    DOCUMENTATION = "documentation"  # recording and results are online
    FAREWELL = "farewell"  # the series is over, so are the mails
    MESSAGE = "message"  # organisers' own text
    CONFIRM_SEAT = "confirm_seat"  # please confirm that you want a seat at one dialogue
    REGISTRATION = "registration"  # the seat is taken: with the entry for her calendar
    WAITLIST = "waitlist"  # none is free; she waits for one
    PLACE = "place"  # one became free, and is kept for a while
    WITHDRAWAL = "withdrawal"  # the seat was given back, or taken away
    SIGNIN = "signin"  # to an organiser: the one-time link
    INVITATION = "invitation"  # to somebody who shall organise too: the link to come in by
    NOTICE = "notice"  # to an organiser: what was missed, and why; or what was changed of her account


ABOUT_SEATS = frozenset(
    {
        LetterKind.CONFIRM_SEAT,
        LetterKind.REGISTRATION,
        LetterKind.WAITLIST,
        LetterKind.PLACE,
        LetterKind.WITHDRAWAL,
    }
)
"""Kinds about one person's seat: she asked for it and need not be on any list, so they have no List-* headers either."""

BARE = frozenset(
    {
        LetterKind.CONFIRM,
        LetterKind.CONFIRM_SEAT,
        LetterKind.ACCESS,
        LetterKind.SIGNIN,
        LetterKind.INVITATION,
    }
)
"""Kinds with no List-* headers and no link but the one they are for, and the imprint."""

NAMELESS = frozenset({LetterKind.CONFIRM, LetterKind.CONFIRM_SEAT})
"""Anybody can fill in a form with a stranger's address: the name given there is not carried to her."""


@dataclass(frozen=True)
class Seat:
    """The seat a letter is about, as it stands."""

    on_site: bool
    """Whether it is on site, or wanted there; else online."""
    has_seat: bool
    is_waiting: bool
    """Whether she waits for a seat on site, perhaps beside one online."""
    seat_url: str
    """Where she sees, changes and gives back her seat."""
    join_url: str
    """Her own way into the video conference; empty on site."""
    number: int
    """How often she gave a seat back; see `mailer.calendar.Guest`."""
    changed_at: datetime


@dataclass(frozen=True)
class Recipient:
    """Everything that differs from person to person. Templates insert it and ask nothing of it but whether there is a name."""

    address: EmailAddress
    name: str = ""
    unsubscribe_url: str = ""
    """Empty for organisers and in bare letters."""
    manage_url: str = ""
    """Empty for organisers and in bare letters."""


@dataclass(frozen=True)
class Missed:
    """A mailing that did not go out, for the notice to organisers."""

    kind: LetterKind
    series_title: str
    event_title: str
    """Empty for what concerns the whole series."""
    due_at: datetime
    zone: ZoneInfo
    reason: str
    """A code such as ``too_late``; one without a sentence is shown as it is."""


@dataclass(frozen=True)
class AccountNews:
    """What was changed of an organiser's own account, for the notice to her."""

    change: AccountChange
    at: datetime


@dataclass(frozen=True)
class Order:
    """One letter to write: its kind, its facts, and whom it is for.

    ``now`` decides how near a dialogue is; the same order gives the same letter.
    """

    kind: LetterKind
    language: Locale
    recipient: Recipient
    base_url: str
    now: datetime
    series: Series | None = None
    """Absent in letters to organisers."""
    event: Event | None = None
    """What the letter is about; a welcome without one speaks of the series' next event."""
    told: Sequence[Event] = ()
    """For a welcome: the events whose info or reminder it stands for, with all that those would say."""
    link: str = ""
    """Where the button of a bare letter leads."""
    valid_until: datetime | None = None
    """Until when that link counts."""
    subject: Words = field(default_factory=dict)
    body: Words = field(default_factory=dict)
    """Of a message: the organisers' words, the body in Markdown."""
    with_calendar: bool = False
    """For a message: whether its event's calendar entry goes along. Info, reminder and welcome always carry it."""
    conditions: Sequence[FrameworkCondition] = ()
    """For a documentation: the event's framework conditions."""
    missed: Sequence[Missed] = ()
    """For a notice of mailings that were missed."""
    account: AccountNews | None = None
    """For a notice about the reader's own account."""
    change: Change | None = None
    """For a change or a cancellation: what it says."""
    before: Facts | None = None
    """For a change or a cancellation: how its readers knew the event until now."""
    seat: Seat | None = None
    """For the kinds about a seat."""
    test: bool = False
    """Whether it is a test copy: it says so, and only its recipient gets it."""


@dataclass(frozen=True)
class Letter:
    """A written letter: all that somebody reads, nothing about its way."""

    kind: LetterKind
    language: Locale
    subject: str
    text: str
    html: str
    calendar: bytes | None = None
    """One event as iCalendar; absent when the event has no fixed date or the kind carries none."""
    calendar_method: str = ""
    """The METHOD inside ``calendar``; empty without one."""
    filename: str = ""
    """What the attached calendar is called, such as ``boden.ics``; empty without one."""
