"""How somebody's seat stands, in words."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from markupsafe import Markup

from mailer import registrations
from mailer.context import parts
from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.registrations import Attendance, Registration, RegistrationState
from mailer.series import Series
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.public.seat_facts import SeatPage
from mailer.web.public.seat_forms import fields_of_registration, tell_dialogue
from mailer.web.public.telling import public_url, tell_arrival, tell_calendar_url
from mailer.web.qr_code import draw_qr


def tell_seat(found: Registration, token: str, *, now: datetime) -> SeatPage:
    """Everything the page of a seat says. The address is not on it: its link travels in mails."""
    event, links = found.event, parts().links
    alive = not event.is_cancelled and now < event.over_at(event.series.zone)
    active = found.state in registrations.CONFIRMED
    ways = registrations.ways_to_attend(event)
    on_site = found.has_seat and found.attendance is Attendance.ON_SITE
    online = found.has_seat and not on_site
    state, hint = _tell_state(found, now=now)
    return SeatPage(
        action=url_for("seat.change", token=token),
        dialogue=tell_dialogue(event),
        state=state,
        hint=hint,
        is_offered=alive and found.is_offered,
        can_change=alive and active,
        to_online=alive and active and "online" in ways and not online,
        to_on_site=alive and online and "on_site" in ways and found.waitlisted_at is None,
        can_stop_waiting=alive and online and found.waitlisted_at is not None,
        join_url=url_for("joining.join", token=links.make("join", found.id)) if alive and online else "",
        calendar_url=tell_calendar_url(event.series, event) if alive and found.has_seat else "",
        register_url=_register_url(found, now=now),
        arrival=tell_arrival(event, now=now) if on_site or found.is_offered else Markup(""),
        code=draw_qr(public_url("arriving.show", token=links.make("arrival", found.id)))
        if alive and on_site
        else None,
        fields=fields_of_registration(found),
    )


def tell_moment(moment: datetime, found: Series) -> str:
    """``26. Januar 2023, 17:00 Uhr``, by the clock of the series' zone."""
    locale = languages.locale()
    return f"{i18n.day(local_day(moment, found.zone), locale)}, {i18n.hour(moment, found.zone, locale)}"


def _register_url(found: Registration, *, now: datetime) -> str:
    if found.state is not RegistrationState.WITHDRAWN or not registrations.is_open(found.event, now=now):
        return ""
    return url_for("registering.ask", slug=found.event.series.slug, event_slug=found.event.slug)


def _tell_state(found: Registration, *, now: datetime) -> tuple[str, str]:
    """A sentence, and another one where there is more to say."""
    event = found.event
    if event.is_cancelled:
        return _("This dialogue does not take place."), ""
    if event.over_at(event.series.zone) <= now:
        return _("This dialogue is over."), ""
    if found.state is RegistrationState.PENDING:
        return _(
            "Your registration is not confirmed yet: please press the button in the email we sent you."
        ), ""
    if found.state is RegistrationState.WITHDRAWN:
        return _("You are not registered for this dialogue."), ""
    offer = ""
    if found.is_offered and found.lapses_at is not None:
        offer = _("A place on site is free, and it is kept for you until %(moment)s.") % {
            "moment": tell_moment(found.lapses_at, event.series)
        }
    if found.state is RegistrationState.WAITING:
        waits = _(
            "You are on the waiting list for a place on site. As soon as it is your turn, we write to you."
        )
        return offer or waits, ""
    if found.attendance is Attendance.ON_SITE:
        return _("You are registered, with a place on site."), ""
    waits = _("You also wait for a place on site.") if found.waitlisted_at is not None else ""
    return _("You are registered, and take part online."), offer or waits
