"""A row of events under one title, and what is known of each."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NewType
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.core.clock import at_local, local_day, month_bounds
from mailer.core.db import Base
from mailer.core.types import EmailAddress, Form, Locale, Words
from mailer.series.funders import Funder
from mailer.series.questions import Question

SeriesId = NewType("SeriesId", int)
EventId = NewType("EventId", int)


class Series(Base):
    """A row of events under one title, with a time zone and languages."""

    __tablename__ = "series"

    id: Mapped[SeriesId] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Words]
    languages: Mapped[list[str]]
    """Locales, at least one; the first is the default and the fallback."""
    timezone: Mapped[str] = mapped_column(String(64))
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    sender_address: Mapped[EmailAddress] = mapped_column(String(254))
    reply_to: Mapped[EmailAddress | None] = mapped_column(String(254))
    """Absent when answers go to the sender."""
    about: Mapped[Words]
    imprint: Mapped[Words]
    privacy: Mapped[Words]
    funding: Mapped[Words]
    colour: Mapped[str] = mapped_column(String(7), default="")
    """Of its pages and mails, ``#8a1c5c``; empty for ours."""
    logo: Mapped[str] = mapped_column(String(300), default="")
    """The name of a file, as a speaker's picture has one."""
    funded_by: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Who pays for it, as `Funder.as_json`; read it as ``funders``."""
    form_of_address: Mapped[Form] = mapped_column(String(4), default="sie")
    closes_on: Mapped[date | None]
    """Absent when the end follows from the last event and ``closing_days``."""
    closing_days: Mapped[int] = mapped_column(default=14)
    retention_days: Mapped[int] = mapped_column(default=30)
    second_release: Mapped[bool] = mapped_column(default=False)
    """Whether a message only leaves when somebody else than its author lets it go."""
    quiet_minutes: Mapped[int | None]
    """How long changes of its events are gathered before guests are told; absent when the house's setting counts."""
    list_id: Mapped[str] = mapped_column(String(120))
    """The label of the List-Id; frozen at creation, for it must not change with a title (RFC 2919 section 3)."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When its subscriptions were last ended; absent before."""
    erased_at: Mapped[datetime | None]
    """When personal data was erased after that end; absent before."""
    forgotten: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How many erased subscriptions stood in which state, such as ``{"ended": 214}``: what remains of them."""

    draft: Mapped[bool] = mapped_column(default=False)
    """Whether only the desk knows it: it is on no page and writes no mail."""
    edition: Mapped[int] = mapped_column(default=0)
    """Counts edits at the desk, so that of two at once neither is lost unseen."""

    all_events: Mapped[list[Event]] = relationship(back_populates="series", order_by="Event.position")
    """Drafts among them."""

    @property
    def events(self) -> list[Event]:
        """The events the world knows of, in the organisers' order."""
        return [event for event in self.all_events if not event.draft]

    @property
    def funders(self) -> tuple[Funder, ...]:
        """Who pays for it, in the organisers' order."""
        return tuple(Funder(**stored) for stored in self.funded_by)

    @funders.setter
    def funders(self, funders: Sequence[Funder]) -> None:
        self.funded_by = [funder.as_json() for funder in funders]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def spoken(self, language: Locale) -> Locale:
        """The language somebody is written to in: her own, where the series speaks it."""
        return language if language in self.languages else self.default_language

    @property
    def default_language(self) -> Locale:
        return "en" if self.languages[0] == "en" else "de"


class EventFormat(enum.StrEnum):
    ONLINE = "online"
    ON_SITE = "on_site"
    HYBRID = "hybrid"


class EventState(enum.StrEnum):
    ANNOUNCED = "announced"  # only the month is known
    PROVISIONAL = "provisional"  # there is a date, but it may still change: no reminder, no calendar entry
    FIXED = "fixed"  # the date stands: reminders go out
    CANCELLED = "cancelled"  # does not take place


def _as_created(column: str, otherwise: object = None) -> Callable[[DefaultExecutionContext], Any]:
    """A default that is what another column of the same new row holds: who creates an event need not say it twice."""

    def value(context: DefaultExecutionContext) -> Any:
        return context.get_current_parameters().get(column, otherwise)  # type: ignore[no-untyped-call]

    return value


class Event(Base):
    """One meeting; its title is a question. It may have only a month."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("series_id", "slug"),
        Index("ix_event_series_id_position", "series_id", "position"),
    )

    id: Mapped[EventId] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    title: Mapped[Words]
    starts_at: Mapped[datetime | None]
    """Absent while only the month is known; then ``ends_at`` is absent too and ``month`` is there."""
    ends_at: Mapped[datetime | None]
    month: Mapped[str | None] = mapped_column(String(7))
    """``2023-08``; absent when there is a date."""
    format: Mapped[EventFormat]
    place: Mapped[str] = mapped_column(String(300), default="")
    arrival: Mapped[Words] = mapped_column(default=dict)
    """How one gets there, for who comes on site; Markdown."""
    join_url: Mapped[str] = mapped_column(String(2000), default="")
    join_url_public: Mapped[bool] = mapped_column(default=False)
    registration_url: Mapped[str] = mapped_column(String(2000), default="")
    capacity: Mapped[int | None]
    """Seats on site; absent when nobody counts them."""
    asked: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What those who register are asked, as `Question.as_json`; read it as ``questions``."""
    state: Mapped[EventState]
    announcement: Mapped[Words]
    plain_language: Mapped[Words] = mapped_column(default=dict)
    """What it is about in easy words (Leichte Sprache), for languages in which somebody wrote it."""
    account: Mapped[Words]
    guiding_question: Mapped[Words]
    documented_at: Mapped[datetime | None]
    """When its documentation is published; absent while nobody plans it."""
    own_rules: Mapped[bool] = mapped_column(default=False)
    """Whether its own reminder rules, perhaps none, stand instead of the series'."""
    uid: Mapped[str] = mapped_column(String(200))
    """The iCalendar UID: made once, the same in mail, feed and page for ever."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts changes of start, end, format, place and state: the iCalendar SEQUENCE (RFC 5545 section 3.8.7.4)."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    """When anything of it last changed: iCalendar's DTSTAMP and LAST-MODIFIED."""
    redated_at: Mapped[datetime | None]
    """When its date was set or moved after its creation, so that mails due before leave at once; absent until then."""
    revised_at: Mapped[datetime | None]
    """When ``revision`` last rose; absent until then."""
    cancelled_at: Mapped[datetime | None]
    """When it was cancelled; absent while it takes place."""
    announced_revision: Mapped[int] = mapped_column(default=_as_created("revision", 0))
    """The last revision that its guests were told, or need not be told. What follows is how it stood then."""
    announced_state: Mapped[EventState] = mapped_column(default=_as_created("state"))
    announced_starts_at: Mapped[datetime | None] = mapped_column(default=_as_created("starts_at"))
    announced_ends_at: Mapped[datetime | None] = mapped_column(default=_as_created("ends_at"))
    announced_month: Mapped[str | None] = mapped_column(String(7), default=_as_created("month"))
    announced_format: Mapped[EventFormat] = mapped_column(default=_as_created("format"))
    announced_place: Mapped[str] = mapped_column(String(300), default=_as_created("place", ""))

    draft: Mapped[bool] = mapped_column(default=False)
    """Whether only the desk knows it: on no page, in no feed, without mails, and no reason for the series to go on."""
    edition: Mapped[int] = mapped_column(default=0)
    """Counts edits, so that of two people who edit at once neither is lost unseen."""

    series: Mapped[Series] = relationship(back_populates="all_events")
    speakers: Mapped[list[Speaker]] = relationship(
        back_populates="event", order_by="Speaker.position", cascade="all, delete-orphan"
    )
    materials: Mapped[list[Material]] = relationship(
        back_populates="event", order_by="Material.position", cascade="all, delete-orphan"
    )

    @property
    def questions(self) -> tuple[Question, ...]:
        """What those who register for it are asked."""
        return tuple(Question.from_json(stored) for stored in self.asked)

    @questions.setter
    def questions(self, questions: Sequence[Question]) -> None:
        self.asked = [question.as_json() for question in questions]

    @property
    def is_dated(self) -> bool:
        """Whether guests may be reminded of it and put it into a calendar."""
        return self.state is EventState.FIXED and self.starts_at is not None

    @property
    def is_cancelled(self) -> bool:
        return self.state is EventState.CANCELLED

    def last_day(self, zone: ZoneInfo) -> date:
        """The local day it ends on; for one with only a month, the last of that month."""
        if self.ends_at is not None:
            return local_day(self.ends_at, zone)
        return month_bounds(self.month or "1970-01")[1]

    def over_at(self, zone: ZoneInfo) -> datetime:
        """The instant it is over; for one with only a month, the midnight after that month's last day."""
        if self.ends_at is not None:
            return self.ends_at
        return at_local(self.last_day(zone) + timedelta(days=1), time(0), zone)


class Speaker(Base):
    """A person on stage at one event: the name, and what she speaks about."""

    __tablename__ = "speaker"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[EventId] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(300), default="")
    job: Mapped[Words]
    """What the file calls ``position``: her post at that organisation."""
    role: Mapped[Words]
    topic: Mapped[Words]
    statement: Mapped[Words]
    quote: Mapped[Words]
    picture: Mapped[str] = mapped_column(String(300), default="")
    """The name of a file; whether the house has it, `media` knows."""
    picture_text: Mapped[Words] = mapped_column(default=dict)
    """What is to be seen on it, for who cannot see it."""
    absent: Mapped[bool] = mapped_column(default=False)

    event: Mapped[Event] = relationship(back_populates="speakers")


class MaterialKind(enum.StrEnum):
    RECORDING = "recording"
    PRESENTATION = "presentation"
    LINK = "link"
    ADDENDUM = "addendum"  # "Nachgeholt": somebody who was absent was talked to later


class Material(Base):
    """What remains of an event: a recording, a presentation, a link, an addendum."""

    __tablename__ = "material"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[EventId] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[MaterialKind]
    title: Mapped[Words]
    credit: Mapped[str] = mapped_column(String(500), default="")
    url: Mapped[str] = mapped_column(String(2000), default="")
    file: Mapped[str] = mapped_column(String(300), default="")

    event: Mapped[Event] = relationship(back_populates="materials")
