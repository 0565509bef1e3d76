"""Somebody's own seat at a dialogue: see it, change it, give it back."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy.orm import Session

from mailer import registrations
from mailer.context import parts
from mailer.registrations import Attendance, Registration
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.public.managing import UnknownWish
from mailer.web.public.seat_facts import SeatFields, SeatPage
from mailer.web.public.seat_forms import answers_given, read_fields
from mailer.web.public.seat_telling import tell_seat

bp = Blueprint("seat", __name__)

URL = "/registrations/<token>"


@bp.get(URL)
def show(token: str) -> str:
    house = parts()
    (registration_id,) = house.links.read("seat", token)
    with house.database.reading() as session:
        found = _find(session, registration_id)
        return _render(tell_seat(found, token, now=house.now()))


@bp.post(URL)
def change(token: str) -> Response:
    """Do what the pressed button says: ``accept``, ``online``, ``on_site``, ``stop_waiting``, ``details``, ``give_back``,
    ``access``.
    """
    house = parts()
    (registration_id,) = house.links.read("seat", token)
    with house.database.transaction() as session:
        found = _find(session, registration_id)
        if request.form.get("do") == "details":
            fields = read_fields(found.event, request.form)
            if fields.errors:
                page = tell_seat(found, token, now=house.now())
                return make_response(_render(replace(page, fields=fields)), 422)
            done = _change_details(session, found, fields)
        else:
            done = _do(session, found)
        return make_response(_render(replace(tell_seat(found, token, now=house.now()), done=done)))


def _change_details(session: Session, found: Registration, fields: SeatFields) -> str:
    registrations.change_details(
        session,
        found.id,
        name=fields.name,
        answers=answers_given(found, fields),
        wish=fields.wish,
        now=parts().now(),
    )
    return _("Your details are saved.")


def _do(session: Session, found: Registration) -> str:
    """Carry out the wish and say so in a sentence."""
    wish, now = request.form.get("do", ""), parts().now()
    if wish == "accept":
        registrations.accept(session, found.id, now=now)
        return _("The place is yours. A confirmation is on its way to you by email.")
    if wish in ("online", "on_site"):
        switched = registrations.switch(session, found.id, Attendance(wish), now=now)
        if wish == "on_site" and switched.attendance is not Attendance.ON_SITE:
            return _(
                "Every place on site is taken. You are on the waiting list now, and keep your place online."
            )
        return _("Done. A confirmation is on its way to you by email.")
    if wish == "stop_waiting":
        registrations.stop_waiting(session, found.id, now=now)
        return _("You have left the waiting list.")
    if wish == "give_back":
        registrations.give_back(session, found.id, now=now)
        return _("Thank you for giving your place back.")
    if wish == "access":
        registrations.ask_access(session, found.id, now=now)
        return _(
            "A fresh link is on its way to your address. It is valid for one hour; you can ask for a new one once an hour."
        )
    raise UnknownWish


def _find(session: Session, registration_id: int) -> Registration:
    found = registrations.get_registration(session, registration_id)
    languages.speak_for(found.event.series)
    languages.point_to_event(found.event)
    return found


def _render(page: SeatPage) -> str:
    return render_template("public/seat.html", page=page)
