"""Registering for one dialogue."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import registrations, series
from mailer.context import parts
from mailer.registrations import RegistrationState
from mailer.series import Event
from mailer.web import languages
from mailer.web.limits import may_write_to
from mailer.web.public.proof import has_proven
from mailer.web.public.seat_facts import RegisterForm
from mailer.web.public.seat_forms import empty_register_form, read_register_form, tell_dialogue
from mailer.web.public.sign_up import TRAP

bp = Blueprint("registering", __name__)

URL = "/<slug:slug>/<slug:event_slug>/register"


@bp.get(URL)
def ask(slug: str, event_slug: str) -> str:
    house = parts()
    with house.database.reading() as session:
        event = _find(session, slug, event_slug)
        return _show(empty_register_form(session, event, now=house.now()))


@bp.post(URL)
def send(slug: str, event_slug: str) -> AnyResponse:
    """Take the form. Who is known, blocked or a robot gets the same answer as everybody else.

    Needs neither cookie nor CSRF token: without the mail nothing comes of it. Where this browser has proven
    already that the address is hers, none is needed; browsers keep that proof from the forms of other sites.
    """
    house = parts()
    with house.database.reading() as session:
        event = _find(session, slug, event_slug)
        form = empty_register_form(session, event, now=house.now())
        read = read_register_form(form, event, request.form, reserved=house.config.in_development)
    if isinstance(read, RegisterForm):
        return make_response(_show(read), 422)
    address, wanted = read
    is_proven = has_proven(address)
    if request.form.get(TRAP) or not (is_proven or may_write_to(address, "register")):
        return _answer(event)
    with house.database.transaction() as session:
        event = _find(session, slug, event_slug)
        now = house.now()
        found = registrations.request(session, event, address, wanted, pseudonym=house.pseudonym, now=now)
        if found is None or not is_proven:
            return _answer(event)
        if found.state is RegistrationState.PENDING:
            registrations.confirm(session, found.id, found.request, now=now)
        return redirect(url_for("seat.show", token=house.links.make("seat", found.id)), 303)


def _find(session: Session, slug: str, event_slug: str) -> Event:
    found = series.get_series(session, slug)
    languages.speak_for(found)
    event = series.get_event(session, found, event_slug)
    languages.point_to_event(event)
    return event


def _show(form: RegisterForm) -> str:
    return render_template("public/register.html", form=form)


def _answer(event: Event) -> Response:
    """The same page for everybody. The address is not on it: two answers must not differ in a byte."""
    return make_response(render_template("public/registered.html", dialogue=tell_dialogue(event)))
