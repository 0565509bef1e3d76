"""The link in the mail that asks to confirm a registration."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer import registrations
from mailer.context import parts
from mailer.registrations import RegistrationState
from mailer.web import languages
from mailer.web.public.proof import remember_proven
from mailer.web.public.seat_forms import tell_dialogue

bp = Blueprint("confirming_seat", __name__)

URL = "/registrations/confirm/<token>"


@bp.get(URL)
def ask(token: str) -> AnyResponse | str:
    """Show the button. A GET changes nothing: mail scanners follow links."""
    house = parts()
    registration_id, request = house.links.read("confirm-seat", token)
    with house.database.reading() as session:
        found = registrations.get_registration(session, registration_id)
        languages.speak_for(found.event.series)
        languages.point_to_event(found.event)
        registrations.look_at_link(found, request, now=house.now())
        if found.state is not RegistrationState.PENDING:
            return redirect(url_for("seat.show", token=house.links.make("seat", found.id)), 303)
        return render_template(
            "public/confirm_seat.html",
            dialogue=tell_dialogue(found.event),
            action=url_for(".confirm", token=token),
            waits=found.waitlisted_at is not None,
        )


@bp.post(URL)
def confirm(token: str) -> AnyResponse:
    """Confirm, and let the browser keep the proof: her next registration needs no mail to be confirmed."""
    house = parts()
    registration_id, request = house.links.read("confirm-seat", token)
    with house.database.transaction() as session:
        found = registrations.get_registration(session, registration_id)
        languages.speak_for(found.event.series)
        languages.point_to_event(found.event)
        found = registrations.confirm(session, registration_id, request, now=house.now())
        there = redirect(url_for("seat.show", token=house.links.make("seat", found.id)), 303)
        remember_proven(there, found.person.pseudonym, now=house.now())
        return there
