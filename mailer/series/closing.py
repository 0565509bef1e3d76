"""When a series is over, so that its mails end by themselves."""

from __future__ import annotations

import enum
from datetime import date, datetime, time, timedelta

from mailer.core.clock import at_local, local_day
from mailer.series.models import Event, Series

CLOSING_HOUR = time(9)
"""A farewell is a mail like others: it comes in the morning, not at midnight."""


class SeriesState(enum.StrEnum):
    PLANNED = "planned"  # its first event has not begun
    RUNNING = "running"
    ENDED = "ended"  # past its closing time: nobody can sign up, nothing leaves but the farewell
    ERASED = "erased"  # ended, and the personal data is gone


def closes_at(series: Series) -> datetime | None:
    """The instant every subscription of the series ends; None while it has neither events nor a closing date.

    The closing date, if the organisers set one; else ``closing_days`` after the day of the
    last event that is not cancelled (for one with only a month, after that month), but never
    before that event is over. When all are cancelled the last of them counts: the mails must
    end by themselves even then. Who cancels a last dialogue late does not end the series before
    the next morning: those who counted on it must hear of it.
    """
    zone = series.zone
    if series.closes_on is not None:
        return at_local(series.closes_on, CLOSING_HOUR, zone)
    events = [event for event in series.events if not event.is_cancelled] or list(series.events)
    if not events:
        return None
    last = max(event.last_day(zone) for event in events) + timedelta(days=series.closing_days)
    called_off = [e.revised_at for e in series.events if e.is_cancelled and _was_ahead(e, series)]
    news = max((local_day(moment, zone) for moment in called_off if moment), default=date.min)
    end = at_local(max(last, news + timedelta(days=1)), CLOSING_HOUR, zone)
    if end < max(event.over_at(zone) for event in events):  # no closing days: the morning after
        return at_local(last + timedelta(days=1), CLOSING_HOUR, zone)
    return end


def _was_ahead(event: Event, series: Series) -> bool:
    """Whether the event was still to come when it was changed last."""
    return event.revised_at is not None and event.revised_at < event.over_at(series.zone)


def is_over(series: Series, now: datetime) -> bool:
    end = closes_at(series)
    return end is not None and end <= now


def state_of(series: Series, now: datetime) -> SeriesState:
    if is_over(series, now):
        return SeriesState.ERASED if series.erased_at is not None else SeriesState.ENDED
    begun = any(
        (event.starts_at or event.over_at(series.zone)) <= now
        for event in series.events
        if not event.is_cancelled
    )
    return SeriesState.RUNNING if begun else SeriesState.PLANNED


def mark_ended(series: Series, *, now: datetime) -> None:
    """Note that the subscriptions were ended now. One that was prolonged afterwards is marked anew at its next end."""
    series.ended_at = now
    series.erased_at = None


def mark_erased(series: Series, *, now: datetime) -> None:
    """Note that the personal data is gone."""
    series.erased_at = now


def count_forgotten(series: Series, state: str, number: int) -> None:
    """Remember how many subscriptions in a state were erased; nothing else remains of them."""
    series.forgotten = {**series.forgotten, state: series.forgotten.get(state, 0) + number}
