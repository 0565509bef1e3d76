"""Signing in at the desk with a link that was mailed, and signing out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer import organisers
from mailer.context import parts
from mailer.core.addresses import BadAddress, parse_address
from mailer.web.desk import sessions
from mailer.web.limits import may_write_to
from mailer.web.public.forms import clean, explain_bad_address

bp = Blueprint("signing_in", __name__, url_prefix="/organiser")


@bp.get("/sign-in")
def ask() -> str:
    return render_template("desk/sign_in.html", email="", error="")


@bp.post("/sign-in")
def send() -> Response:
    """Answer everybody alike; who is an organiser gets a mail with a link."""
    house = parts()
    typed = request.form.get("email", "")
    try:
        address = parse_address(typed, reserved=house.config.in_development)
    except BadAddress:
        problem = explain_bad_address(typed)
        page = render_template("desk/sign_in.html", email=clean(typed)[:1000], error=problem)
        return make_response(page, 422)
    if may_write_to(address, "signin"):
        with house.database.transaction() as session:
            organiser = organisers.find_by_address(session, address)
            if organiser is not None and organiser.disabled_at is None:
                organisers.open_link(session, organiser, to_mail=True, now=house.now())
    return make_response(render_template("desk/sign_in_sent.html"))


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
        sessions.start(session, organiser, now=house.now())
        organisers.note(session, "organiser.signed_in", organiser_id=organiser.id, by="link", now=house.now())
    return redirect(url_for("overview.show"), 303)


@bp.post("/sign-out")
def leave() -> AnyResponse:
    with parts().database.transaction() as session:
        sessions.end(session)
    return redirect(url_for(".ask"), 303)
