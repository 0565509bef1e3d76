"""What the pages of the reminder list say of its series: what comes next, and when the mails end."""

from __future__ import annotations

from datetime import datetime

from flask import url_for

from mailer import series
from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.series import Series
from mailer.web import languages
from mailer.web.public.dates import tell_when
from mailer.web.public.facts import NextDate
from mailer.web.public.telling import tell_calendar_url, tell_where, words


def tell_end(found: Series) -> str:
    """The day the mails end by themselves, ``12. Oktober 2023``; empty while nobody knows."""
    end = series.closes_at(found)
    return "" if end is None else i18n.day(local_day(end, found.zone), languages.locale())


def tell_next_date(found: Series, *, now: datetime) -> NextDate | None:
    event = series.next_event(found, now)
    if event is None:
        return None
    return NextDate(
        title=words(found, event.title),
        url=url_for("series_pages.show_event", slug=found.slug, event_slug=event.slug),
        when=tell_when(event, found, languages.locale()),
        where=tell_where(event),
        calendar_url=tell_calendar_url(found, event),
    )
