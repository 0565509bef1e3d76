"""The picture that stands beside a link to a series or a dialogue, wherever somebody shares it."""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from pathlib import Path

from flask import Blueprint, Response, g, make_response, request
from sqlalchemy.orm import Session

from mailer import media, series
from mailer.context import parts
from mailer.core.text import one_line
from mailer.series import Event, Series
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.public.dates import tell_when
from mailer.web.public.facts import Card
from mailer.web.public.freshness import changed_at
from mailer.web.public.telling import public_url, tell_summary, tell_where, words

bp = Blueprint("cards", __name__)

STYLE = 2
"""Counts changes of how cards look: caches ask by what is on them."""


@bp.get("/<slug:slug>/card.png")
def of_series(slug: str) -> Response:
    with parts().database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        return _answer(session, found, tell_series_card(found))


@bp.get("/<slug:slug>/<slug:event_slug>/card.png")
def of_event(slug: str, event_slug: str) -> Response:
    with parts().database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        return _answer(session, found, tell_event_card(found, series.get_event(session, found, event_slug)))


def tell_series_card(found: Series) -> Card:
    return Card(
        series=found.sender_name,
        question=one_line(words(found, found.title)),
        date=tell_summary(found),
        place="",
        colour=found.colour,
        logo=_logo_url(),
    )


def tell_event_card(found: Series, event: Event) -> Card:
    when = tell_when(event, found, languages.locale())
    facts = [_("cancelled") if event.is_cancelled else "", when.hours, tell_where(event)]
    return Card(
        series=one_line(words(found, found.title)),
        question=one_line(words(found, event.title)),
        date=when.words,
        place=", ".join(filter(None, facts)),
        colour=found.colour,
        logo=_logo_url(),
    )


def card_url(found: Series, event: Event | None) -> str:
    """Where the world finds the picture. It changes with what is on it, for networks keep what they once fetched."""
    if event is None:
        tag = fingerprint(tell_series_card(found))
        return public_url("cards.of_series", slug=found.slug, lang=languages.locale(), v=tag)
    tag = fingerprint(tell_event_card(found, event))
    return public_url(
        "cards.of_event", slug=found.slug, event_slug=event.slug, lang=languages.locale(), v=tag
    )


def fingerprint(card: Card) -> str:
    return hashlib.sha256(repr((STYLE, *astuple(card))).encode("utf-8", "replace")).hexdigest()[:16]


def _logo_url() -> str:
    """Of the series the page speaks for. Its address is made of its content, so a new one is another."""
    link: languages.SeriesLink | None = g.get("series_link")
    return link.logo.url if link is not None and link.logo is not None else ""


def _logo_file(session: Session, found: Series) -> Path | None:
    stored = media.files_of(session, found, [found.logo]).get(found.logo)
    path = None if stored is None else parts().shelf.path(stored.digest, stored.ending())
    return path if path is not None and path.is_file() else None


def _answer(session: Session, found: Series, card: Card) -> Response:
    """The picture, drawn only for who does not have it yet."""
    answer = make_response(b"")
    answer.headers["Content-Type"] = "image/png"
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.vary.add("Accept-Language")
    answer.last_modified = changed_at(found, now=parts().now())
    answer.set_etag(fingerprint(card))
    answer.make_conditional(request)
    if answer.status_code == 200:
        from mailer.web.public.card_drawing import draw

        answer.set_data(draw(card, _logo_file(session, found)))
    return answer
