"""Orders for every letter about a change of the sample series' dialogues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mailer import letters
from mailer.core.types import Form
from mailer.letters import LetterKind, Order
from mailer.series import Change, Event, EventFormat, EventState, facts_of
from tests.letters.samples import a_series, berlin, event_named
from tests.letters.seated import BASE_URL, a_seat

MakeOrder = Callable[..., Order]
IN_JANUARY, IN_MARCH, THE_DAY_BEFORE = (
    berlin(2023, 1, 20, 11),
    berlin(2023, 3, 20, 11),
    berlin(2023, 3, 29, 11),
)


def of_changes(form: Form, order: MakeOrder) -> dict[str, Order]:
    """By the name of its snapshot."""

    def changed(
        slug: str, starts_at: datetime | None, change: Change, *, now: datetime, **facts: Any
    ) -> Order:
        event = event_named(a_series(form), slug)
        before = facts_of(event)
        if change is Change.REINSTATED:
            before = replace(before, state=EventState.CANCELLED)
        move(event, starts_at, **facts)
        kind = LetterKind.CANCELLATION if change is Change.CANCELLED else LetterKind.CHANGE
        return order(kind, now, series=event.series, event=event, change=change, before=before)

    online: dict[str, Any] = {
        "format": EventFormat.ONLINE,
        "place": "",
        "join_url": "https://meet.example.org/bestand",
    }
    on_site: dict[str, Any] = {"format": EventFormat.ON_SITE, "place": "CityCube Berlin", "join_url": ""}
    both: dict[str, Any] = {"format": EventFormat.HYBRID, "place": "CityCube Berlin"}
    march, january = berlin(2023, 3, 30, 17), berlin(2023, 1, 26, 17)
    return {
        "change-moved": changed("kreislaeufe", berlin(2023, 4, 6, 18), Change.MOVED, now=THE_DAY_BEFORE),
        "change-by-an-hour": changed(
            "kreislaeufe", berlin(2023, 3, 30, 18), Change.MOVED, now=THE_DAY_BEFORE
        ),
        "change-of-place": changed(
            "bestand", january, Change.MOVED, now=IN_JANUARY, place="Haus der Statistik, Berlin"
        ),
        "change-of-date-and-place": changed(
            "bestand", january + timedelta(days=7), Change.MOVED, now=IN_JANUARY, **online
        ),
        "change-to-online": changed("bestand", january, Change.MOVED, now=IN_JANUARY, **online),
        "change-to-online-seat": replace(
            changed("bestand", january, Change.MOVED, now=IN_JANUARY, **online),
            seat=a_seat(on_site=False, join_url=letters.join_url(BASE_URL, "MTctam9pbg")),
        ),
        "change-to-on-site-seat": replace(
            changed("kreislaeufe", march, Change.MOVED, now=IN_MARCH, **on_site), seat=a_seat()
        ),
        "change-to-on-site-in-the-waiting-list": replace(
            changed("kreislaeufe", march, Change.MOVED, now=IN_MARCH, **on_site),
            seat=a_seat(has_seat=False, is_waiting=True),
        ),
        "change-to-both-seat": replace(
            changed("kreislaeufe", march, Change.MOVED, now=IN_MARCH, **both),
            seat=a_seat(on_site=False, join_url=letters.join_url(BASE_URL, "MTctam9pbg")),
        ),
        "change-date-set": changed(
            "beteiligung",
            berlin(2023, 8, 24, 17),
            Change.DATE_SET,
            now=berlin(2023, 5, 8, 11),
            state=EventState.FIXED,
        ),
        "change-unsettled": changed(
            "kreislaeufe", None, Change.UNSETTLED, now=IN_MARCH, month="2023-05", state=EventState.ANNOUNCED
        ),
        "change-reinstated": changed("kreislaeufe", march, Change.REINSTATED, now=IN_MARCH),
        "cancellation": changed(
            "kreislaeufe", march, Change.CANCELLED, now=THE_DAY_BEFORE, state=EventState.CANCELLED
        ),
        "cancellation-of-the-last": changed(
            "wohnumfelder",
            berlin(2023, 9, 28, 17),
            Change.CANCELLED,
            now=berlin(2023, 9, 27, 11),
            state=EventState.CANCELLED,
        ),
    }


def move(event: Event, starts_at: datetime | None, **facts: Any) -> None:
    """Let the event stand differently, at its next revision."""
    event.starts_at, event.ends_at = starts_at, starts_at and starts_at + timedelta(minutes=90)
    event.revision += 1
    for name, value in facts.items():
        setattr(event, name, value)
