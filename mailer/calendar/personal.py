"""The entry for one person who takes part: her calendar knows her as the guest, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailer.calendar.entries import entry
from mailer.calendar.publishing import Method, NoDate, bare_calendar
from mailer.calendar.values import mailbox, text, uri
from mailer.core.types import EmailAddress, Locale
from mailer.series import Event, Series


@dataclass(frozen=True)
class Guest:
    """Who takes part, and how."""

    address: EmailAddress
    name: str
    on_site: bool
    number: int
    """How often she gave a seat back: so much the SEQUENCE is ahead of the event's own."""
    changed_at: datetime
    """When her seat last changed."""


def personal_entry(
    event: Event,
    series: Series,
    guest: Guest,
    *,
    language: Locale,
    page_url: str,
    join_url: str = "",
    withdrawn: bool = False,
) -> bytes:
    """The calendar that takes the event into her calendar, or out of it again once her seat is given back.

    It has the UID of the series' own entry, so that both are one. She said yes already: nobody asks
    her calendar to answer. Its MIME type names the method: REQUEST, or CANCEL.

    Raises NoDate.

    Source: RFC 5546 sections 3.2.2 and 3.2.5; RFC 5545 section 3.8.7.4 for the SEQUENCE.
    """
    if event.starts_at is None or not (event.is_dated or withdrawn):
        raise NoDate(event=event.slug)
    calendar = bare_calendar([event], series, fallback=event.changed_at)
    calendar.add("METHOD", (Method.CANCEL if withdrawn else Method.REQUEST).value)
    shown = entry(
        event,
        series,
        language=language,
        page_url=page_url,
        cancelled=event.is_cancelled,
        join_url=join_url,
        on_site=guest.on_site and not withdrawn,
    )
    own = {
        "SEQUENCE": event.revision + guest.number,
        "DTSTAMP": max(event.changed_at, guest.changed_at),
        "STATUS": "CANCELLED" if withdrawn else "CONFIRMED",
        "TRANSP": "TRANSPARENT" if withdrawn else "OPAQUE",
        "ATTENDEE": _attendee(guest),
    }
    if where := text(event.place) if guest.on_site else uri(join_url):
        own["LOCATION"] = where if guest.on_site else text(where)
    for name, value in own.items():
        shown.pop(name, None)
        shown.add(name, value)
    calendar.add_component(shown)
    return bytes(calendar.to_ical())


def _attendee(guest: Guest) -> object:
    attendee = mailbox(guest.address, guest.name or guest.address)
    attendee.params.update(
        {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    )
    return attendee
