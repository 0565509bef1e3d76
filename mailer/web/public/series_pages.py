"""The series and its dialogues, for everybody to read."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer import series
from mailer.context import parts
from mailer.web import languages
from mailer.web.headers import cacheable, playing
from mailer.web.kept_pages import kept
from mailer.web.public.event_telling import tell_event
from mailer.web.public.forms import empty_form
from mailer.web.public.freshness import page_changed_at
from mailer.web.public.linked_facts import head_of_event, head_of_series
from mailer.web.public.recordings import player_origins
from mailer.web.public.telling import tell_series, tell_series_line

bp = Blueprint("series_pages", __name__)


@bp.get("/")
def home() -> AnyResponse:
    """The only series; a list where there are several; a welcome where there is none yet."""
    house = parts()
    with house.database.reading() as session:
        known = series.list_series(session)
        if len(known) == 1:
            there = redirect(url_for(".show_series", slug=known[0].slug))
            there.headers["Cache-Control"] = "no-cache"
            return there
        lines = [tell_series_line(found, now=house.now()) for found in known]
        return cacheable(render_template("public/house.html" if lines else "public/empty.html", lines=lines))


@bp.get("/<slug:slug>", strict_slashes=False)
@kept
def show_series(slug: str) -> Response:
    house = parts()
    with house.database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        page = tell_series(session, found, empty_form(found, now=house.now()), now=house.now())
        head = head_of_series(found, description=page.description)
        written = render_template("public/series.html", page=page, head=head)
        return cacheable(written, changed_at=page_changed_at(session, found, now=house.now()))


@bp.get("/<slug:slug>/<slug:event_slug>", strict_slashes=False)
@kept
def show_event(slug: str, event_slug: str) -> Response:
    house = parts()
    with house.database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        event = series.get_event(session, found, event_slug)
        page = tell_event(session, found, event, empty_form(found, now=house.now()), now=house.now())
        head = head_of_event(found, event, description=page.description)
        written = render_template("public/event.html", page=page, head=head)
        answer = cacheable(written, changed_at=page_changed_at(session, found, now=house.now()))
        return playing(answer, player_origins((*page.recordings, *page.addenda)))
