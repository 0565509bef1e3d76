"""Why nobody can register for an event, or do what she wants with her seat."""

from __future__ import annotations

from datetime import datetime

from mailer.core.errors import Invalid, NotFound, Refused
from mailer.series import Event, EventFormat


class NotOpenYet(Refused):
    """The event has no fixed date: nobody knows what she would register for."""

    code = "registration_not_open"


class RegisteredElsewhere(Refused):
    """Its organisers take registrations at another address, which the event's page names."""

    code = "registered_elsewhere"


class CalledOff(Refused):  # the web answers 410 for this one
    """The event does not take place."""

    code = "event_called_off"


class EventOver(Refused):  # the web answers 410 for this one
    """The event is over."""

    code = "event_over"


class UnknownRegistration(NotFound):
    """The registration behind a link was erased meanwhile."""

    code = "unknown_registration"


class SeatLinkTooOld(Refused):  # the web answers 410 for this one
    """A seat was not confirmed in time and is free again. Registering anew is the way out."""

    code = "seat_link_too_old"


class SeatLinkReplaced(Refused):  # the web answers 410 for this one
    """The link belongs to an older request of the same person; only the newest mail's counts."""

    code = "seat_link_replaced"


class OfferGone(Refused):  # the web answers 410 for this one
    """The seat that was offered was not accepted in time, or not offered at all."""

    code = "offer_gone"


class SeatGivenBack(Refused):
    """There is no seat any more to change. Registering anew is the way out."""

    code = "seat_given_back"


class NoSuchAttendance(Invalid):
    """The event is not held that way: online or on site."""

    code = "no_such_attendance"


def check_open(event: Event, *, now: datetime) -> None:
    """Raise what keeps everybody from registering: CalledOff, EventOver, NotOpenYet, RegisteredElsewhere."""
    if event.is_cancelled:
        raise CalledOff(event=event.slug)
    if event.over_at(event.series.zone) <= now:
        raise EventOver(event=event.slug)
    if event.registration_url:
        raise RegisteredElsewhere(event=event.slug)
    if not event.is_dated:
        raise NotOpenYet(event=event.slug)


def check_alive(event: Event, *, now: datetime) -> None:
    """Raise what keeps seats from being changed: CalledOff, EventOver."""
    if event.is_cancelled:
        raise CalledOff(event=event.slug)
    if event.over_at(event.series.zone) <= now:
        raise EventOver(event=event.slug)


def is_open(event: Event, *, now: datetime) -> bool:
    """Whether somebody may register for the event here."""
    try:
        check_open(event, now=now)
    except Refused:
        return False
    return True


def ways_to_attend(event: Event) -> tuple[str, ...]:
    """``online``, ``on_site`` or both, as the event is held."""
    return ways_of(event.format)


def ways_of(event_format: EventFormat) -> tuple[str, ...]:
    """The same for a format that is only considered."""
    match event_format:
        case EventFormat.ONLINE:
            return ("online",)
        case EventFormat.ON_SITE:
            return ("on_site",)
        case EventFormat.HYBRID:
            return ("on_site", "online")
