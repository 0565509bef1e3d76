"""At the entrance: the page behind the code that a guest shows. Only organisers who are signed in may note that she came."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import registrations
from mailer.context import parts
from mailer.organisers import Role
from mailer.registrations import Attendance, Registration
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.people_telling import tell_moment
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words

bp = Blueprint("arriving", __name__, url_prefix="/organiser/arrival/<token>")


@bp.get("")
@needs(Role.EDITOR)
def show(token: str) -> str:
    """Who it is, for which dialogue, and whether she has a place. Looking notes nothing."""
    house = parts()
    with house.database.reading() as session:
        found = _find(session, token)
        event = found.event
        came = found.checked_in_at
        return render_template(
            "desk/arrival.html",
            token=token,
            name=found.name,
            title=words(event.series, event.title),
            has_seat=found.has_seat,
            on_site=found.has_seat and found.attendance is Attendance.ON_SITE,
            came=tell_moment(event.series, came) if came else "",
        )


@bp.post("/in")
@needs(Role.EDITOR)
def check_in(token: str) -> AnyResponse:
    with parts().database.transaction() as session:
        found = _find(session, token)
        was_there = found.checked_in_at is not None
        found = registrations.check_in(session, found.id, now=parts().now())
        if not was_there:
            note(session, "seat.checked_in", series=found.event.series.slug, subject=found.event.slug)
    flash(_("Welcome! The arrival is noted."), "done")
    return redirect(url_for(".show", token=token), 303)


@bp.post("/undo")
@needs(Role.EDITOR)
def undo(token: str) -> AnyResponse:
    with parts().database.transaction() as session:
        found = registrations.undo_check_in(session, _find(session, token).id, now=parts().now())
        note(session, "seat.check_in_undone", series=found.event.series.slug, subject=found.event.slug)
    flash(_("The arrival is taken back."), "done")
    return redirect(url_for(".show", token=token), 303)


def _find(session: Session, token: str) -> Registration:
    (registration_id,) = parts().links.read("arrival", token)
    found = registrations.get_registration(session, registration_id)
    open_series(session, found.event.series.slug)
    return found
