"""What a series file says, once it is understood. Equal files are equal values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mailer.core.types import EmailAddress, Form, Locale, Words
from mailer.outcomes import Condition
from mailer.reminders import Anchor, Audience, RuleKind
from mailer.series import EventFormat, EventState, Funder, MaterialKind, Question

CLOSING_DAYS = 14
RETENTION_DAYS = 30
TIMEZONE = "Europe/Berlin"


@dataclass(frozen=True)
class RuleEntry:
    """A reminder rule; two with the same words are the same rule."""

    kind: RuleKind
    anchor: Anchor
    offset: str
    at: str = ""
    audience: Audience = Audience.SUBSCRIBERS
    attendance: str = ""


DEFAULT_RULES = (
    RuleEntry(RuleKind.INFO, Anchor.BEFORE, "P14D", "09:00"),
    RuleEntry(RuleKind.REMINDER, Anchor.BEFORE, "P1D", "09:00"),
    RuleEntry(RuleKind.REMINDER, Anchor.BEFORE, "PT2H", audience=Audience.REGISTERED),
)


@dataclass(frozen=True)
class SpeakerEntry:
    name: str
    organisation: str
    job: Words
    role: Words
    topic: Words
    statement: Words
    quote: Words
    picture: str
    picture_text: Words
    absent: bool


@dataclass(frozen=True)
class MaterialEntry:
    kind: MaterialKind
    title: Words
    credit: str
    url: str
    file: str


@dataclass(frozen=True)
class EventEntry:
    """An event. Either ``starts_at`` and ``ends_at`` are there, or ``month``."""

    slug: str
    title: Words
    starts_at: datetime | None
    ends_at: datetime | None
    month: str | None
    format: EventFormat
    place: str
    arrival: Words
    join_url: str
    join_url_public: bool
    registration_url: str
    capacity: int | None
    state: EventState
    announcement: Words
    plain_language: Words
    account: Words
    guiding_question: Words
    documented_at: datetime | None
    draft: bool = False
    speakers: tuple[SpeakerEntry, ...] = ()
    materials: tuple[MaterialEntry, ...] = ()
    conditions: tuple[Condition, ...] = ()
    questions: tuple[Question, ...] = ()
    """What those who register are asked."""
    rules: tuple[RuleEntry, ...] | None = None
    """None when the series' rules count; empty when there are to be no reminders."""


@dataclass(frozen=True)
class SeriesFile:
    slug: str
    title: Words
    languages: list[Locale]
    timezone: str
    sender_name: str
    sender_address: EmailAddress
    reply_to: EmailAddress | None
    about: Words
    imprint: Words
    privacy: Words
    funding: Words
    form_of_address: Form
    closes_on: date | None
    closing_days: int
    retention_days: int
    rules: tuple[RuleEntry, ...]
    events: tuple[EventEntry, ...]
    draft: bool = False
    second_release: bool = False
    quiet_minutes: int | None = None
    """None when the house's setting counts."""
    colour: str = ""
    logo: str = ""
    funders: tuple[Funder, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
