"""A page's head for programs: search engines read schema.org's Event as JSON-LD, others a title and a few words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from mailer.core.text import markdown_text, one_line
from mailer.series import Event, EventFormat, Series
from mailer.web import languages
from mailer.web.public.cards import card_url
from mailer.web.public.telling import DESCRIPTION, public_url, shorten, words

CONTEXT = "https://schema.org"

_MODES = {
    EventFormat.ONLINE: "OnlineEventAttendanceMode",
    EventFormat.ON_SITE: "OfflineEventAttendanceMode",
    EventFormat.HYBRID: "MixedEventAttendanceMode",
}


@dataclass(frozen=True)
class Head:
    """What programs read in the head of a page."""

    title: str
    series: str
    description: str
    url: str
    """The address as the world knows it, without a language: there every reader gets her own."""
    own_url: str
    """The address of what was written here: with the language that was asked for by ``?lang=``, where one was."""
    locale: str
    """``de_DE``"""
    other_locales: tuple[str, ...]
    news_url: str
    """The Atom feed."""
    picture_url: str
    """The card, 1200 by 630."""
    linked: Markup
    """JSON-LD. The join link is never in it."""


def head_of_event(found: Series, event: Event, *, description: str) -> Head:
    linked = {"@context": CONTEXT, **_event(found, event), "superEvent": _series(found)}
    linked["description"] = description
    picture = card_url(found, event)
    title = words(found, event.title)
    return _head(found, title, picture, description=description, linked=linked, event=event)


def head_of_series(found: Series, *, description: str) -> Head:
    linked = {"@context": CONTEXT, **_series(found), "subEvent": [_event(found, e) for e in found.events]}
    picture = card_url(found, None)
    return _head(found, words(found, found.title), picture, description=description, linked=linked)


def _head(
    found: Series,
    title: str,
    picture: str,
    *,
    description: str,
    linked: dict[str, Any],
    event: Event | None = None,
) -> Head:
    here = languages.locale()
    return Head(
        title=one_line(title),
        series=one_line(words(found, found.title)),
        description=description,
        url=_address(found, event),
        own_url=_address(found, event, language=languages.asked_for()),
        locale=languages.with_territory(here),
        other_locales=tuple(
            languages.with_territory(choice.code) for choice in languages.choices(here) if choice.code != here
        ),
        news_url=public_url("feeds.atom", slug=found.slug, lang=here),
        picture_url=picture,
        linked=_in_html(linked),
    )


def _address(found: Series, event: Event | None, *, language: str | None = None) -> str:
    if event is None:
        return public_url("series_pages.show_series", slug=found.slug, lang=language)
    return public_url("series_pages.show_event", slug=found.slug, event_slug=event.slug, lang=language)


def _series(found: Series) -> dict[str, Any]:
    return {
        "@type": "EventSeries",
        "name": words(found, found.title),
        "url": _address(found, None),
        "organizer": _organiser(found),
    }


def _event(found: Series, event: Event) -> dict[str, Any]:
    address = _address(found, event)
    told: dict[str, Any] = {
        "@type": "Event",
        "name": one_line(words(found, event.title)),
        "url": address,
        "eventStatus": f"https://schema.org/{'EventCancelled' if event.is_cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"https://schema.org/{_MODES[event.format]}",
        "image": card_url(found, event),
        "inLanguage": languages.locale(),
        "isAccessibleForFree": True,
        "organizer": _organiser(found),
        "location": _locations(event, address),
        "description": shorten(one_line(markdown_text(words(found, event.announcement))), DESCRIPTION),
        "performer": [
            {"@type": "Person", "name": speaker.name} for speaker in event.speakers if not speaker.absent
        ],
    }
    if event.starts_at is not None and event.ends_at is not None:
        told["startDate"] = event.starts_at.astimezone(found.zone).isoformat()
        told["endDate"] = event.ends_at.astimezone(found.zone).isoformat()
    elif event.month:
        told["startDate"] = event.month
    return {name: value for name, value in told.items() if value}


def _locations(event: Event, address: str) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = []
    if event.format is not EventFormat.ONLINE and event.place:
        place = one_line(event.place)
        places.append({"@type": "Place", "name": place, "address": place})
    if event.format is not EventFormat.ON_SITE:
        places.append({"@type": "VirtualLocation", "url": address})
    return places


def _organiser(found: Series) -> dict[str, Any]:
    return {"@type": "Organization", "name": found.sender_name or words(found, found.title)}


def _in_html(told: dict[str, Any]) -> Markup:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  # nothing in it can be taken for markup any more
