"""The document that says what there is, what it takes and what it answers (OpenAPI 3.1)."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response

from mailer.core.i18n import LOCALES
from mailer.outcomes import Level
from mailer.series import EventFormat, EventState, MaterialKind
from mailer.subscriptions import consent_wording
from mailer.web.headers import cacheable

bp = Blueprint("api_describing", __name__)

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80}


@bp.get("/api/v1/openapi.json")
def show() -> Response:
    return cacheable(_written(), "application/json", speaks=False)


@lru_cache(maxsize=1)
def _written() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1)


def document() -> Schema:
    """The whole of it; a test holds it against the routes."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Zeitnah",
            "version": "1",
            "description": "A series of dialogues to read, and the wish to be reminded of it. Every site may call "
            "this from its pages; no cookie is set or read.",
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/v1/series/{slug}": {"get": _reading()},
            "/api/v1/series/{slug}/subscriptions": {"post": _subscribing()},
            "/api/v1/openapi.json": {"get": _describing()},
        },
        "components": {
            "schemas": {
                "Series": _series(),
                "Event": _event(),
                "Wish": _wish(),
                "Problem": _problem(),
            }
        },
    }


def _reading() -> Schema:
    return {
        "operationId": "readSeries",
        "summary": "A series and its dialogues",
        "parameters": [_slug(), *_language()],
        "responses": {
            "200": _json("The series", _named("Series")),
            "304": {"description": "It is still what you have (If-None-Match, If-Modified-Since)"},
            "404": _refused("No such series"),
        },
    }


def _subscribing() -> Schema:
    return {
        "operationId": "askForMails",
        "summary": "Ask for the mails of a series",
        "description": "An email with a link goes to the address; nothing else comes of it until that link is "
        "used. The answer is the same whether or not the address is known. 30 wishes an hour are taken "
        "from one client, and 5 an hour for one mailbox: more are answered alike, and no mail leaves.",
        "parameters": [_slug(), *_language()],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _named("Wish")}}},
        "responses": {
            "202": _json(
                "Taken",
                {"type": "object", "required": ["detail"], "properties": {"detail": TEXT}},
            ),
            "400": _refused("Not a JSON object"),
            "404": _refused("No such series"),
            "409": _refused("The series is over"),
            "413": _refused("Larger than any wish"),
            "415": _refused("Not application/json"),
            "422": _refused("Members that must be mended stand in `errors`"),
            "429": _refused("Too many from one client; Retry-After says when to come again"),
        },
    }


def _describing() -> Schema:
    return {
        "operationId": "readDocument",
        "summary": "This document",
        "responses": {"200": _json("OpenAPI 3.1", {"type": "object"})},
    }


def _slug() -> Schema:
    return {"name": "slug", "in": "path", "required": True, "schema": SLUG}


def _language() -> list[Schema]:
    """Neither is ever refused: what we do not speak is passed over."""
    return [
        {
            "name": "lang",
            "in": "query",
            "description": "A language of the series; goes before Accept-Language",
            "schema": TEXT,
        },
        {"name": "Accept-Language", "in": "header", "schema": TEXT},
    ]


def _json(meaning: str, schema: Schema) -> Schema:
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def _refused(meaning: str) -> Schema:
    return {"description": meaning, "content": {"application/problem+json": {"schema": _named("Problem")}}}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _closed(properties: Schema, *, needed: tuple[str, ...] = ()) -> Schema:
    """An object with these members and no others; all are there unless ``needed`` names fewer."""
    return {
        "type": "object",
        "required": list(needed or properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _series() -> Schema:
    return _closed(
        {
            "slug": SLUG,
            "title": TEXT,
            "language": TEXT | {"description": "Of the texts in this answer"},
            "languages": {"type": "array", "items": TEXT, "minItems": 1},
            "timezone": TEXT,
            "about": TEXT | {"description": "Markdown"},
            "url": ADDRESS,
            "calendar_url": ADDRESS,
            "feed_url": ADDRESS,
            "is_over": {"type": "boolean"},
            "ends_on": {"type": ["string", "null"], "format": "date"},
            "consent": {
                "oneOf": [{"type": "null"}, _closed({"version": TEXT, "text": TEXT})],
                "description": "What people agree to: show the text, send the version. Null when the series is over",
            },
            "events": {"type": "array", "items": _named("Event")},
        }
    )


def _event() -> Schema:
    speaker = {name: TEXT for name in ("name", "organisation", "position", "role", "topic")}
    return _closed(
        {
            "slug": SLUG,
            "title": TEXT,
            "state": {"enum": [state.value for state in EventState]},
            "starts_at": MOMENT,
            "ends_at": MOMENT,
            "month": {"type": ["string", "null"], "description": "2023-08, where only the month is known"},
            "is_past": {"type": "boolean"},
            "format": {"enum": [kind.value for kind in EventFormat]},
            "place": TEXT,
            "arrival": TEXT | {"description": "Markdown: how to get there; empty where it is online only"},
            "join_url": TEXT | {"description": "Empty unless the organisers made it public"},
            "registration_url": TEXT,
            "url": ADDRESS,
            "announcement": TEXT | {"description": "Markdown"},
            "plain_language": TEXT
            | {
                "description": "Markdown: the announcement in easy words; empty unless written in this language"
            },
            "account": TEXT | {"description": "Markdown"},
            "speakers": {"type": "array", "items": _closed({**speaker, "absent": {"type": "boolean"}})},
            "materials": {
                "type": "array",
                "items": _closed(
                    {
                        "kind": {"enum": [kind.value for kind in MaterialKind]},
                        "title": TEXT,
                        "credit": TEXT,
                        "url": TEXT,
                    }
                ),
            },
            "guiding_question": TEXT | {"description": "What the conditions answer"},
            "conditions": {
                "type": "array",
                "description": "Framework conditions named at the dialogue, in the organisers' order",
                "items": _closed({"level": {"enum": [level.value for level in Level]}, "text": TEXT}),
            },
        }
    )


def _wish() -> Schema:
    return _closed(
        {
            "email": {"type": "string", "format": "email", "maxLength": 254},
            "name": {"type": "string", "maxLength": 200},
            "language": {"enum": list(LOCALES), "description": "One of the series' languages"},
            "consent": {
                "enum": [True, *(consent_wording(locale)[0] for locale in LOCALES)],
                "description": "true, or the version of the text that was shown",
            },
        },
        needed=("email", "consent"),
    )


def _problem() -> Schema:
    """Source: RFC 9457, with a code of ours and one sentence for each member to mend."""
    error = _closed({"pointer": TEXT, "detail": TEXT})
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "code": TEXT,
            "errors": {"type": "array", "items": error},
        },
    }
