"""A series and its dialogues as JSON: what the pages say, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from flask import Blueprint, Response

from mailer import outcomes, series, subscriptions
from mailer.context import parts
from mailer.core.clock import local_day
from mailer.outcomes import FrameworkCondition
from mailer.series import Event, EventFormat, EventId, Material, Series, Speaker
from mailer.web import languages
from mailer.web.headers import cacheable
from mailer.web.kept_pages import kept
from mailer.web.public.freshness import changed_at
from mailer.web.public.telling import load_events, public_url, words

bp = Blueprint("api_reading", __name__)

JSON = "application/json"

Conditions: TypeAlias = Mapping[EventId, Sequence[FrameworkCondition]]
"""What was named at which event; one without any is left out."""


@bp.get("/api/v1/series/<slug:slug>")
@kept
def show_series(slug: str) -> Response:
    """Texts are in the language asked for. The join link is in it only where the organisers made it public."""
    house = parts()
    with house.database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        load_events(session, found)
        conditions = outcomes.conditions_of_series(session, found)
        told = json.dumps(_series(found, conditions, now=house.now()), ensure_ascii=False)
        return cacheable(told, JSON, changed_at=changed_at(found, now=house.now()))


def _series(found: Series, conditions: Conditions, *, now: datetime) -> dict[str, Any]:
    is_over = series.is_over(found, now)
    version, consent = subscriptions.consent_wording(languages.locale())
    end = series.closes_at(found)
    return {
        "slug": found.slug,
        "title": words(found, found.title),
        "language": languages.locale(),
        "languages": found.languages,
        "timezone": found.timezone,
        "about": words(found, found.about),
        "url": public_url("series_pages.show_series", slug=found.slug),
        "calendar_url": public_url("calendars.feed", slug=found.slug),
        "feed_url": public_url("feeds.atom", slug=found.slug),
        "is_over": is_over,
        "ends_on": None if end is None else local_day(end, found.zone).isoformat(),
        "consent": None if is_over else {"version": version, "text": consent},
        "events": [_event(found, event, conditions.get(event.id, ()), now=now) for event in found.events],
    }


def _event(
    found: Series, event: Event, conditions: Sequence[FrameworkCondition], *, now: datetime
) -> dict[str, Any]:
    is_past = event.over_at(found.zone) <= now
    return {
        "slug": event.slug,
        "title": words(found, event.title),
        "state": event.state.value,
        "starts_at": _instant(found, event.starts_at),
        "ends_at": _instant(found, event.ends_at),
        "month": event.month,
        "is_past": is_past,
        "format": event.format.value,
        "place": event.place,
        "arrival": "" if event.format is EventFormat.ONLINE else words(found, event.arrival),
        "join_url": event.join_url if event.join_url_public and not is_past else "",
        "registration_url": event.registration_url,
        "url": public_url("series_pages.show_event", slug=found.slug, event_slug=event.slug),
        "announcement": words(found, event.announcement),
        "plain_language": event.plain_language.get(languages.locale(), ""),
        "account": words(found, event.account),
        "speakers": [_speaker(found, speaker) for speaker in event.speakers],
        "materials": [_material(found, material) for material in event.materials],
        "guiding_question": words(found, event.guiding_question),
        "conditions": [
            {"level": condition.level.value, "text": words(found, condition.text)} for condition in conditions
        ],
    }


def _speaker(found: Series, speaker: Speaker) -> dict[str, Any]:
    return {
        "name": speaker.name,
        "organisation": speaker.organisation,
        "position": words(found, speaker.job),
        "role": words(found, speaker.role),
        "topic": words(found, speaker.topic),
        "absent": speaker.absent,
    }


def _material(found: Series, material: Material) -> dict[str, Any]:
    return {
        "kind": material.kind.value,
        "title": words(found, material.title),
        "credit": material.credit,
        "url": material.url,
    }


def _instant(found: Series, moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(found.zone).isoformat()
