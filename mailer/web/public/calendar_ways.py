"""The ways a dialogue gets into somebody's calendar, all of them plain links: nothing is loaded from anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from mailer.core.text import one_line
from mailer.series import Event, EventFormat, Series
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.public.facts import CalendarWay
from mailer.web.public.telling import public_url, tell_calendar_url, tell_where, words

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
MAP = "https://www.openstreetmap.org/search"

WITHOUT_END = timedelta(hours=1)
"""How long an entry is made for a dialogue of which nobody said when it ends."""


def tell_calendar_ways(found: Series, event: Event) -> tuple[CalendarWay, ...]:
    """The file first, for every program takes that; nothing without a fixed date."""
    if not event.is_dated or event.starts_at is None:
        return ()
    start, end = event.starts_at, event.ends_at or event.starts_at + WITHOUT_END
    page = public_url("series_pages.show_event", slug=found.slug, event_slug=event.slug)
    file = public_url(
        "calendars.entry", slug=found.slug, event_slug=event.slug, lang=languages.locale()
    ).partition(":")[2]
    where = event.join_url if event.join_url_public and event.join_url else _place(event)
    return (
        CalendarWay(_("As a file (.ics)"), tell_calendar_url(found, event), leaves=False),
        CalendarWay(_("Apple Calendar"), f"webcal:{file}", leaves=False),
        CalendarWay(_("Google Calendar"), _google(found, event, start, end, page, where), leaves=True),
        CalendarWay(_("Outlook on the web"), _outlook(found, event, start, end, page, where), leaves=True),
    )


def tell_map_url(event: Event) -> str:
    """Where a map shows the place; empty where nobody needs to travel, or nobody knows where to."""
    if event.format is EventFormat.ONLINE or not event.place.strip():
        return ""
    return _address(MAP, query=one_line(event.place))


def _place(event: Event) -> str:
    return one_line(event.place) or tell_where(event)


def _google(found: Series, event: Event, start: datetime, end: datetime, page: str, where: str) -> str:
    return _address(
        GOOGLE,
        action="TEMPLATE",
        text=one_line(words(found, event.title)),
        dates=f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}/{end.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        location=where,
        details=page,
    )


def _outlook(found: Series, event: Event, start: datetime, end: datetime, page: str, where: str) -> str:
    return _address(
        OUTLOOK,
        path="/calendar/action/compose",
        rru="addevent",
        subject=one_line(words(found, event.title)),
        startdt=f"{start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        enddt=f"{end.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        location=where,
        body=page,
    )


def _address(base: str, **facts: str) -> str:
    """With %20 for spaces: not every one of them understands a plus."""
    return f"{base}?{urlencode(facts, quote_via=quote, errors='replace')}"
