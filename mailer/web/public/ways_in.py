"""Where somebody registers for a dialogue, and how many seats there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from mailer import registrations
from mailer.series import Event
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext


@dataclass(frozen=True)
class WayIn:
    """One button, and what to know before pressing it."""

    url: str
    label: str
    leaves: bool
    """Whether it leads to another house."""
    seats: str
    """How many seats on site are left, in a sentence; empty where nobody counts them."""


def tell_way_in(session: Session, event: Event, *, now: datetime) -> WayIn | None:
    """None where nobody can register, or not yet, or not any more."""
    if registrations.is_open(event, now=now):
        url = url_for("registering.ask", slug=event.series.slug, event_slug=event.slug)
        left, ways = registrations.seats_left(session, event, now=now), registrations.ways_to_attend(event)
        waits = left == 0 and "online" not in ways
        label = _("Join the waiting list") if waits else _("Register for this dialogue")
        return WayIn(url, label, leaves=False, seats=tell_seats(event, left))
    elsewhere = safe_url(event.registration_url)
    if not elsewhere or event.is_cancelled or event.over_at(event.series.zone) <= now:
        return None
    return WayIn(elsewhere, _("Register for this dialogue"), leaves=True, seats="")


def tell_seats(event: Event, left: int | None) -> str:
    """``3 Plätze vor Ort sind frei.``; empty where nobody counts them."""
    if left is None or "on_site" not in registrations.ways_to_attend(event):
        return ""
    if left == 0 and "online" in registrations.ways_to_attend(event):
        return _(
            "Every place on site is taken. You can take part online, or put yourself on the waiting list."
        )
    if left == 0:
        return _("Every place on site is taken. You can put yourself on the waiting list.")
    return ngettext("%(count)s place on site is free.", "%(count)s places on site are free.", left) % {
        "count": left
    }


def safe_url(url: str) -> str:
    """Only web addresses become links: ``javascript:`` is an address, too."""
    return url if url.startswith(("https://", "http://")) else ""
