"""The desk's first page: every series, how many people are on its list, what comes next and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from mailer import delivery, mailings, series, subscriptions
from mailer.context import parts
from mailer.organisers import Role
from mailer.series import Series, SeriesState
from mailer.web.desk import concerns
from mailer.web.desk.concerns import Concern
from mailer.web.desk.guarding import needs
from mailer.web.desk.series_words import Count, tell_counts, tell_state
from mailer.web.desk.time_line import Line, line_of, url_if_there
from mailer.web.public.facts import NextDate
from mailer.web.public.list_telling import tell_end, tell_next_date
from mailer.web.public.telling import tell_summary, words

bp = Blueprint("overview", __name__, url_prefix="/organiser")


@dataclass(frozen=True)
class SeriesCard:
    """A series that has mails to come, as the desk lists it."""

    title: str
    url: str
    state: str
    summary: str
    counts: tuple[Count, ...]
    next_line: Line | None
    """Its next mail."""
    next_date: NextDate | None
    ends: str
    concerns: Sequence[Concern]


@dataclass(frozen=True)
class ClosedSeries:
    """One that is over: nothing can happen to it any more, so one line will do."""

    title: str
    url: str
    state: str
    summary: str


@bp.get("/")
@needs(Role.EDITOR)
def show() -> str:
    """Greet the organiser. Series that are over cost no query of their own."""
    now = parts().now()
    with parts().database.reading() as session:
        every = series.list_series(session, drafts=True)
        closed = [found for found in every if series.state_of(found, now) is SeriesState.ERASED]
        return render_template(
            "desk/overview.html",
            concerns=concerns.of_the_house(),
            cards=[_tell(session, found, now=now) for found in every if found not in closed],
            closed=[_tell_closed(found, now=now) for found in closed],
            new_url=url_if_there("new_series.ask"),
            import_url=url_if_there("desk_series.ask"),
        )


def _tell(session: Session, found: Series, *, now: datetime) -> SeriesCard:
    rows = mailings.list_mailings(session, found)
    planned = mailings.upcoming_mailings(session, found, now=now, quiet=parts().quiet)
    waiting = [row for row in rows if row.opened_at is None]
    counts = delivery.counts_of_several(session, waiting)
    line = line_of(session, found, rows=waiting, counts=counts, planned=planned, now=now)
    return SeriesCard(
        title=words(found, found.title),
        url=url_for("series_overview.show", slug=found.slug),
        state=tell_state(series.state_of(found, now), is_draft=found.draft),
        summary=tell_summary(found),
        counts=tell_counts(subscriptions.counts_by_state(session, found)),
        next_line=line.coming[0] if line.coming else None,
        next_date=tell_next_date(found, now=now),
        ends=tell_end(found),
        concerns=concerns.of_series(session, found, planned=planned, rows=rows, now=now),
    )


def _tell_closed(found: Series, *, now: datetime) -> ClosedSeries:
    return ClosedSeries(
        title=words(found, found.title),
        url=url_for("series_overview.show", slug=found.slug),
        state=tell_state(series.state_of(found, now), is_draft=found.draft),
        summary=tell_summary(found),
    )
