"""The single values of a series file: text in, type out. Each raises Wrong for what it cannot take."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailer import series
from mailer.core import colours, durations
from mailer.core.addresses import BadAddress, parse_address
from mailer.core.text import one_line, straight
from mailer.core.types import EmailAddress
from mailer.exchange.problems import Wrong

K = TypeVar("K", bound=enum.StrEnum)

LONGEST_LINE = 300
LONGEST_TEXT = 20_000
LONGEST_URL = 2_000

DAY = r"2[01]\d\d-\d\d-\d\d"
"""Years from 2000 to 2199: what is further away is a slip of the pen."""
LOCAL_TIME = re.compile(rf"{DAY}[ \tTt]+\d\d:\d\d(:\d\d(\.\d{{6}})?)?(?P<offset>Z|[+-]\d\d:\d\d)?", re.ASCII)


def tidy(text: str) -> str:
    """A text as it is kept: ``\\n`` between its lines, no white space around it, and nothing that reads backwards."""
    return straight(text).replace("\r\n", "\n").strip()


def parse_text(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """A text of several lines, tidied."""
    text = tidy(text)
    if len(text) > longest:
        raise Wrong("too_long", most=longest)
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise Wrong("control_character")
    return text


def parse_line(text: str, *, longest: int = LONGEST_LINE, required: bool = False) -> str:
    """A text of one line: it goes into headers and table cells."""
    text = one_line(parse_text(text, longest=longest))
    if required and not text:
        raise Wrong("missing")
    return text


def parse_word(allowed: Collection[str], text: str) -> str:
    if text not in allowed:
        raise Wrong("not_one_of", allowed=", ".join(allowed))
    return text


def parse_member(members: type[K], text: str) -> K:
    return members(parse_word([member.value for member in members], text))


def parse_whole(text: str, *, least: int, most: int) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise Wrong("not_a_number", least=least, most=most)
    return int(text)


def parse_flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise Wrong("not_a_flag")
    return text.lower() == "true"


def parse_url(text: str) -> str:
    """An address on the web: anything else could run in a reader's browser."""
    if len(text) > LONGEST_URL or re.search(r"[\s<>\"\\\x00-\x1f\x7f-\x9f\ud800-\udfff]", text):
        raise Wrong("not_a_url")
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises for what is no number
    except ValueError:
        raise Wrong("not_a_url") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise Wrong("not_a_url")
    return text


def parse_colour(text: str) -> str:
    """A colour that can be read on our pages and carry white."""
    try:
        colour = colours.parse_colour(text)
    except ValueError:
        raise Wrong("not_a_colour") from None
    if not colours.is_readable(colour):
        raise Wrong("weak_colour", contrast=f"{colours.contrast(colour, colours.PAPER):.1f}")
    return colour


def parse_file_name(text: str) -> str:
    """The bare name of a file: no folder, nothing hidden, so that it leads nowhere else."""
    text = parse_line(text)
    if re.search(r"[/\\]", text) or text.startswith("."):
        raise Wrong("not_a_file_name")
    return text


def parse_mail_address(text: str) -> EmailAddress:
    try:
        return parse_address(text, reserved=True)
    except BadAddress:
        raise Wrong("not_an_address") from None


def parse_slug(text: str) -> str:
    try:
        return series.check_slug(text)
    except (series.BadSlug, series.ReservedSlug) as problem:
        raise Wrong(problem.code) from None


def parse_zone(text: str) -> str:
    """The name of a time zone that exists."""
    try:
        ZoneInfo(text[:64])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong("not_a_zone") from None
    return text


def parse_day(text: str) -> date:
    if not re.fullmatch(DAY, text, re.ASCII):
        raise Wrong("not_a_day")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong("not_a_day") from None


def parse_month(text: str) -> str:
    if not re.fullmatch(r"2[01][0-9]{2}-(0[1-9]|1[0-2])", text):
        raise Wrong("not_a_month")
    return text


def parse_local_time(text: str, *, zone: ZoneInfo) -> datetime:
    """The instant of a local time. One that a clock change skips or doubles needs its offset written behind it."""
    shape = LOCAL_TIME.fullmatch(text)
    try:
        moment = datetime.fromisoformat(re.sub(r"[ \tTt]+", "T", text)) if shape else None
    except ValueError:
        moment = None
    if shape is None or moment is None:
        raise Wrong("not_a_time")
    if shape["offset"]:
        return moment.astimezone(UTC)
    first, second = (moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    # fold=0 reads it by the offset before the change (PEP 495): the earlier instant of a doubled
    # time, the later one of a skipped time.
    raise Wrong("comes_twice" if first < second else "does_not_exist")


def parse_length(text: str) -> timedelta:
    """How long an event is, in hours and minutes by the clock: ``PT90M``, ``PT1H30M``."""
    found = durations.parse_duration(parse_offset(text))
    if found.months or found.days or not found.minutes:
        raise Wrong("not_a_length")
    return found.elapsed


def parse_offset(text: str) -> str:
    """The distance of a reminder: whole years, months, weeks, days, hours and minutes (ISO 8601)."""
    try:
        durations.parse_duration(text if text.isascii() else "")
    except durations.BadDuration:
        raise Wrong("not_a_duration") from None
    return text


def parse_clock(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise Wrong("not_a_clock_time")
    return text
