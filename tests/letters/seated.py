"""Letters about a seat at one dialogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailer import letters
from mailer.letters import LetterKind, Order, Seat
from mailer.series import Event
from tests.letters.samples import berlin

BASE_URL = "https://wandel.example.org"
ASKED = berlin(2023, 3, 20, 10)


def a_seat(**facts: Any) -> Seat:
    plain: dict[str, Any] = {
        "on_site": True,
        "has_seat": True,
        "is_waiting": False,
        "seat_url": letters.seat_url(BASE_URL, "MTctc2VhdA"),
        "join_url": "",
        "number": 0,
        "changed_at": ASKED,
    }
    return Seat(**(plain | facts))


def about_seats(order: Callable[..., Order], event: Event, hybrid: Event) -> dict[str, Order]:
    online = a_seat(on_site=False, join_url=letters.join_url(BASE_URL, "MTctam9pbg"))
    confirm = {
        "link": letters.confirm_seat_url(BASE_URL, "MTcuMQ"),
        "valid_until": berlin(2023, 3, 21, 10),
        "event": event,
    }
    return {
        "confirm_seat": order(LetterKind.CONFIRM_SEAT, ASKED, seat=a_seat(has_seat=False), **confirm),
        "confirm_seat-in-the-waiting-list": order(
            LetterKind.CONFIRM_SEAT, ASKED, seat=a_seat(has_seat=False, is_waiting=True), **confirm
        ),
        "registration": order(LetterKind.REGISTRATION, ASKED, event=event, seat=a_seat()),
        "registration-on-site": order(
            LetterKind.REGISTRATION, berlin(2023, 1, 20, 10), event=hybrid, seat=a_seat()
        ),
        "reminder-on-site": order(LetterKind.REMINDER, berlin(2023, 1, 26, 15), event=hybrid, seat=a_seat()),
        "reminder-online": order(LetterKind.REMINDER, berlin(2023, 1, 26, 15), event=hybrid, seat=online),
        "registration-online": order(LetterKind.REGISTRATION, ASKED, event=event, seat=online),
        "waitlist": order(
            LetterKind.WAITLIST, ASKED, event=event, seat=a_seat(has_seat=False, is_waiting=True)
        ),
        "place": order(
            LetterKind.PLACE,
            ASKED,
            event=event,
            seat=a_seat(has_seat=False, is_waiting=True),
            valid_until=berlin(2023, 3, 22, 10),
        ),
        "withdrawal": order(LetterKind.WITHDRAWAL, ASKED, event=event, seat=a_seat(has_seat=False, number=1)),
    }
