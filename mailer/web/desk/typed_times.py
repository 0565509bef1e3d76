"""A day and a time typed into a form, by the clock of a series: what does not exist, or exists twice, is asked back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from mailer.core import i18n
from mailer.core.clock import at_local, possible_instants
from mailer.web import languages
from mailer.web.languages import gettext as _


@dataclass(frozen=True)
class TypedTime:
    """What was typed, and the instant it means if it means one."""

    instant: datetime | None
    problem: str
    """A sentence; empty where ``instant`` is there."""
    twice: tuple[tuple[str, str], ...] = ()
    """Of an hour that comes twice: the value of each choice, and its words."""


def read_time(day: str, clock: str, zone: ZoneInfo, *, which: str = "") -> TypedTime:
    """The instant that ``day`` (2023-03-26) and ``clock`` (02:30) mean in ``zone``.

    ``which`` is ``first`` or ``second`` where an hour comes twice and she was asked which one she means.
    """
    try:
        shown = date.fromisoformat(day.strip()), time.fromisoformat(clock.strip())
    except ValueError:
        return TypedTime(None, _("Please enter a day and a time, such as 28.09.2023 and 17:00."))
    if shown[1].tzinfo is not None or not 2000 <= shown[0].year < 2200:
        return TypedTime(None, _("Please enter a day and a time, such as 28.09.2023 and 17:00."))
    return _meant(*shown, zone, which)


def _meant(day: date, clock: time, zone: ZoneInfo, which: str) -> TypedTime:
    instants = possible_instants(day, clock, zone)
    if len(instants) == 1:
        return TypedTime(instants[0], "")
    if not instants:
        later = i18n.hour(at_local(day, clock, zone), zone, languages.locale())
        return TypedTime(
            None,
            _("This time does not exist: the clocks are put forward on that day. Did you mean %(later)s?")
            % {"later": later},
        )
    if which in ("first", "second"):
        return TypedTime(instants[which == "second"], "")
    twice = tuple(zip(("first", "second"), (_in_words(one, zone) for one in instants), strict=True))
    return TypedTime(
        None, _("This time comes twice: the clocks are put back on that day. Please say which one."), twice
    )


def _in_words(moment: datetime, zone: ZoneInfo) -> str:
    locale = languages.locale()
    return f"{i18n.hour(moment, zone, locale)} ({i18n.zone_name(moment, zone, locale)})"
