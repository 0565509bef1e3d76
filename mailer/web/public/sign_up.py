"""Asking for the mails of a series."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request

from mailer import series, subscriptions
from mailer.context import parts
from mailer.core.types import EmailAddress
from mailer.series import Series
from mailer.web import languages
from mailer.web.headers import cacheable, frameable
from mailer.web.kept_pages import kept
from mailer.web.public.facts import SignUpForm
from mailer.web.public.forms import empty_form, read_sign_up
from mailer.web.public.freshness import changed_at
from mailer.web.public.proof import remember_browser
from mailer.web.public.telling import words
from mailer.web.public.wishes import note_wish

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
    house = parts()
    with house.database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        read = read_sign_up(_form(found), request.form, reserved=house.config.in_development)
    is_embedded = bool(request.form.get("embedded"))
    if isinstance(read, SignUpForm):
        again = make_response(_show(found, replace(read, embedded=is_embedded)), 422)
        return frameable(again) if is_embedded else again
    if not request.form.get(TRAP):
        note_wish(slug, read)
    return _answer(found, read.address, is_embedded=is_embedded)


def _form(found: Series) -> SignUpForm:
    """The empty form. Raises SeriesOver."""
    form = empty_form(found, now=parts().now())
    if form is None:
        raise subscriptions.SeriesOver(series=found.slug)
    return form


def _show(found: Series, form: SignUpForm) -> str:
    page = "public/embed.html" if form.embedded else "public/subscribe.html"
    return render_template(page, form=form, title=words(found, found.title))


def _answer(found: Series, address: EmailAddress, *, is_embedded: bool) -> Response:
    """The same page for everybody. The address is not on it: two answers must not differ in a byte."""
    if is_embedded:  # a frame on another page gets no cookie; there the mail has one button
        return frameable(make_response(render_template("public/embed_asked.html")))
    response = make_response(render_template("public/asked.html"))
    remember_browser(response, found, address)
    return response
