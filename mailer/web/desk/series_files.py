"""A series as a file at the desk: taking it out, bringing it in after seeing what would change, publishing it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, mailings
from mailer.context import parts
from mailer.exchange import BadSeriesFile
from mailer.organisers import Role
from mailer.web import languages
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words

bp = Blueprint("desk_series", __name__, url_prefix="/organiser/series")

LARGEST = 2_500_000
"""Bytes of a form with the largest series file in it, quoted."""


@dataclass(frozen=True)
class Foreseen:
    """What a file would do, were it brought in."""

    title: str
    slug: str
    created: bool
    changed: bool
    events_created: int
    events_changed: int
    cancelled: tuple[str, ...]
    people: int


@bp.get("/import")
@needs(Role.EDITOR)
def ask() -> str:
    return _page()


@bp.post("/import")
@needs(Role.EDITOR, largest=LARGEST)
def bring_in() -> AnyResponse:
    """Show what the file would change; store it when that was seen and confirmed."""
    upload = request.files.get("file")
    source = upload.read() if upload else request.form.get("source", "").encode()
    stores = upload is None and request.form.get("do") == "store"
    with parts().database.transaction() as session:
        trial = session.begin_nested()
        try:
            foreseen = _import(session, source)
        except BadSeriesFile as problem:
            trial.rollback()
            sentences = [one.sentence(languages.current()) for one in problem.problems]
            return make_response(_page(problems=sentences), 422)
        if not stores:
            trial.rollback()
            return make_response(_page(foreseen=foreseen, source=source.decode("utf-8-sig")))
        trial.commit()
        note(session, "series.imported", series=foreseen.slug, subject=foreseen.slug)
    flash(_("The file is brought in."), "done")
    return redirect(url_for("dialogues.index", slug=foreseen.slug), 303)


@bp.get("/<slug:slug>/file.yaml")
@needs(Role.EDITOR)
def take_out(slug: str) -> Response:
    with parts().database.reading() as session:
        response = make_response(exchange.export_series(session, open_series(session, slug)))
    response.headers["Content-Type"] = "application/yaml; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.yaml"'
    return response


@bp.post("/<slug:slug>/publish")
@needs(Role.EDITOR)
def publish(slug: str) -> AnyResponse:
    """Let the world know of a series that was a draft."""
    house = parts()
    with house.database.transaction() as session:
        found = open_series(session, slug)
        if found.draft:
            found.draft = False
            found.changed_at = house.now()
            note(session, "series.published", series=slug, subject=slug)
            flash(_("The series is public now."), "done")
    return redirect(url_for("dialogues.index", slug=slug), 303)


def _import(session: Session, source: bytes) -> Foreseen:
    now = parts().now()
    report = exchange.import_series(session, source, now=now)
    return Foreseen(
        title=words(report.series, report.series.title),
        slug=report.series.slug,
        created=report.created,
        changed=report.changed,
        events_created=report.events_created,
        events_changed=report.events_changed,
        cancelled=report.cancelled,
        people=mailings.count(session, mailings.subscribers(report.series, now=now)),
    )


def _page(*, foreseen: Foreseen | None = None, source: str = "", problems: list[str] | None = None) -> str:
    return render_template(
        "desk/series_import.html", foreseen=foreseen, source=source, problems=problems or []
    )
