"""What the doors must know of a series before they let somebody sign up, in a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.types import Form
from mailer.series.closing import closes_at
from mailer.series.finding import UnknownSeries, get_series
from mailer.series.models import Event, Series, SeriesId

MOST = 64
"""Outlines kept in one process."""


@dataclass(frozen=True)
class Outline:
    """A series without what its events are about."""

    id: SeriesId
    slug: str
    languages: tuple[str, ...]
    form_of_address: Form
    ends_at: datetime | None
    """When its subscriptions end; None while nobody knows."""
    look: tuple[str, ...]
    """Differs when anything here or in the frame of its pages may: its title, its colour, its logo."""

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now


def get_outline(session: Session, slug: str) -> Outline:
    """The outline of the series of that slug. Raises UnknownSeries, also for a draft."""
    found = find_outline(session, slug)
    if found is None:
        raise UnknownSeries(series=slug[:80])
    return found


def find_outline(session: Session, slug: str) -> Outline | None:
    """The outline of the series of that slug, unless it is a draft; worked out anew only when it may differ."""
    session.flush()  # what follows goes past the session: it is a third of the way
    look = tuple(session.connection().scalars(_LOOK, {"slug": slug}))
    found = _kept.get(look)
    if look and found is None:
        if len(_kept) >= MOST:
            _kept.clear()
        found = _kept[look] = _read(session, slug, look)
    return found


def _read(session: Session, slug: str, look: tuple[str, ...]) -> Outline:
    series = get_series(session, slug)
    return Outline(
        series.id, series.slug, tuple(series.languages), series.form_of_address, closes_at(series), look
    )


def _as_text(columns: tuple[Any, ...]) -> Any:
    """The columns as one text: a row of them costs no more than a word."""
    text: Any = sa.literal_column("'|'", sa.Text)
    for column in columns:
        known = sa.cast(column, sa.Text)
        text = (
            text
            + sa.func.coalesce(known, sa.literal_column("''", sa.Text))
            + sa.literal_column("'|'", sa.Text)
        )
    return text


_OF_SERIES = (
    Series.id,
    Series.slug,
    Series.title,
    Series.languages,
    Series.form_of_address,
    Series.timezone,
    Series.closes_on,
    Series.closing_days,
    Series.colour,
    Series.logo,
    Series.changed_at,
)
_OF_EVENTS = (Event.id, Event.state, Event.starts_at, Event.ends_at, Event.month, Event.revised_at)
"""All of an event that decides when its series is over; `closes_at` says how."""

_LOOK = (
    sa.select(_as_text((*_OF_SERIES, *_OF_EVENTS)))
    .select_from(Series)
    .outerjoin(Event, sa.and_(Event.series_id == Series.id, Event.draft.is_(False)))
    .where(Series.slug == sa.bindparam("slug"), Series.draft.is_(False))
    .order_by(Event.position, Event.id)
)

_kept: dict[tuple[str, ...], Outline] = {}
