"""What every answer says about itself: to browsers, to caches, to search engines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask import Flask, Request, Response, make_response, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from mailer.web import languages

STATIC = Path(__file__).resolve().parent / "static"

POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)

POLICY_OF_DESK = POLICY + "; frame-src 'self'"
"""Pages of the desk show mails in frames of ours."""

CONDITIONS = ("If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range")

TWO_YEARS = 63_072_000
"""Seconds browsers shall insist on https: what HSTS lists ask for."""


def set_up(app: Flask, config: Config) -> None:
    """Guard every answer, and believe as many proxies as there are."""
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]

    @app.after_request
    def guard(response: Response) -> Response:
        _guard(response, https=config.is_public)
        return response

    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a static file. It changes with the file, so browsers may keep it for ever."""
    return url_for("static", filename=name, v=_fingerprint(name))


def cacheable(
    page: str | bytes,
    content_type: str = "text/html; charset=utf-8",
    *,
    changed_at: datetime | None = None,
    speaks: bool = True,
) -> Response:
    """A public answer: caches may keep it, and must ask whether it is still good; `_guard` says 304 if it is.

    ``changed_at`` is for who asks by date; ``speaks`` says whether a browser's language makes a difference.
    """
    response = make_response(page)
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = "public, no-cache"
    if speaks:
        response.vary.add("Accept-Language")
    response.last_modified = changed_at
    response.add_etag()
    return response


def frameable(response: Response) -> Response:
    """The same answer, which any page may show in a frame: a form that does nothing without a mail can be framed safely."""
    response.headers["Content-Security-Policy"] = POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def playing(response: Response, origins: Iterable[str]) -> Response:
    """The same answer, in which a click may open a player from one of these origins; until then none is asked."""
    if allowed := " ".join(origins):
        response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src {allowed}"
    return response


def _guard(response: Response, *, https: bool) -> None:
    headers = response.headers
    at_desk = request.path.startswith("/organiser")
    headers.setdefault("Content-Security-Policy", POLICY_OF_DESK if at_desk else POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"  # not no-referrer: CSRF over https is checked by it
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), browsing-topics=()"
    if https:
        headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
    if request.endpoint == "static" and "v" in request.args and response.status_code < 400:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif not headers.get("Cache-Control"):
        # Whatever did not say that it is public is personal: pages behind tokens, forms, the desk.
        headers["Cache-Control"] = "no-store"
        headers["X-Robots-Tag"] = "noindex, nofollow"
    if "Content-Language" not in headers and response.mimetype == "text/html":
        headers["Content-Language"] = languages.locale()
    if response.status_code == 200 and "ETag" in headers and _has_conditions(request):
        if (
            request.if_match.star_tag
        ):  # any page there is matches (RFC 9110 section 13.1.1); Werkzeug compares tags
            request.environ.pop("HTTP_IF_MATCH", None)
        response.make_conditional(request)


def _has_conditions(asked: Request) -> bool:
    """Whether only a part is asked for, or an answer other than the one at hand. Static files see to that themselves."""
    return asked.endpoint != "static" and any(name in asked.headers for name in CONDITIONS)


@lru_cache(maxsize=32)
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
