"""A series as a file at the desk: taking it out, bringing it in after seeing what would change, publishing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, handover, mailings, media, series
from mailer.context import parts
from mailer.exchange import BadSeriesFile, EventWasPublished, SeriesWasPublished
from mailer.handover import BundleTooLarge, Incoming, NotABundle
from mailer.mailings import Consequences
from mailer.media import UnknownFile
from mailer.organisers import Role
from mailer.series import Facts
from mailer.web import languages
from mailer.web.desk import announcing
from mailer.web.desk.change_telling import ToldOf
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words

bp = Blueprint("desk_series", __name__, url_prefix="/organiser/series")

LARGEST = 2_500_000
"""Bytes of a form with the largest series file in it, quoted."""

LARGEST_BUNDLE = 100_000_000
"""Bytes of a handover that a browser may bring; a larger one comes in by the command line."""


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
    missing: tuple[str, ...] = ()
    """Files that it names and that are neither here nor came along; why not, where there is a reason."""
    files: int = 0
    """How many pictures and documents came along."""
    told: tuple[ToldOf, ...] = ()
    """The dialogues whose guests would hear of the change."""
    may_tell_now: bool = False

    @property
    def is_at_once(self) -> bool:
        """Whether no quiet period would pass before anybody is told."""
        return all(one.foretold.is_at_once for one in self.told)


@bp.get("/import")
@needs(Role.EDITOR)
def ask() -> str:
    return _page()


@bp.post("/import")
@needs(Role.EDITOR, largest=LARGEST, files=LARGEST_BUNDLE)
def bring_in() -> AnyResponse:
    """Show what the file would change, and who would be told; store it when that was seen and confirmed."""
    house, now = parts(), parts().now()
    try:
        content, act = _sent()
        incoming = handover.read_incoming(content)
        with house.database.transaction() as session:
            foreseen, seen = _try(session, incoming, now=now)
            choice, telling = announcing.read_choice(act)
            if choice != "store" or (seen and telling is None):
                return make_response(_shown(session, foreseen, content, incoming, now=now))
            found = handover.bring_in(session, incoming, shelf=house.shelf, now=now).series
            note(session, "series.imported", series=foreseen.slug, subject=foreseen.slug)
            if telling is not None:
                announcing.carry_out_several(session, found, seen, telling, now=now)
    except BadSeriesFile as problem:
        sentences = [one.sentence(languages.current()) for one in problem.problems]
        return make_response(_page(problems=sentences), 422)
    except (NotABundle, BundleTooLarge, UnknownFile) as problem:
        return make_response(_page(problems=[languages.current().sentence(problem)]), 422)
    except (EventWasPublished, SeriesWasPublished) as refused:
        return make_response(_page(problems=[languages.current().sentence(refused)]), 409)
    flash(_("The file is brought in."), "done")
    return redirect(url_for("dialogues.index", slug=foreseen.slug), 303)


def _sent() -> tuple[bytes, str]:
    """The file that was handed in, or the one that was looked at before; and which button was pressed."""
    upload = request.files.get("file")
    if upload:
        return upload.read(), ""
    act, word = request.form.get("do", ""), request.form.get("bundle", "")
    if not word:
        return request.form.get("source", "").encode(), act
    with parts().database.reading() as session:
        return media.get_laid_by(session, word, shelf=parts().shelf), act


def _shown(session: Session, foreseen: Foreseen, content: bytes, incoming: Incoming, *, now: datetime) -> str:
    """The page that says what would change. A bundle lies by meanwhile; a file travels with the form."""
    if incoming.source is content:
        return _page(foreseen=foreseen, source=content.decode("utf-8-sig"))
    return _page(foreseen=foreseen, bundle=media.lay_by(session, content, shelf=parts().shelf, now=now))


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


def _try(
    session: Session, incoming: Incoming, *, now: datetime
) -> tuple[Foreseen, Mapping[str, Consequences]]:
    """What the file would do, and of each dialogue it changes who would be told; nothing of it is stored."""
    trial = session.begin_nested()
    try:
        foreseen, proposed = _import(session, incoming, now=now)
    finally:
        trial.rollback()
    found = series.find_series(session, foreseen.slug)
    if found is None or foreseen.created:
        return foreseen, {}
    seen = announcing.foresee_several(session, found, proposed, now=now)
    told = announcing.tell_several(found, seen, now=now)
    return replace(foreseen, told=told, may_tell_now=announcing.may_tell_now(found)), seen


def _import(session: Session, incoming: Incoming, *, now: datetime) -> tuple[Foreseen, Mapping[str, Facts]]:
    """The series file alone: what comes along with it is on no shelf before somebody says yes."""
    report = exchange.import_series(session, incoming.source, now=now)
    foreseen = Foreseen(
        title=words(report.series, report.series.title),
        slug=report.series.slug,
        created=report.created,
        changed=report.changed,
        events_created=report.events_created,
        events_changed=report.events_changed,
        cancelled=report.cancelled,
        people=mailings.count(session, mailings.subscribers(report.series, now=now)),
        missing=tuple(_tell_missing(incoming, media.missing_files(session, report.series))),
        files=len(incoming.files),
    )
    return foreseen, {event.slug: series.facts_of(event) for event in report.series.events}


def _tell_missing(incoming: Incoming, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        problem = incoming.unusable.get(name)
        if problem is not None:
            yield f"{name}: {languages.current().sentence(problem)}"
        elif name not in incoming.files:
            yield name


def _page(
    *,
    foreseen: Foreseen | None = None,
    source: str = "",
    bundle: str = "",
    problems: list[str] | None = None,
) -> str:
    return render_template(
        "desk/series_import.html",
        foreseen=foreseen,
        source=source,
        bundle=bundle,
        problems=problems or [],
        most=LARGEST_BUNDLE // 1_000_000,
    )
