"""Signing in at the desk, with a password or with a link that is mailed, and signing out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import organisers
from mailer.context import parts
from mailer.core.addresses import BadAddress, parse_address
from mailer.core.types import EmailAddress
from mailer.organisers import Organiser, WrongCode
from mailer.web import languages
from mailer.web.attempts import Attempt, begin_attempt
from mailer.web.desk import sessions
from mailer.web.desk.known_browsers import account_of, remember_browser
from mailer.web.desk.way_back import local_way, way_after
from mailer.web.languages import gettext as _
from mailer.web.limits import may_write_to
from mailer.web.public.forms import clean, explain_bad_address

bp = Blueprint("signing_in", __name__, url_prefix="/organiser")


@bp.get("/sign-in")
def ask() -> str:
    return _form({}, email="")


@bp.post("/sign-in")
def send() -> Response:
    """Answer everybody alike; who is an organiser gets a mail with a link."""
    house = parts()
    address = _typed_address()
    if address is None:
        return _bad_address()
    if may_write_to(address, "signin"):
        with house.database.transaction() as session:
            organiser = organisers.find_by_address(session, address)
            if organiser is not None and organiser.disabled_at is None:
                organisers.open_link(session, organiser, to_mail=True, now=house.now())
    return make_response(render_template("desk/sign_in_sent.html"))


@bp.post("/sign-in/password")
def enter_with_password() -> AnyResponse:
    """Answer everybody whose address or password is wrong alike, and after the same time."""
    address = _typed_address()
    if address is None:
        return _bad_address()
    password = request.form.get("password", "")
    with parts().database.reading() as session:
        found = organisers.find_by_address(session, address)
        kept = found.password_hash if found is not None and found.disabled_at is None else ""
    attempt = begin_attempt("password", account_of(address, found))
    right = organisers.matches(kept, password[: organisers.LONGEST + 1])
    if found is None or not right:
        _note_guessing(found, attempt)
        wrong = _("This address and this password do not go together.")
        return make_response(_form({"password": wrong}, email=address), 422)
    fresh = organisers.hash_password(password) if organisers.is_outdated(kept) else kept
    with parts().database.transaction() as session:
        organiser = organisers.get_organiser(session, found.id)
        if organiser.password_hash != kept:  # changed while we compared
            return redirect(url_for(".ask"), 303)
        organiser.password_hash = fresh
        attempt.succeeded(session)
        return _let_in(session, organiser, came_by="password")


@bp.get("/sign-in/<token>")
def show(token: str) -> str:
    """Show the button. A GET uses no link up: mail scanners follow links."""
    parts().links.read("signin", token)
    return render_template("desk/enter.html", action=url_for(".enter", token=token))


@bp.post("/sign-in/<token>")
def enter(token: str) -> AnyResponse:
    house = parts()
    (link_id,) = house.links.read("signin", token)
    with house.database.transaction() as session:
        organiser = organisers.sign_in(session, link_id, now=house.now())
        return _let_in(session, organiser, came_by="link")


@bp.get("/sign-in/code")
def ask_code() -> AnyResponse:
    """Ask for the second factor, of who has just shown the first."""
    with parts().database.reading() as session:
        if sessions.find_halfway(session, now=parts().now()) is None:
            return redirect(url_for(".ask"), 303)
    return make_response(_code_form(""))


@bp.post("/sign-in/code")
def enter_code() -> AnyResponse:
    house = parts()
    with house.database.reading() as session:
        halfway = sessions.find_halfway(session, now=house.now())
    if halfway is None:
        return redirect(url_for(".ask"), 303)
    attempt = begin_attempt("code", str(halfway.organiser_id))
    try:
        with house.database.transaction() as session:
            organiser = organisers.get_organiser(session, halfway.organiser_id)
            by_recovery = _use_code(session, organiser)
            attempt.succeeded(session)
            if by_recovery:
                organisers.note(
                    session, "organiser.recovery_code_used", organiser_id=organiser.id, now=house.now()
                )
            return _finish(session, organiser, came_by=halfway.came_by)
    except WrongCode as wrong:
        with house.database.transaction() as session:
            who = halfway.organiser_id
            organisers.note(session, "organiser.factor_failed", organiser_id=who, now=house.now())
        return make_response(_code_form(languages.current().sentence(wrong)), 422)


@bp.post("/sign-out")
def leave() -> AnyResponse:
    with parts().database.transaction() as session:
        sessions.end(session)
    return redirect(url_for(".ask"), 303)


def _let_in(session: Session, organiser: Organiser, *, came_by: str) -> AnyResponse:
    """Sign in whom a password or a link has named, or ask for her second factor first."""
    if organiser.factor_confirmed_at is None:
        return _finish(session, organiser, came_by=came_by)
    sessions.start(session, organiser, came_by=came_by, awaits_code=True, now=parts().now())
    return redirect(url_for(".ask_code", next=local_way(request.form.get("next", "")) or None), 303)


def _finish(session: Session, organiser: Organiser, *, came_by: str) -> AnyResponse:
    sessions.start(session, organiser, came_by=came_by, now=parts().now())
    organisers.note(session, "organiser.signed_in", organiser_id=organiser.id, by=came_by, now=parts().now())
    response = redirect(way_after(request.form.get("next", "")), 303)
    remember_browser(response, organiser)
    return response


def _use_code(session: Session, organiser: Organiser) -> bool:
    house = parts()
    typed = request.form.get("code", "")
    return organisers.accept_code(session, organiser, typed, key=house.links.key("factor"), now=house.now())


def _note_guessing(found: Organiser | None, attempt: Attempt) -> None:
    """Once for a row of wrong passwords, not for each: whoever guesses must not fill the log."""
    if found is not None and attempt.begins_waiting:
        with parts().database.transaction() as session:
            organisers.note(session, "organiser.password_guessed", organiser_id=found.id, now=parts().now())


def _typed_address() -> EmailAddress | None:
    try:
        return parse_address(request.form.get("email", ""), reserved=parts().config.in_development)
    except BadAddress:
        return None


def _bad_address() -> Response:
    typed = request.form.get("email", "")
    page = _form({"email": explain_bad_address(typed)}, email=clean(typed)[:1000])
    return make_response(page, 422)


def _form(errors: dict[str, str], *, email: str) -> str:
    way = local_way(request.values.get("next", ""))
    return render_template("desk/sign_in.html", email=email, errors=errors, next=way)


def _code_form(error: str) -> str:
    way = local_way(request.values.get("next", ""))
    return render_template("desk/enter_code.html", error=error, next=way)
