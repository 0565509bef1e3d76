"""What a template may say of a series and its events, ready to be inserted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.core.i18n import Translator
from mailer.core.text import in_language
from mailer.core.types import Words
from mailer.letters import distance
from mailer.letters.addresses import event_url, series_url
from mailer.letters.cleaning import plain_line
from mailer.letters.distance import Nearness
from mailer.series import Event, EventFormat, EventState, Material, MaterialKind, Series, Speaker, closes_at


@dataclass(frozen=True)
class View:
    """Through whose eyes and when: the language, the series' zone and addresses, the instant of writing."""

    speak: Translator
    series: Series
    base_url: str
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return self.series.zone

    def words(self, words: Words) -> str:
        return in_language(words, self.speak.locale, self.series.languages)

    def line(self, words: Words) -> str:
        return plain_line(self.words(words))


@dataclass(frozen=True)
class SeriesFacts:
    title: str
    url: str
    sender: str
    """Who signs the letter: the sender's name, else the title."""
    imprint: str
    """Markdown; empty when there is none."""
    ends_on: str
    """The day the mails end by themselves; empty while nobody can say."""
    erased_on: str
    """The day personal data is erased; empty while nobody can say."""


@dataclass(frozen=True)
class SpeakerFacts:
    name: str
    role: str
    post: str
    """Job and organisation, as far as known."""
    topic: str


@dataclass(frozen=True)
class MaterialFacts:
    title: str
    credit: str
    url: str
    """Empty for what is to be found on the event's page."""
    is_addendum: bool


@dataclass(frozen=True)
class EventFacts:
    title: str
    page_url: str
    headline: str
    """How near it is, to open a subject: ``Tomorrow at 17:00``."""
    predicate: str
    """What it does, within a sentence: ``begins tomorrow at 17:00``."""
    when: str
    """Weekday, date, hours and zone; or the month."""
    day: str
    """Its date without hours, for lists; or the month."""
    where: str
    """Empty for one that is only online: then the join link says where."""
    arrival: str
    """How to get there, in Markdown; empty once the event is over, and for one that is only online."""
    join_url: str
    """Empty once the event is over, as is ``registration_url``."""
    registration_url: str
    is_undated: bool
    is_near: bool
    """Whether ``predicate`` tells more than ``when``: within days, or running."""
    announcement: str
    """Markdown, as is ``account``."""
    account: str
    guiding_question: str
    speakers: tuple[SpeakerFacts, ...]
    """Without those who will be absent."""
    materials: tuple[MaterialFacts, ...]


def of_series(view: View) -> SeriesFacts:
    series, zone, locale = view.series, view.zone, view.speak.locale
    end = closes_at(series)
    last = series.ended_at or end
    title = view.line(series.title)
    return SeriesFacts(
        title=title,
        url=series_url(view.base_url, series),
        sender=plain_line(series.sender_name) or title,
        imprint=view.words(series.imprint),
        ends_on=i18n.day(local_day(end, zone), locale) if end else "",
        erased_on=(
            i18n.day(local_day(last, zone) + timedelta(days=series.retention_days), locale) if last else ""
        ),
    )


def of_event(view: View, event: Event) -> EventFacts:
    ahead = not event.is_cancelled and view.now < event.over_at(view.zone)
    return EventFacts(
        title=view.line(event.title),
        page_url=event_url(view.base_url, view.series, event),
        headline=_headline(view, event),
        predicate=_predicate(view, event),
        when=_when(view, event),
        day=_day(view, event),
        where=_where(view, event),
        arrival=view.words(event.arrival) if ahead and event.format is not EventFormat.ONLINE else "",
        join_url=web_address(event.join_url) if ahead else "",
        registration_url=web_address(event.registration_url) if ahead else "",
        is_undated=event.starts_at is None,
        is_near=_is_near(view, event),
        announcement=view.words(event.announcement),
        account=view.words(event.account),
        guiding_question=view.line(event.guiding_question),
        speakers=tuple(_speaker(view, speaker) for speaker in event.speakers if not speaker.absent),
        materials=tuple(_materials(view, event.materials)),
    )


def _headline(view: View, event: Event) -> str:
    _ = view.speak.gettext
    if event.is_cancelled:
        return _("Cancelled")
    if event.starts_at is None:
        return _("In %(month)s") % {"month": _day(view, event)}
    if event.state is not EventState.FIXED:
        return _("Planned for %(day)s") % {"day": _day(view, event)}
    return distance.headline(event.starts_at, event.ends_at, zone=view.zone, now=view.now, speak=view.speak)


def _predicate(view: View, event: Event) -> str:
    _ = view.speak.gettext
    if event.is_cancelled:
        return _("does not take place")
    if event.starts_at is None:
        return _("is planned for %(month)s; the day is not fixed yet") % {"month": _day(view, event)}
    if event.state is not EventState.FIXED:
        return _("is planned for %(day)s; the date may still change") % {"day": _day(view, event)}
    return distance.predicate(event.starts_at, event.ends_at, zone=view.zone, now=view.now, speak=view.speak)


def _is_near(view: View, event: Event) -> bool:
    if not event.is_dated or event.starts_at is None:
        return False
    near = distance.nearness(event.starts_at, event.ends_at, zone=view.zone, now=view.now)
    return near not in (Nearness.FAR, Nearness.OVER)


def _when(view: View, event: Event) -> str:
    _ = view.speak.gettext
    if event.starts_at is None:
        return _("%(month)s, the day is not fixed yet") % {"month": _day(view, event)}
    when = span(view, event.starts_at, event.ends_at or event.starts_at)
    if event.is_cancelled:
        return _("does not take place (planned was: %(when)s)") % {"when": when}
    if event.state is not EventState.FIXED:
        return _("%(when)s; the date may still change") % {"when": when}
    return when


def span(view: View, start: datetime, end: datetime) -> str:
    """``Thursday, 26 January 2023, 17:00–18:30 (CET)``; with both days when it lasts longer than one."""
    zone, locale = view.zone, view.speak.locale
    names = dict.fromkeys(i18n.zone_name(moment, zone, locale) for moment in (start, end))
    clock = "/".join(names)  # two names when the clocks change while it lasts
    day = i18n.long_day(start, zone, locale)
    if start == end:
        return f"{day}, {i18n.hour(start, zone, locale)} ({clock})"
    if end - start < timedelta(days=1):
        return f"{day}, {i18n.hours(start, end, zone, locale)} ({clock})"
    until = f"{i18n.long_day(end, zone, locale)}, {i18n.hour(end, zone, locale)}"
    return f"{day}, {i18n.hour(start, zone, locale)} – {until} ({clock})"


def _day(view: View, event: Event) -> str:
    if event.starts_at is None:
        return i18n.month_name(event.month or "1970-01", view.speak.locale)
    return i18n.day(local_day(event.starts_at, view.zone), view.speak.locale)


def _where(view: View, event: Event) -> str:
    if event.format is EventFormat.ONLINE and event.join_url and view.now < event.over_at(view.zone):
        return ""
    return place_words(view, event.format, event.place)


def place_words(view: View, event_format: EventFormat, where: str) -> str:
    """The place in words: ``online``, ``CityCube Berlin, or online``."""
    _ = view.speak.gettext
    place = plain_line(where)
    match event_format:
        case EventFormat.ONLINE:
            return _("online")
        case EventFormat.HYBRID:
            return _("%(place)s, or online") % {"place": place or _("on site")}
        case EventFormat.ON_SITE:
            return place or _("on site")


def _speaker(view: View, speaker: Speaker) -> SpeakerFacts:
    post = [view.line(speaker.job), plain_line(speaker.organisation)]
    return SpeakerFacts(
        name=plain_line(speaker.name),
        role=view.line(speaker.role),
        post=", ".join(part for part in post if part),
        topic=view.line(speaker.topic),
    )


def _materials(view: View, materials: Iterable[Material]) -> Iterable[MaterialFacts]:
    _ = view.speak.gettext
    names = {
        MaterialKind.RECORDING: _("Recording"),
        MaterialKind.PRESENTATION: _("Presentation"),
        MaterialKind.LINK: _("Link"),
        MaterialKind.ADDENDUM: _("Conversation"),
    }
    for material in materials:
        yield MaterialFacts(
            title=view.line(material.title) or names[material.kind],
            credit=plain_line(material.credit),
            url=web_address(material.url),
            is_addendum=material.kind is MaterialKind.ADDENDUM,
        )


def web_address(text: str) -> str:
    """The address, if a mail program may open it; nothing that runs or reads a file."""
    address = plain_line(text)
    return address if address.lower().startswith(("https://", "http://")) else ""
