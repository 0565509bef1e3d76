"""Who registered for a dialogue: to look through, to note who came, to take out, and how many seats there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import delivery, exchange, registrations, series
from mailer.context import parts
from mailer.organisers import Role
from mailer.registrations import Registration, Standing
from mailer.series import Event
from mailer.web import languages
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.people import BYTE_ORDER_MARK, row_number
from mailer.web.desk.seat_words import tell_list, tell_one
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words

bp = Blueprint(
    "seats", __name__, url_prefix="/organiser/series/<slug:slug>/dialogues/<slug:event>/registrations"
)

MOST_SEATS = exchange.MOST_SEATS


@bp.get("")
@needs(Role.SENDER)
def index(slug: str, event: str) -> str:
    """A page of the list, the latest request first."""
    with parts().database.reading() as session:
        return _list(session, _find(session, slug, event), {})


@bp.get("/<int:number>")
@needs(Role.SENDER)
def show(slug: str, event: str, number: int) -> str:
    with parts().database.reading() as session:
        about = _find(session, slug, event)
        found = registrations.get_of_event(session, about, number)
        return render_template(
            "desk/seat.html",
            slug=slug,
            event=event,
            title=words(about.series, about.title),
            seat=tell_one(found, is_undeliverable=bool(delivery.undeliverable_seats(session, [found.id]))),
        )


@bp.post("/<int:number>/in")
@needs(Role.SENDER)
def check_in(slug: str, event: str, number: int) -> AnyResponse:
    with parts().database.transaction() as session:
        found = _get(session, slug, event, number)
        registrations.check_in(session, found.id, now=parts().now())
        note(session, "seat.checked_in", series=slug, subject=event)
    flash(_("Welcome! The arrival is noted."), "done")
    return _back(slug, event, number)


@bp.post("/<int:number>/undo")
@needs(Role.SENDER)
def undo_check_in(slug: str, event: str, number: int) -> AnyResponse:
    with parts().database.transaction() as session:
        found = _get(session, slug, event, number)
        registrations.undo_check_in(session, found.id, now=parts().now())
        note(session, "seat.check_in_undone", series=slug, subject=event)
    flash(_("The arrival is taken back."), "done")
    return _back(slug, event, number)


@bp.post("/<int:number>/remove")
@needs(Role.SENDER)
def remove(slug: str, event: str, number: int) -> AnyResponse:
    """Take the seat away; the next one moves up, and both hear of it. Who had none yet is not written to."""
    with parts().database.transaction() as session:
        found = _get(session, slug, event, number)
        had_seat = found.has_seat
        registrations.give_back(session, found.id, now=parts().now())
        note(session, "seat.removed", series=slug, subject=event)
    hears = _("The registration is taken back. The person is told by email.")
    flash(hears if had_seat else _("The registration is taken back. No email goes out."), "done")
    return _back(slug, event, number)


@bp.post("/capacity")
@needs(Role.EDITOR)
def change_capacity(slug: str, event: str) -> AnyResponse:
    """How many seats there are on site; empty for as many as come. Nobody loses one by it."""
    typed = request.form.get("capacity", "").strip()
    if typed and not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= MOST_SEATS):
        with parts().database.reading() as session:
            problem = {"capacity": _("Please enter a whole number, or nothing if nobody counts the places.")}
            return make_response(_list(session, _find(session, slug, event), problem), 422)
    with parts().database.transaction() as session:
        about = _find(session, slug, event)
        entry = replace(exchange.entry_of(session, about), capacity=int(typed) if typed else None)
        if exchange.edit_event(session, about, entry, edition=about.edition, now=parts().now()):
            note(session, "seat.capacity_changed", series=slug, subject=event, count=typed or "∞")
    flash(_("The number of places is changed. Who waits is told as soon as it is their turn."), "done")
    return redirect(url_for(".index", slug=slug, event=event), 303)


@bp.post("/export")
@needs(Role.SENDER)
def export(slug: str, event: str) -> Response:
    """The list as CSV, written while it is read."""
    house = parts()
    with house.database.transaction() as session:
        _find(session, slug, event)
        note(session, "seat.exported", series=slug, subject=event)
    separator = ";" if languages.locale() == "de" else ","  # what spreadsheets there expect

    def lines() -> Iterator[str]:
        with house.database.reading() as reading:
            about = series.get_event(
                reading, series.get_series(reading, slug, drafts=True), event, drafts=True
            )
            yield BYTE_ORDER_MARK
            yield from exchange.export_registrations(reading, about, separator=separator)

    response = Response(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{event}.csv"'
    return response


def _list(session: Session, about: Event, errors: dict[str, str]) -> str:
    state = request.args.get("state", "")
    standing = Standing(state) if state in list(Standing) else None
    page = registrations.seat_page(
        session,
        about,
        standing=standing,
        older_than=request.args.get("older", type=row_number),
        newer_than=request.args.get("newer", type=row_number),
    )
    told = tell_list(
        about,
        registrations.counts_of_event(session, about),
        page,
        standing=standing,
        undeliverable=delivery.undeliverable_seats(session, [row.id for row in page.rows]),
    )
    return render_template(
        "desk/seats.html",
        slug=about.series.slug,
        event=about.slug,
        seats=told,
        capacity=request.form.get("capacity", "")[:20] if errors else about.capacity,
        has_places="on_site" in registrations.ways_to_attend(about),
        errors=errors,
    )


def _find(session: Session, slug: str, event: str) -> Event:
    return series.get_event(session, open_series(session, slug), event, drafts=True)


def _get(session: Session, slug: str, event: str, number: int) -> Registration:
    return registrations.get_of_event(session, _find(session, slug, event), number)


def _back(slug: str, event: str, number: int) -> AnyResponse:
    return redirect(url_for(".show", slug=slug, event=event, number=number), 303)
