"""What a person reads when something did not work: what happened, and a way on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request, url_for
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from mailer.core.errors import Invalid, MailerError, NotFound, Refused, Unavailable
from mailer.web import languages
from mailer.web.headers import frameable
from mailer.web.languages import gettext as _
from mailer.web.problems import is_for_programs, tell_problem

log = logging.getLogger(__name__)

FAMILIES: dict[type[MailerError], int] = {Invalid: 422, NotFound: 404, Refused: 409, Unavailable: 503}

BY_CODE = {
    "link_too_old": 410,
    "link_replaced": 410,
    "link_used": 410,
    "sign_in_too_old": 410,
    "access_too_old": 410,
    "seat_link_too_old": 410,
    "seat_link_replaced": 410,
    "offer_gone": 410,
    "event_called_off": 410,
    "event_over": 410,
    "no_date": 404,
    "not_json": 415,
    "no_object": 400,
    "not_allowed": 403,
    "too_often": 429,
    "try_later": 429,
    "invitation_used": 410,
    "invitation_too_old": 410,
}
"""Cases whose status differs from their family's: what was there and is not any more is gone, a flood is told to wait."""

TRY_AGAIN_IN = 10
"""Seconds after which a database that was away is worth another try."""


@dataclass(frozen=True)
class Way:
    """A link that leads on."""

    label: str
    url: str


@dataclass(frozen=True)
class Mishap:
    status: int
    title: str
    sentence: str
    ways: tuple[Way, ...]


def set_up(app: Flask) -> None:
    app.register_error_handler(MailerError, tell_refusal)
    app.register_error_handler(HTTPException, tell_http)
    app.log_exception = _log_exception  # type: ignore[method-assign]


def tell_refusal(error: MailerError) -> Response:
    """The page for an error of a room: its sentence, in the reader's language."""
    status = BY_CODE.get(error.code) or _status_of_family(error)
    sentence = languages.current().sentence(error)
    if sentence == error.code:
        sentence = ""
    if status >= 500:  # what is wrong with the machine is for the log, not for the page
        log.warning("answered %d: %s", status, error)
        sentence = ""
    response = _answer(status, sentence, error.code)
    if status in (429, 503):
        response.headers["Retry-After"] = str(error.details.get("seconds", TRY_AGAIN_IN))
    return response


def tell_http(error: HTTPException) -> Response | HTTPException:
    """The page for an error of the web itself."""
    if error.code is None or error.code < 400:
        return error
    response = _answer(error.code, _form_sentence() if isinstance(error, CSRFError) else "", "")
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Content-Range"):
            response.headers[name] = value
    return response


def _status_of_family(error: MailerError) -> int:
    return next((status for family, status in FAMILIES.items() if isinstance(error, family)), 500)


def _answer(status: int, sentence: str, code: str) -> Response:
    """A page for people, with ways that lead on; facts for programs."""
    title, usual = _words(status)
    title = _title_of(code) or title
    if is_for_programs():
        return tell_problem(status, title, sentence or usual, code=code)
    mishap = Mishap(status, title, sentence or usual, _ways(code))
    if _is_in_frame():
        return frameable(make_response(render_template("public/embed_mishap.html", mishap=mishap), status))
    return make_response(render_template("public/mishap.html", mishap=mishap), status)


def _is_in_frame() -> bool:
    """Whether the answer goes into a frame on somebody else's page: a page that refuses to be framed leaves it blank."""
    if request.endpoint != "sign_up.send":
        return request.endpoint == "sign_up.embed"
    try:
        return bool(request.form.get("embedded"))
    except RequestEntityTooLarge:
        return False


def _words(status: int) -> tuple[str, str]:
    """Title and usual sentence of a status."""
    known = {
        403: (_("That is not yours to do"), _("Your role does not reach this far.")),
        404: (
            _("There is nothing here"),
            _("This address leads nowhere. Perhaps it was not copied completely."),
        ),
        405: (
            _("That does not work this way"),
            _("This address cannot be used like that. Please start from the page itself."),
        ),
        409: (_("That is not possible right now"), _("A rule stands against it at the moment.")),
        410: (_("This link is no longer valid"), _("It has expired or was replaced by a newer one.")),
        413: (
            _("That is too much"),
            _("What was sent is larger than any of our forms needs. Please shorten it."),
        ),
        422: (_("We could not understand that"), _("Please check what you entered and try again.")),
        429: (
            _("One moment, please"),
            "",
        ),
        500: (
            _("Something went wrong on our side"),
            _("The error was recorded. Please try again in a few minutes."),
        ),
        503: (_("We cannot answer just now"), _("Please try again in a minute. Nothing has been lost.")),
    }
    general = (_("That did not work"), _("Please go back and try again."))
    return known.get(status) or (known[500] if status > 500 else general)


def _title_of(code: str) -> str:
    """What stands above a refusal that has nothing to do with the link somebody followed; else empty."""
    titles = {
        "event_over": _("It is too late for that"),
        "event_called_off": _("Sadly cancelled"),
        "registered_elsewhere": _("Registration is elsewhere"),
        "registration_not_open": _("Registration is not open yet"),
    }
    return titles.get(code, "")


def _form_sentence() -> str:
    return _(
        "For your protection a form only counts from the page it stands on, and for twelve hours. "
        "Please open the page anew and press the button again. If that does not help, your browser "
        "is blocking cookies: allow them for this page, or open the link in another browser."
    )


def _ways(code: str) -> tuple[Way, ...]:
    """Where to go from here, the most helpful way first."""
    if code in ("link_used", "sign_in_too_old", "unknown_link", "invitation_used", "try_later"):
        return (Way(_("Have a new sign-in link sent to you"), url_for("signing_in.ask")),)
    ways = []
    if not code and request.method == "POST" and _has_page():
        ways.append(Way(_("Open the page anew"), request.path))
    if code in ("bad_token", "access_too_old"):
        ways.append(Way(_("Have your personal link sent to you"), url_for("finding_link.ask")))
    links: list[languages.SeriesLink | None] = [g.get("event_link"), g.get("series_link")]
    ways += [Way(link.title, link.url) for link in links if link is not None]
    if g.get("series_link") is None:
        ways.append(Way(_("To the dialogues"), url_for("series_pages.home")))
    return tuple(ways)


def _has_page() -> bool:
    """Whether the address that was posted to also shows a page."""
    adapter = request_ctx.url_adapter
    return request.url_rule is not None and adapter is not None and "GET" in adapter.allowed_methods()


def _log_exception(exc_info: Any) -> None:
    """Log a failure by its rule, not by its path: in the path there may be a token."""
    log.error("%s on %s failed", request.method, request.url_rule, exc_info=exc_info)
