"""An event's date as the pages say it."""

from __future__ import annotations

from datetime import datetime

from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.core.types import Locale
from mailer.series import Event, Series
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.facts import When


def tell_when(event: Event, series: Series, locale: Locale) -> When:
    """The date in the words of ``locale``, by the clock of the series' zone."""
    if event.starts_at is None:
        month = i18n.month_name(event.month or "1970-01", locale)
        words = _("%(month)s – date to follow") % {"month": month}
        return When(machine=event.month or "", day="", month=words, words=words, weekday="", hours="")
    zone = series.zone
    long_day = i18n.long_day(event.starts_at, zone, locale)
    head, _space, tail = i18n.day(local_day(event.starts_at, zone), locale).partition(" ")
    return When(
        machine=event.starts_at.astimezone(zone).isoformat(timespec="minutes"),
        day=head,
        month=tail,
        words=long_day,
        weekday=long_day.partition(",")[0],
        hours=_hours(event.starts_at, event.ends_at, series, locale),
    )


def tell_distance(moment: datetime, series: Series, now: datetime) -> str:
    """How far away a start is, in words: calendar days in the series' zone."""
    if moment <= now:
        return _("right now")
    days = (local_day(moment, series.zone) - local_day(now, series.zone)).days
    if days <= 1:
        return _("tomorrow") if days == 1 else _("today")
    return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}


def tell_span(series: Series, locale: Locale) -> str:
    """From which month to which its events are; empty without events."""
    days = [event.last_day(series.zone) for event in series.events]
    if not days:
        return ""
    first, last = f"{min(days):%Y-%m}", f"{max(days):%Y-%m}"
    from_month, to_month = i18n.month_name(first, locale), i18n.month_name(last, locale)
    if first == last:
        return from_month
    if first[:4] == last[:4]:
        from_month = from_month.rpartition(" ")[0]
    return _("%(first)s to %(last)s") % {"first": from_month, "last": to_month}


def _hours(start: datetime, end: datetime | None, series: Series, locale: Locale) -> str:
    zone = series.zone
    name = i18n.zone_name(start, zone, locale)
    if end is None:
        return f"{i18n.hour(start, zone, locale)} ({name})"
    if local_day(start, zone) == local_day(end, zone):
        return f"{i18n.hours(start, end, zone, locale)} ({name})"
    until = f"{i18n.long_day(end, zone, locale)}, {i18n.hour(end, zone, locale)}"
    return f"{i18n.hour(start, zone, locale)} – {until} ({name})"
