"""One event as one VEVENT."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar as ical

from mailer.calendar import wording
from mailer.calendar.values import mailbox, text, uri
from mailer.core.i18n import translator
from mailer.core.text import in_language, one_line
from mailer.core.types import Locale
from mailer.series import Event, Material, Series


def entry(
    event: Event,
    series: Series,
    *,
    language: Locale,
    page_url: str,
    cancelled: bool,
    join_url: str,
    on_site: bool = True,
    recordings: Sequence[Material] = (),
) -> ical.Event:
    """The event as a calendar shows it, with ``join_url`` where it is given; ``on_site`` for who perhaps travels there.

    Every instant in it is the event's own, so that nothing but a change changes it.

    Source: RFC 5545 section 3.6.1; RFC 7986 section 5.11 for CONFERENCE.
    """
    words = translator(language, series.form_of_address)
    series_title = one_line(in_language(series.title, language, series.languages))
    shown = ical.Event()
    _identify(shown, event, cancelled=cancelled)
    _date(shown, event, series.zone)
    shown.add("SUMMARY", text(wording.summary(event, series, words, cancelled=cancelled)))
    shown.add(
        "DESCRIPTION",
        text(
            wording.description(
                event,
                series,
                words,
                page_url=page_url,
                cancelled=cancelled,
                join_url=join_url,
                on_site=on_site,
                recordings=recordings,
            )
        ),
    )
    if place := wording.location(event, words, join_url=join_url):
        shown.add("LOCATION", text(place))
    shown.add("URL", uri(page_url))
    if join_url:
        shown.add("CONFERENCE", _conference(join_url, words.gettext("Join online")))
    shown.add("ORGANIZER", mailbox(series.sender_address, series.sender_name or series_title))
    shown.add("CATEGORIES", text(series_title))
    shown.add("STATUS", "CANCELLED" if cancelled else "CONFIRMED")
    # Some programs show a cancelled event like any other: at least it takes nobody's time then.
    shown.add("TRANSP", "TRANSPARENT" if cancelled else "OPAQUE")
    return shown


def _identify(shown: ical.Event, event: Event, *, cancelled: bool) -> None:
    """A cancellation that is only looked at has the number that it would get (RFC 5546 section 3.2.5)."""
    shown.add("UID", event.uid)
    shown.add("SEQUENCE", event.revision + (cancelled and not event.is_cancelled))
    shown.add("DTSTAMP", event.changed_at)
    shown.add("LAST-MODIFIED", event.changed_at)
    shown.add("CREATED", event.created_at)


def _date(shown: ical.Event, event: Event, zone: ZoneInfo) -> None:
    if event.starts_at is not None:
        shown.add("DTSTART", _on_the_clock(event.starts_at, zone))
    if event.ends_at is not None:
        shown.add("DTEND", _on_the_clock(event.ends_at, zone))


def _on_the_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment in the series' zone, or in UTC where that clock time comes a second time.

    A local time that exists twice means the first (RFC 5545 section 3.3.5); the second cannot be said with a TZID.
    """
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.fold else local


def _conference(join_url: str, label: str) -> ical.vUri:
    """CONFERENCE as RFC 7986 writes it; icalendar's own class quotes the list of features as one word."""
    conference = uri(join_url)
    conference.params.update({"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"], "LABEL": label})
    return conference
