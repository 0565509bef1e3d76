"""The personal way into a dialogue's video conference."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from mailer import registrations
from mailer.context import parts
from mailer.registrations import Attendance
from mailer.web import languages
from mailer.web.public.seat_forms import tell_dialogue
from mailer.web.public.seat_telling import tell_moment
from mailer.web.public.ways_in import safe_url

bp = Blueprint("joining", __name__)

OPENS_BEFORE = timedelta(minutes=15)
"""How long before its start the way into a dialogue opens."""


@bp.get("/join/<token>")
def join(token: str) -> AnyResponse:
    """On to the conference from a quarter of an hour before the start until the end; else say when it opens.

    Raises CalledOff, SeatGivenBack.
    """
    house = parts()
    (registration_id,) = house.links.read("join", token)
    with house.database.reading() as session:
        found = registrations.get_registration(session, registration_id)
        event, now = found.event, house.now()
        languages.speak_for(event.series)
        languages.point_to_event(event)
        if event.is_cancelled:
            raise registrations.CalledOff(event=event.slug)
        if event.over_at(event.series.zone) <= now:
            raise registrations.EventOver(event=event.slug)
        if not found.has_seat:
            raise registrations.SeatGivenBack(registration=found.id)
        opens_at = event.starts_at - OPENS_BEFORE if event.is_dated and event.starts_at else None
        there = safe_url(event.join_url)
        online = found.attendance is Attendance.ONLINE
        if online and there and opens_at is not None and opens_at <= now:
            return redirect(there)
        return make_response(
            render_template(
                "public/join.html",
                dialogue=tell_dialogue(event),
                opens=tell_moment(opens_at, event.series) if opens_at and now < opens_at else "",
                on_site=not online,
                seat_url=f"/registrations/{house.links.make('seat', found.id)}" if not online else "",
            )
        )
