"""What all pages about mailings begin with: their blueprint, and the mailing of this series with this number."""

from __future__ import annotations

from flask import Blueprint, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from mailer import mailings, series
from mailer.mailings import Mailing, UnknownMailing
from mailer.series import Event, Series
from mailer.web.desk.frame import open_series

bp = Blueprint("desk_mailings", __name__, url_prefix="/organiser/series/<slug:slug>/mailings")

LARGEST_NUMBER = 2**31 - 1
"""Of what databases count with; a larger one in an address names nothing."""

LARGEST_MESSAGE = 4 * 1024 * 1024
"""Bytes of a form with a message in it: far more than a text may have, so that one too long is answered with a sentence."""


def open_mailing(session: Session, slug: str, number: int) -> Mailing:
    """The mailing a page is about. Raises UnknownSeries, and UnknownMailing also for another series' number."""
    found = open_series(session, slug)
    mailing = mailings.get_mailing(session, number)
    if mailing.series is not found:  # the same row is the same object: nothing is asked twice
        raise UnknownMailing(mailing=number)
    return mailing


def mailing_of(session: Session, slug: str, number: int) -> Mailing:
    """The same for a part of a page, which needs no frame: one look. Raises UnknownMailing."""
    found: Mailing | None = session.scalar(
        select(Mailing)
        .join(Mailing.series)
        .options(contains_eager(Mailing.series))
        .where(Mailing.id == min(number, LARGEST_NUMBER), Series.slug == slug)
    )
    if found is None:
        raise UnknownMailing(mailing=number)
    return found


def named_event(session: Session, found: Series, event: str) -> Event | None:
    """The dialogue with this slug; None where none is named. Raises UnknownEvent."""
    return series.get_event(session, found, event) if event else None


def to_mailing(slug: str, number: int) -> AnyResponse:
    """On to the mailing's own page."""
    return redirect(url_for("desk_mailings.show", slug=slug, number=number), 303)


def to_list(slug: str) -> AnyResponse:
    return redirect(url_for("desk_mailings.index", slug=slug), 303)
