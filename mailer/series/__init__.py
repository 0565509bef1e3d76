"""A row of events under one title: what is known of them, and when they are over."""

from mailer.series.changing import (
    RESERVED_SLUGS,
    BadSlug,
    ReservedSlug,
    check_slug,
    note_new_date,
    raise_revision,
)
from mailer.series.closing import SeriesState, closes_at, is_over, mark_ended, mark_erased, state_of
from mailer.series.finding import (
    UnknownEvent,
    UnknownSeries,
    find_series,
    get_event,
    get_series,
    list_series,
    next_event,
    upcoming,
)
from mailer.series.models import (
    Event,
    EventFormat,
    EventId,
    EventState,
    Material,
    MaterialKind,
    Series,
    SeriesId,
    Speaker,
)

__all__ = [
    "RESERVED_SLUGS",
    "BadSlug",
    "Event",
    "EventFormat",
    "EventId",
    "EventState",
    "Material",
    "MaterialKind",
    "ReservedSlug",
    "Series",
    "SeriesId",
    "SeriesState",
    "Speaker",
    "UnknownEvent",
    "UnknownSeries",
    "check_slug",
    "closes_at",
    "find_series",
    "get_event",
    "get_series",
    "is_over",
    "list_series",
    "mark_ended",
    "mark_erased",
    "next_event",
    "note_new_date",
    "raise_revision",
    "state_of",
    "upcoming",
]
