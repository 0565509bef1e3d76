"""Reminder rules in words."""

from __future__ import annotations

from datetime import time

from mailer.core.durations import Duration, parse_duration
from mailer.reminders import Anchor, Audience, ReminderRule
from mailer.web import languages
from mailer.web.desk.mail_words import kind_words
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext


def tell_rule(rule: ReminderRule) -> str:
    """``Erinnerung: 1 Tag vor dem Beginn, um 09:00 Uhr``."""
    before = rule.anchor is Anchor.BEFORE
    span = tell_duration(parse_duration(rule.offset))
    words = _("%(kind)s: %(span)s before the start") if before else _("%(kind)s: %(span)s after the end")
    told = words % {"kind": kind_words(rule.kind.value), "span": span}
    if rule.at:
        told += _(", at %(hour)s") % {"hour": _tell_hour(rule.at)}
    if rule.audience is Audience.REGISTERED:
        told += _(", to those registered")
    return told


def tell_duration(duration: Duration) -> str:
    """``2 Wochen``, ``1 Tag``, ``1 Monat und 3 Tage``, ``90 Minuten``."""
    weeks, days = divmod(duration.days, 7) if duration.days % 7 == 0 else (0, duration.days)
    hours, minutes = divmod(duration.minutes, 60) if duration.minutes % 60 == 0 else (0, duration.minutes)
    parts = [
        ngettext("%(count)s month", "%(count)s months", duration.months) % {"count": duration.months},
        ngettext("%(count)s week", "%(count)s weeks", weeks) % {"count": weeks},
        ngettext("%(count)s day", "%(count)s days", days) % {"count": days},
        ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours},
        ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes},
    ]
    numbers = (duration.months, weeks, days, hours, minutes)
    told = [part for part, number in zip(parts, numbers, strict=True) if number]
    return _(" and ").join(told) or ngettext("%(count)s minute", "%(count)s minutes", 0) % {"count": 0}


def _tell_hour(at: str) -> str:
    clock = time.fromisoformat(at).strftime("%H:%M")
    return f"{clock} Uhr" if languages.locale() == "de" else clock
