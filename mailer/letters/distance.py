"""How far off a dialogue is, in words that fit when the letter is written. Pure."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.core.i18n import Translator

MINUTES_COUNT_BELOW = timedelta(hours=1)
"""Nearer than this we say "in 20 minutes"; from here on, the time of day."""

DAYS_NAMED = 6
"""Up to so many calendar days ahead a weekday cannot be mistaken for another week's."""


class Nearness(enum.StrEnum):
    """Where the instant of writing lies as seen from the dialogue, by calendar days of its zone."""

    OVER = "over"
    RUNNING = "running"
    MINUTES = "minutes"  # less than an hour ahead
    TODAY = "today"
    TOMORROW = "tomorrow"
    DAYS = "days"  # two to six days ahead
    FAR = "far"


def nearness(starts_at: datetime, ends_at: datetime | None, *, zone: ZoneInfo, now: datetime) -> Nearness:
    """How near the dialogue is. Without an end it counts as over once it has begun."""
    if starts_at <= now:
        return Nearness.RUNNING if ends_at is not None and now < ends_at else Nearness.OVER
    if starts_at - now < MINUTES_COUNT_BELOW:
        return Nearness.MINUTES
    days = (local_day(starts_at, zone) - local_day(now, zone)).days
    if days > DAYS_NAMED:
        return Nearness.FAR
    return {0: Nearness.TODAY, 1: Nearness.TOMORROW}.get(days, Nearness.DAYS)


def in_words(
    starts_at: datetime, ends_at: datetime | None, *, zone: ZoneInfo, now: datetime, speak: Translator
) -> str:
    """``in 20 minutes``, ``today at 17:00``, ``on Thursday, 26 January, at 17:00``: for the middle of a sentence."""
    _ = speak.gettext
    minutes = _minutes(starts_at, now)
    words = {
        Nearness.OVER: _("on %(day)s at %(hour)s"),
        Nearness.RUNNING: _("running since %(hour)s"),
        Nearness.MINUTES: speak.ngettext("in one minute", "in %(minutes)s minutes", minutes),
        Nearness.TODAY: _("today at %(hour)s"),
        Nearness.TOMORROW: _("tomorrow at %(hour)s"),
        Nearness.DAYS: _("on %(near_day)s, at %(hour)s"),
        Nearness.FAR: _("on %(day)s at %(hour)s"),
    }[nearness(starts_at, ends_at, zone=zone, now=now)]
    return words % {
        "minutes": minutes,
        "hour": i18n.hour(starts_at, zone, speak.locale),
        "near_day": i18n.day_in_year(starts_at, zone, speak.locale),
        "day": i18n.long_day(starts_at, zone, speak.locale),
    }


def headline(
    starts_at: datetime, ends_at: datetime | None, *, zone: ZoneInfo, now: datetime, speak: Translator
) -> str:
    """The same to open a subject with, and shorter: ``Tomorrow at 17:00``, ``On 26 January 2023``."""
    near = nearness(starts_at, ends_at, zone=zone, now=now)
    if near in (Nearness.FAR, Nearness.OVER):
        day = i18n.day(local_day(starts_at, zone), speak.locale)
        return speak.gettext("On %(day)s") % {"day": day}
    words = in_words(starts_at, ends_at, zone=zone, now=now, speak=speak)
    return words[0].upper() + words[1:]


def predicate(
    starts_at: datetime, ends_at: datetime | None, *, zone: ZoneInfo, now: datetime, speak: Translator
) -> str:
    """What a dialogue does: ``begins tomorrow at 17:00``, ``is running since 17:00``, ``took place on …``."""
    _ = speak.gettext
    when = in_words(starts_at, ends_at, zone=zone, now=now, speak=speak)
    match nearness(starts_at, ends_at, zone=zone, now=now):
        case Nearness.OVER:
            return _("took place %(when)s") % {"when": when}
        case Nearness.RUNNING:
            return _("has been %(when)s") % {"when": when}
        case _near:
            return _("begins %(when)s") % {"when": when}


def _minutes(starts_at: datetime, now: datetime) -> int:
    """Whole minutes left, at least one: better a little early than a little late."""
    return max(1, (starts_at - now) // timedelta(minutes=1))
