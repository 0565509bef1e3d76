"""The desk's first page: every series, how many people are on its list, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from mailer import series, subscriptions
from mailer.context import parts
from mailer.organisers import Role
from mailer.series import Series, SeriesState
from mailer.subscriptions import SubscriptionState
from mailer.web.desk.guarding import needs
from mailer.web.languages import gettext as _
from mailer.web.public.facts import NextDate
from mailer.web.public.list_telling import tell_end, tell_next_date
from mailer.web.public.telling import tell_summary, words

bp = Blueprint("overview", __name__, url_prefix="/organiser")


@dataclass(frozen=True)
class Count:
    label: str
    number: int


@dataclass(frozen=True)
class SeriesCard:
    """One series as the desk lists it."""

    title: str
    url: str
    state: str
    summary: str
    counts: tuple[Count, ...]
    next_date: NextDate | None
    ends: str


@bp.get("/")
@needs(Role.EDITOR)
def show() -> str:
    """Greet the organiser."""
    house = parts()
    with house.database.reading() as session:
        cards = [_tell(session, found, now=house.now()) for found in series.list_series(session, drafts=True)]
        return render_template("desk/overview.html", cards=cards)


def _tell(session: Session, found: Series, *, now: datetime) -> SeriesCard:
    counts = subscriptions.counts_by_state(session, found)
    return SeriesCard(
        title=words(found, found.title),
        url=url_for("series_pages.show_series", slug=found.slug),
        state=_tell_state(series.state_of(found, now)),
        summary=tell_summary(found),
        counts=tuple(Count(label, counts[state]) for state, label in _labels().items()),
        next_date=tell_next_date(found, now=now),
        ends=tell_end(found),
    )


def _labels() -> dict[SubscriptionState, str]:
    return {
        SubscriptionState.ACTIVE: _("active"),
        SubscriptionState.PENDING: _("not yet confirmed"),
        SubscriptionState.LEFT: _("left"),
        SubscriptionState.BOUNCED: _("undeliverable"),
        SubscriptionState.ENDED: _("ended"),
    }


def _tell_state(state: SeriesState) -> str:
    return {
        SeriesState.PLANNED: _("planned"),
        SeriesState.RUNNING: _("running"),
        SeriesState.ENDED: _("over"),
        SeriesState.ERASED: _("over, personal data erased"),
    }[state]
