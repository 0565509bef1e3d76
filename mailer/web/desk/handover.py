"""Handing a series over: all of it in one file, to take along."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for

from mailer import handover, series
from mailer.context import asking, parts
from mailer.organisers import Role
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note

bp = Blueprint("handover", __name__, url_prefix="/organiser/series/<slug:slug>/handover")


@bp.get("")
@needs(Role.EDITOR)
def show(slug: str) -> str:
    """What is in the file, and the button that makes it."""
    with parts().database.reading() as session:
        found = open_series(session, slug)
        return render_template(
            "desk/handover.html",
            action=url_for(".take", slug=slug),
            is_draft=found.draft,
            dialogues=len(found.all_events),
        )


@bp.post("")
@needs(Role.EDITOR)
def take(slug: str) -> Response:
    """The file, written while it is read. No transaction is open while the pages are asked for."""
    house = parts()
    with house.database.transaction() as session:
        found = series.get_series(session, slug, drafts=True)
        bundle = handover.gather(session, found, base_url=house.config.base_url, shelf=house.shelf)
        note(session, "series.handed_over", series=slug)
    packed = handover.pack(bundle.members(asking()), now=house.now())
    response = Response(packed, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    return response
