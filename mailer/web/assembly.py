"""Puts the pages into the application."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]
from werkzeug.routing import BaseConverter

from mailer.context import Parts
from mailer.web import api, bodies, desk, headers, health, languages, limits, metrics, mishaps, public
from mailer.web.desk.sessions import LASTS

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

LARGEST_FORM = 64 * 1024
"""Bytes of the largest form we have to read, many times over."""

WITHOUT_CSRF = (
    "sign_up.send",
    "unsubscribing.leave",
    "api_subscribing.subscribe",
    "registering.send",
    "finding_link.send",
)
"""What works from anywhere and without a cookie: nothing comes of it without a mail, and everybody may always leave."""


class SlugConverter(BaseConverter):
    """Matches what a slug may look like, so that anything else is answered without asking the database."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"


def register(app: Flask) -> None:
    """Add every page. Expects the house's parts in ``app.extensions["zeitnah"]``."""
    house: Parts = app.extensions["zeitnah"]
    app.template_folder = str(TEMPLATES)
    app.static_folder = str(headers.STATIC)
    _configure(app, house)
    languages.set_up(app)
    headers.set_up(app, house.config)
    mishaps.set_up(app)
    api.set_up(app)
    desk.set_up(app)  # before CSRF: how large a form may be must be known when it is read
    bodies.set_up(app)
    csrf = CSRFProtect(app)
    app.url_map.converters["slug"] = SlugConverter
    app.url_map.merge_slashes = False  # a redirect would break one-click unsubscribing (RFC 8058 section 3.1)
    for blueprint in (health.bp, metrics.bp, *desk.BLUEPRINTS, *public.BLUEPRINTS, *api.BLUEPRINTS):
        app.register_blueprint(blueprint)
    if house.config.in_development:
        from mailer.web import caught

        app.register_blueprint(caught.bp)
    for endpoint in WITHOUT_CSRF:
        csrf.exempt(app.view_functions[endpoint])
    limits.set_up(app, enabled=house.config.ratelimit_enabled)


def _configure(app: Flask, house: Parts) -> None:
    https = house.config.is_public
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=50,
        PERMANENT_SESSION_LIFETIME=LASTS,
        RATELIMIT_ENABLED=house.config.ratelimit_enabled,
        SESSION_COOKIE_HTTPONLY=True,
        # The prefix makes browsers refuse a cookie of that name from a neighbouring host.
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=int(LASTS.total_seconds()),
    )
