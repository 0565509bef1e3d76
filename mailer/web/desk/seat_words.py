"""Registrations in words, for the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from mailer import registrations, series
from mailer.registrations import ListedSeat, Registration, SeatPage, Standing
from mailer.series import Event, EventId, Series
from mailer.web.desk.people_telling import Tab, tell_moment
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.seat_forms import tell_answers
from mailer.web.public.telling import words

COMING = 3
"""Of how many of the next dialogues the overview tells."""

BADGES = {
    Standing.ON_SITE: "good",
    Standing.ONLINE: "good",
    Standing.WAITING: "now",
    Standing.PENDING: "now",
    Standing.WITHDRAWN: "quiet",
}


@dataclass(frozen=True)
class SeatLine:
    """One registration, as a row."""

    url: str
    name: str
    address: str
    standing: str
    badge: str
    """The look of the standing: the end of a class name."""
    note: str
    """Waits, is offered a place, is here; empty for most."""
    is_undeliverable: bool
    """Whether her letters cannot arrive: the address does not exist any more."""
    since: str
    answers: tuple[tuple[str, str], ...]
    """Each question with what was answered."""


@dataclass(frozen=True)
class SeatList:
    """Everything the list says."""

    title: str
    summary: str
    tabs: tuple[Tab, ...]
    rows: tuple[SeatLine, ...]
    newer_url: str
    older_url: str


@dataclass(frozen=True)
class ComingSeats:
    """How many registered for a dialogue that comes next."""

    title: str
    summary: str
    url: str


@dataclass(frozen=True)
class OneSeat:
    """One registration in full."""

    number: int
    name: str
    address: str
    standing: str
    badge: str
    facts: tuple[tuple[str, str], ...]
    """What is known of it, and what was answered."""
    is_here: bool
    is_undeliverable: bool
    has_seat: bool
    may_remove: bool


def standing_labels() -> dict[Standing, str]:
    """In the order in which organisers look for them."""
    return {
        Standing.ON_SITE: _("on site"),
        Standing.ONLINE: _("online"),
        Standing.WAITING: _("waiting list"),
        Standing.PENDING: _("not yet confirmed"),
        Standing.WITHDRAWN: _("given back"),
    }


def tell_list(
    event: Event,
    counts: Mapping[Standing, int],
    page: SeatPage,
    *,
    standing: Standing | None,
    undeliverable: Collection[int | None],
) -> SeatList:
    def url(**where: Any) -> str:
        state = standing.value if standing else None
        return url_for("seats.index", slug=event.series.slug, event=event.slug, **({"state": state} | where))

    everybody = Tab(_("everybody"), sum(counts.values()), url(state=None), standing is None)
    tabs = [
        Tab(label, counts.get(one, 0), url(state=one.value), standing is one)
        for one, label in standing_labels().items()
    ]
    return SeatList(
        title=words(event.series, event.title),
        summary=tell_summary(event, counts),
        tabs=(everybody, *tabs),
        rows=tuple(_tell_line(event, row, is_undeliverable=row.id in undeliverable) for row in page.rows),
        newer_url="" if page.newer_than is None else url(newer=page.newer_than),
        older_url="" if page.older_than is None else url(older=page.older_than),
    )


def tell_summary(event: Event, counts: Mapping[Standing, int]) -> str:
    """``12 von 40 Plätzen vor Ort, 30 online, 3 auf der Warteliste``; empty where nobody can register and nobody did."""
    on_site, online = counts.get(Standing.ON_SITE, 0), counts.get(Standing.ONLINE, 0)
    ways = registrations.ways_to_attend(event)
    said = []
    if "on_site" in ways or on_site:
        said.append(
            _("%(count)s of %(capacity)s places on site") % {"count": on_site, "capacity": event.capacity}
            if event.capacity is not None
            else ngettext("%(count)s on site", "%(count)s on site", on_site) % {"count": on_site}
        )
    if "online" in ways or online:
        said.append(ngettext("%(count)s online", "%(count)s online", online) % {"count": online})
    if waiting := counts.get(Standing.WAITING, 0):
        said.append(_("%(count)s on the waiting list") % {"count": waiting})
    if pending := counts.get(Standing.PENDING, 0):
        said.append(_("%(count)s not yet confirmed") % {"count": pending})
    return ", ".join(said)


def tell_one(found: Registration, *, is_undeliverable: bool) -> OneSeat:
    event = found.event
    standing = registrations.standing_of(found)
    moments = {
        _("asked on"): found.requested_at,
        _("confirmed on"): found.confirmed_at,
        _("waits since"): found.waitlisted_at,
        _("kept until"): found.lapses_at,
        _("given back on"): found.withdrawn_at,
        _("arrived on"): found.checked_in_at,
    }
    answers = tell_answers(event, found.answers)
    told = [(label, tell_moment(event.series, moment)) for label, moment in moments.items() if moment]
    wish = [(_("What would have to change where you live?"), found.wish)]
    return OneSeat(
        number=found.id,
        name=found.name,
        address=found.person.address,
        standing=standing_labels()[standing],
        badge=BADGES[standing],
        facts=tuple((label, value) for label, value in [*told, *answers, *wish] if value),
        is_here=found.checked_in_at is not None,
        is_undeliverable=is_undeliverable and standing is not Standing.WITHDRAWN,
        has_seat=found.has_seat,
        may_remove=standing is not Standing.WITHDRAWN,
    )


def counted(counts: Mapping[EventId, Counter[Standing]], event: Event) -> str:
    """The summary of an event among those counted together; empty for one that nobody can register for."""
    known = counts.get(event.id, Counter())
    is_ours = event.is_dated and not event.registration_url and not event.draft
    return tell_summary(event, known) if known or is_ours else ""


def tell_coming(session: Session, found: Series, *, now: datetime) -> list[ComingSeats]:
    """How many registered for each of the next dialogues; one query, however many there are."""
    counts = registrations.counts_of_events(session, found)
    coming = series.upcoming(found, now)[:COMING]
    return [
        ComingSeats(
            title=words(found, event.title),
            summary=summary,
            url=url_for("seats.index", slug=found.slug, event=event.slug),
        )
        for event in coming
        if (summary := counted(counts, event))
    ]


def _tell_line(event: Event, row: ListedSeat, *, is_undeliverable: bool) -> SeatLine:
    note = ""
    if row.checked_in_at is not None:
        note = _("is here")
    elif row.waitlisted_at is not None and row.standing is not Standing.PENDING:
        note = _("waits for a place on site")
        if row.lapses_at is not None:
            note = _("has a place offered until %(moment)s") % {
                "moment": tell_moment(event.series, row.lapses_at)
            }
    return SeatLine(
        url=url_for("seats.show", slug=event.series.slug, event=event.slug, number=row.id),
        name=row.name,
        address=row.address,
        standing=standing_labels()[row.standing],
        badge=BADGES[row.standing],
        note=note,
        is_undeliverable=is_undeliverable and row.standing is not Standing.WITHDRAWN,
        since=tell_moment(event.series, row.requested_at),
        answers=tuple(tell_answers(event, row.answers)),
    )
