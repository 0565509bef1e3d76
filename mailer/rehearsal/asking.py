"""Scenarios as one types them: ``2023-04-25T08:00/2023-04-27T10:00``, ``boden=+1d``."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from mailer.core.clock import NotATime, parse_local
from mailer.core.durations import parse_duration
from mailer.core.errors import Invalid
from mailer.rehearsal.scenarios import Move, Outage

_SHIFT = re.compile(r"([+-])(\d{1,4})([hdw])", re.ASCII)
_UNITS = {"h": "PT%sH", "d": "P%sD", "w": "P%sW"}


class BadOutage(Invalid):
    """The text is no ``FROM/UNTIL``."""

    code = "bad_outage"


class BadMove(Invalid):
    """The text is no ``EVENT=+1d`` or ``EVENT=2023-05-26T17:00``."""

    code = "bad_move"


def parse_outage(text: str, zone: ZoneInfo) -> Outage:
    """``2023-04-25T08:00/2023-04-27T10:00``, by the clock of ``zone``. Raises BadOutage, ClockChange."""
    start, _, end = text.partition("/")
    try:
        return Outage(parse_local(start, zone), parse_local(end, zone))
    except NotATime:
        raise BadOutage(text=text[:60]) from None


def parse_move(text: str, zone: ZoneInfo) -> Move:
    """``boden=+1d``, ``boden=-2h``, ``boden=+1w`` or ``boden=2023-05-26T17:00``. Raises BadMove, ClockChange."""
    event, _, how = text.partition("=")
    found = _SHIFT.fullmatch(how.strip())
    if found:
        sign, number, unit = found.groups()
        return Move(event, by=parse_duration(_UNITS[unit] % number), sign=1 if sign == "+" else -1)
    try:
        return Move(event, to=parse_local(how, zone))
    except NotATime:
        raise BadMove(text=text[:60]) from None
