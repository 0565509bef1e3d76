"""The personal link, mailed again to who lost it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from mailer import subscriptions
from mailer.context import parts
from mailer.core.addresses import BadAddress, parse_address
from mailer.web.limits import may_write_to
from mailer.web.public.forms import clean, explain_bad_address

bp = Blueprint("finding_link", __name__)

URL = "/subscriptions/link"


@bp.get(URL)
def ask() -> str:
    return render_template("public/link.html", email="", error="")


@bp.post(URL)
def send() -> Response:
    """Answer everybody alike; who is on a list gets a mail for each."""
    house = parts()
    typed = request.form.get("email", "")
    try:
        address = parse_address(typed, reserved=house.config.in_development)
    except BadAddress:
        problem = explain_bad_address(typed)
        page = render_template("public/link.html", email=clean(typed)[:1000], error=problem)
        return make_response(page, 422)
    if may_write_to(address, "link"):
        with house.database.transaction() as session:
            subscriptions.ask_link(session, address, pseudonym=house.pseudonym, now=house.now())
    return make_response(render_template("public/link_sent.html"))
