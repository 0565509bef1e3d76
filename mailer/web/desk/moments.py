"""Moments that concern the house and no series: by whose clock, and in which words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailer import series
from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.core.types import Locale
from mailer.web.languages import gettext as _

USUAL_ZONE = ZoneInfo("Europe/Berlin")
"""The clock of a house that has no series yet."""


def house_zone(session: Session) -> ZoneInfo:
    """The zone of the first series: what happens in the house is told by its clock."""
    all_series = series.list_series(session)
    return all_series[0].zone if all_series else USUAL_ZONE


def tell_moment(moment: datetime, *, zone: ZoneInfo, now: datetime, locale: Locale) -> str:
    """``today, 14:05``, ``yesterday, 14:05`` or ``27 March 2023, 14:05``."""
    day, days = local_day(moment, zone), (local_day(now, zone) - local_day(moment, zone)).days
    words = {0: _("today"), 1: _("yesterday")}.get(days) or i18n.day(day, locale)
    return f"{words}, {i18n.hour(moment, zone, locale)}"
