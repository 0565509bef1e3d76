"""Asking for the mails of a series."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request

from mailer import series, subscriptions
from mailer.context import parts
from mailer.core.types import EmailAddress
from mailer.series import Outline, Series
from mailer.web import languages
from mailer.web.headers import cacheable, frameable
from mailer.web.kept_pages import kept, kept_text
from mailer.web.public.facts import SignUpForm
from mailer.web.public.forms import SignUp, empty_form, read_sign_up, to_mend
from mailer.web.public.freshness import changed_at
from mailer.web.public.proof import remember_browser
from mailer.web.public.telling import words
from mailer.web.public.wishes import look, note_wish

bp = Blueprint("sign_up", __name__)

TRAP = "website"
"""A field that people do not see. Programs that fill in every field fill in this one, too."""


@bp.get("/<slug:slug>/subscribe")
@kept
def ask(slug: str) -> Response:
    house = parts()
    with house.database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        return cacheable(_show(found, _form(found)), changed_at=changed_at(found, now=house.now()))


@bp.get("/<slug:slug>/embed")
@kept
def embed(slug: str) -> Response:
    """The form alone, for a frame on somebody else's page."""
    house = parts()
    with house.database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        written = _show(found, replace(_form(found), embedded=True))
        return frameable(cacheable(written, changed_at=changed_at(found, now=house.now())))


@bp.post("/<slug:slug>/subscribe")
def send(slug: str) -> Response:
    """Take the form. Needs neither cookie nor CSRF token: without the mail nothing comes of it.

    Who is known, blocked or a robot gets the same answer as everybody else.
    """
    sent = request.form
    is_embedded = bool(sent.get("embedded"))
    read = read_sign_up(sent, reserved=parts().config.in_development)
    if not isinstance(read, SignUp):
        return _show_again(slug, read, is_embedded=is_embedded)
    try:
        found = look(slug) if sent.get(TRAP) else note_wish(slug, read)
    except subscriptions.SeriesOver:
        _speak_for(slug)
        raise
    languages.speak(found.languages, found.form_of_address)
    return _answer(found, read.address, is_embedded=is_embedded)


def _show_again(slug: str, wrong: tuple[str, ...], *, is_embedded: bool) -> Response:
    with parts().database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        form = replace(to_mend(_form(found), request.form, wrong), embedded=is_embedded)
        again = make_response(_show(found, form), 422)
    return frameable(again) if is_embedded else again


def _speak_for(slug: str) -> None:
    """What is said now is the series' own: in its language, and with a way to it."""
    with parts().database.reading() as session:
        languages.speak_for(series.get_series(session, slug))


def _form(found: Series) -> SignUpForm:
    """The empty form. Raises SeriesOver."""
    form = empty_form(found, now=parts().now())
    if form is None:
        raise subscriptions.SeriesOver(series=found.slug)
    return form


def _show(found: Series, form: SignUpForm) -> str:
    page = "public/embed.html" if form.embedded else "public/subscribe.html"
    return render_template(page, form=form, title=words(found, found.title))


def _answer(found: Outline, address: EmailAddress, *, is_embedded: bool) -> Response:
    """The same page for everybody. The address is not on it: two answers must not differ in a byte."""
    page = "public/embed_asked.html" if is_embedded else "public/asked.html"
    response = make_response(kept_text(found.look, page, lambda: _write(found, page)))
    if is_embedded:  # a frame on another page gets no cookie; there the mail has one button
        return frameable(response)
    remember_browser(response, found.slug, address)
    return response


def _write(found: Outline, page: str) -> str:
    _speak_for(found.slug)
    return render_template(page)
