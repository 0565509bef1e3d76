"""Whole calendars: the one that travels with a mail, and the one to subscribe to."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import icalendar as ical

from mailer.calendar import zones
from mailer.calendar.entries import entry
from mailer.calendar.values import text, uri
from mailer.calendar.wording import flowing
from mailer.core.errors import Refused
from mailer.core.text import in_language, one_line
from mailer.core.types import Locale
from mailer.series import Event, Material, MaterialKind, Series

PRODUCT = "-//Zeitnah//Zeitnah//DE"

REFRESH_AFTER = timedelta(hours=12)
"""How often subscribers' programs should look again: often enough for "moved to tomorrow" the evening before."""

CANCELLED_SHOWN = timedelta(days=30)
"""How long a feed says that an event was cancelled; programs that never saw it need no more."""


class Method(enum.StrEnum):
    """What a calendar asks of who gets it (RFC 5546 section 1.4); the same word must stand in its MIME type."""

    PUBLISH = "PUBLISH"  # here is an event; nobody is asked to answer
    REQUEST = "REQUEST"  # this person takes part, and is its only ATTENDEE
    CANCEL = "CANCEL"  # it does not take place, or this person takes no part any more


class NoDate(Refused):
    """The event has no fixed date: whatever a calendar said of it would be made up."""

    code = "no_date"


def invitation(
    event: Event,
    series: Series,
    *,
    language: Locale,
    page_url: str,
    method: Method = Method.PUBLISH,
    with_join_url: bool = True,
) -> bytes:
    """The calendar for one event, as it goes into a mail or behind "add to my calendar".

    The same event gives the same bytes. Its MIME type is
    ``text/calendar; method=PUBLISH; charset=UTF-8``, with the method that was asked for.
    Nobody is invited by name (no ATTENDEE), and no alarm is set in other people's calendars.

    Raises NoDate; a CANCEL needs a start only.

    Source: RFC 5546 sections 3.2.1 and 3.2.5, RFC 6047 section 2.4.
    """
    if not (event.is_dated or (method is Method.CANCEL and event.starts_at)):
        raise NoDate(event=event.slug)
    calendar = bare_calendar([event], series, fallback=event.changed_at)
    calendar.add("METHOD", method.value)
    calendar.add_component(
        entry(
            event,
            series,
            language=language,
            page_url=page_url,
            cancelled=method is Method.CANCEL,
            join_url=event.join_url if with_join_url else "",
        )
    )
    return bytes(calendar.to_ical())


def feed(
    series: Series,
    events: Iterable[Event],
    *,
    language: Locale,
    page_url_of: Callable[[Event], str],
    feed_url: str,
    now: datetime,
) -> bytes:
    """The calendar of a series to subscribe to: every event with a fixed date, past ones with their recording.

    Cancelled events stay for CANCELLED_SHOWN, so that they vanish from calendars visibly. The
    join link is left out unless the event says that it is public. It has no METHOD: nothing is sent.

    Source: RFC 7986 section 5 for what describes the calendar itself.
    """
    shown = sorted((e for e in events if _belongs(e, now)), key=lambda e: (e.starts_at or now, e.uid))
    calendar = bare_calendar(shown, series, fallback=now)
    _describe(calendar, series, language=language, feed_url=feed_url)
    for event in shown:
        calendar.add_component(
            entry(
                event,
                series,
                language=language,
                page_url=page_url_of(event),
                cancelled=event.is_cancelled,
                join_url=event.join_url if event.join_url_public else "",
                recordings=_recordings(event, now),
            )
        )
    return bytes(calendar.to_ical())


def _belongs(event: Event, now: datetime) -> bool:
    if event.is_cancelled:
        since = event.cancelled_at or event.changed_at
        return event.starts_at is not None and now - since <= CANCELLED_SHOWN
    return event.is_dated


def _recordings(event: Event, now: datetime) -> list[Material]:
    """What may be watched: nothing before the documentation is published."""
    if event.documented_at is not None and now < event.documented_at:
        return []
    return [
        material for material in event.materials if material.kind is MaterialKind.RECORDING and material.url
    ]


def bare_calendar(events: Sequence[Event], series: Series, *, fallback: datetime) -> ical.Calendar:
    """An empty calendar that knows the series' zone in every year its events fall into.

    Without events it is the year of ``fallback``: a calendar must not be empty (RFC 5545 section 3.6).
    """
    moments = [moment for event in events for moment in (event.starts_at, event.ends_at) if moment]
    years = [moment.astimezone(series.zone).year for moment in moments or [fallback]]
    calendar = ical.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add_component(zones.timezone(series.timezone, min(years), max(years)))
    return calendar


def _describe(calendar: ical.Calendar, series: Series, *, language: Locale, feed_url: str) -> None:
    """Say what the feed is, in the words of RFC 7986 and in those programs understood before it."""
    title = text(one_line(in_language(series.title, language, series.languages)))
    about = text(flowing(in_language(series.about, language, series.languages)))
    calendar.add("NAME", title)
    calendar.add("X-WR-CALNAME", title)
    if about:
        calendar.add("DESCRIPTION", about)
        calendar.add("X-WR-CALDESC", about)
    calendar.add("SOURCE", uri(feed_url), {"VALUE": "URI"})
    calendar.add("REFRESH-INTERVAL", ical.vDuration(REFRESH_AFTER), {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", ical.vDuration(REFRESH_AFTER))
