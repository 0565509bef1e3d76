"""The log of the desk: who did what, for the whole house and for one series."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from mailer import organisers, series
from mailer.context import parts
from mailer.core.text import in_language
from mailer.organisers import AuditEntry, Role
from mailer.web import languages
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs
from mailer.web.desk.log_telling import SeriesName, tell_days
from mailer.web.desk.moments import house_zone

bp = Blueprint("audit_log", __name__, url_prefix="/organiser")
bp_of_series = Blueprint("series_log", __name__, url_prefix="/organiser/series/<slug:slug>")

ON_A_PAGE = 50


@bp.get("/log")
@needs(Role.OWNER)
def index() -> str:
    """What was done in the whole house, the latest first."""
    with parts().database.reading() as session:
        return _page(session, _entries(session), zone=house_zone(session), about="")


@bp_of_series.get("/log")
@needs(Role.EDITOR)
def show(slug: str) -> str:
    """What was done to one series, the latest first."""
    with parts().database.reading() as session:
        found = open_series(session, slug)
        return _page(session, _entries(session, slug), zone=found.zone, about=slug)


def _entries(session: Session, slug: str | None = None) -> Sequence[AuditEntry]:
    """One more than a page shows, to know whether there is another."""
    return organisers.list_entries(session, series=slug, before=_before(), most=ON_A_PAGE + 1)


def _page(session: Session, entries: Sequence[AuditEntry], *, zone: ZoneInfo, about: str) -> str:
    shown, more = entries[:ON_A_PAGE], len(entries) > ON_A_PAGE
    return render_template(
        "desk/log.html",
        days=tell_days(shown, {} if about else _names(session), zone=zone, speak=languages.current()),
        zone=str(zone),
        of_series=bool(about),
        newest_url=_url(about) if _before() else "",
        older_url=_url(about, before=shown[-1].id) if more else "",
    )


def _url(about: str, *, before: int | None = None) -> str:
    if about:
        return url_for("series_log.show", slug=about, before=before)
    return url_for("audit_log.index", before=before)


def _names(session: Session) -> dict[str, SeriesName]:
    locale = languages.locale()
    return {
        found.slug: SeriesName(
            in_language(found.title, locale, found.languages), url_for("series_log.show", slug=found.slug)
        )
        for found in series.list_series(session)
    }


def _before() -> int | None:
    """From which entry on; what is no number starts at the newest."""
    asked = request.args.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
