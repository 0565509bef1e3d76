"""Times at the desk by two clocks: the series', and the organiser's own where she chose another zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from flask import request
from werkzeug.wrappers import Response

from mailer.core import i18n
from mailer.core.clock import NotATime, local_day, parse_instant
from mailer.series import Series
from mailer.web import languages
from mailer.web.languages import gettext as _

COOKIE = "desk_zone"
"""Where a browser keeps its organiser's zone: it is hers, not the house's."""

KEPT_FOR = timedelta(days=365)

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Moments between which there are series; beyond them the calendar's own limits come near."""


@dataclass(frozen=True)
class BothClocks:
    """One instant, told twice."""

    machine: str
    """For programs: ``2023-01-26T17:00:00+01:00``."""
    day: str
    """``Donnerstag, 26. Januar 2023``, in the series' zone."""
    hour: str
    """``17:00 Uhr (MEZ)``."""
    own: str
    """The same by the organiser's own clock, ``16:00 Uhr (GMT)``, with the day where it is another; empty where both agree."""


def both_clocks(moment: datetime, series: Series) -> BothClocks:
    """An instant by the series' clock and by the organiser's."""
    zone, own, locale = series.zone, own_zone(), languages.locale()
    local = moment.astimezone(zone)
    return BothClocks(
        machine=local.isoformat(timespec="minutes"),
        day=i18n.long_day(moment, zone, locale),
        hour=f"{i18n.hour(moment, zone, locale)} ({i18n.zone_name(moment, zone, locale)})",
        own=_tell_own(moment, zone, own) if own else "",
    )


def own_zone() -> ZoneInfo | None:
    """The zone this organiser chose in this browser; None when she chose none."""
    name = request.cookies.get(COOKIE, "")
    return ZoneInfo(name) if name in zone_names() else None


def keep_zone(response: Response, chosen: str, *, secure: bool) -> None:
    """Keep an organiser's zone in her browser. An unknown one, and none, are the series'."""
    if chosen in zone_names():
        response.set_cookie(
            COOKIE, chosen, max_age=KEPT_FOR, path="/organiser", httponly=True, secure=secure, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, path="/organiser")


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Places whose clock one can choose, such as ``Europe/Lisbon``."""
    known = available_timezones()
    regions = (
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    return ("UTC", *sorted(name for name in known if name.partition("/")[0] in regions and _is_there(name)))


def asked_instant(text: str) -> datetime:
    """A moment out of an address. Raises NotATime, NoZone."""
    return check_range(parse_instant(text))


def check_range(moment: datetime) -> datetime:
    """The moment itself, when a series may know it. Raises NotATime."""
    if not EARLIEST <= moment <= LATEST:
        raise NotATime(text=f"{moment:%Y-%m-%d}")
    return moment


def _is_there(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _tell_own(moment: datetime, zone: ZoneInfo, own: ZoneInfo) -> str:
    locale = languages.locale()
    if moment.astimezone(zone).utcoffset() == moment.astimezone(own).utcoffset():
        return ""
    clock = f"{i18n.hour(moment, own, locale)} ({i18n.zone_name(moment, own, locale)})"
    if local_day(moment, zone) == local_day(moment, own):
        return _("for you %(clock)s") % {"clock": clock}
    day = i18n.day_in_year(moment, own, locale)
    return _("for you %(day)s, %(clock)s") % {"day": day, "clock": clock}
