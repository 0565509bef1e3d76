"""Calendars: one dialogue to keep, a series to subscribe to."""

from __future__ import annotations

from flask import Blueprint, Response

from mailer import calendar, series
from mailer.context import parts
from mailer.web import languages
from mailer.web.headers import cacheable
from mailer.web.kept_pages import kept
from mailer.web.public.freshness import changed_at
from mailer.web.public.telling import public_url

bp = Blueprint("calendars", __name__)

CALENDAR = "text/calendar; charset=utf-8"


@bp.get("/<slug:slug>/calendar.ics")
@kept
def feed(slug: str) -> Response:
    """Every dialogue with a date; calendar programs fetch it again and again."""
    house = parts()
    with house.database.reading() as session:
        found = series.get_series(session, slug)
        speech = languages.speak_for(found)
        written = calendar.feed(
            found,
            found.events,
            language=speech.locale,
            page_url_of=lambda event: public_url(
                "series_pages.show_event", slug=found.slug, event_slug=event.slug
            ),
            feed_url=public_url("calendars.feed", slug=found.slug),
            now=house.now(),
        )
        return cacheable(written, CALENDAR, changed_at=changed_at(found, now=house.now()))


@bp.get("/<slug:slug>/<slug:event_slug>/event.ics")
@kept
def entry(slug: str, event_slug: str) -> Response:
    """One dialogue. The join link is in it only where the organisers made it public."""
    house = parts()
    with house.database.reading() as session:
        found = series.get_series(session, slug)
        speech = languages.speak_for(found)
        event = series.get_event(session, found, event_slug)
        written = calendar.invitation(
            event,
            found,
            language=speech.locale,
            page_url=public_url("series_pages.show_event", slug=found.slug, event_slug=event.slug),
            with_join_url=event.join_url_public,
        )
        response = cacheable(
            written, f"{CALENDAR}; method=PUBLISH", changed_at=changed_at(found, now=house.now())
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{found.slug}-{event.slug}.ics"'
        return response
