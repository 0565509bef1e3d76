"""What is stored of somebody with a seat: shown, erased at her wish, and forgotten in its time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import delivery, privacy, registrations
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery
from mailer.people import Person
from mailer.registrations import Registration
from mailer.series import closes_at
from tests.privacy.living import mentions
from tests.support.making import NOON, pseudonym
from tests.support.seating import a_dialogue, asks, comes, seat_of

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
ANNA = EmailAddress("anna@example.net")


def test_everything_about_a_seat_is_shown(session: Session) -> None:
    event = a_dialogue(session)
    anna = comes(session, event, "anna")
    registrations.change_details(
        session, anna.id, name="Anna B.", answers={"food": "Brot"}, wish="Ein Bus", now=NOON
    )

    (shown,) = privacy.everything_about(session, ANNA, pseudonym=pseudonym)["registrations"]

    told = ("event", "seat", "attendance", "name", "answers", "wish", "wording")
    assert {name: shown[name] for name in told} == {
        "event": "boden",
        "seat": "held",
        "attendance": "on_site",
        "name": "Anna B.",
        "answers": {"food": "Brot"},
        "wish": "Ein Bus",
        "wording": "seat-2026-11/de",
    }


def test_who_is_erased_leaves_no_trace_and_her_seat_to_the_next(session: Session) -> None:
    event = a_dialogue(session, capacity=1)
    comes(session, event, "anna")
    comes(session, event, "berta", now=NOON + HOUR)
    delivery.open_seat_letters(session, now=NOON + HOUR)

    erased = privacy.erase(session, ANNA, now=NOON + 2 * HOUR)

    assert (erased, mentions(session, "anna")) == (True, [])
    assert seat_of(session, "berta").is_offered
    assert session.scalars(select(Delivery.address).order_by(Delivery.id)).all() == [
        None,
        "berta@example.net",
    ]


def test_registrations_go_with_the_series_and_unconfirmed_ones_after_a_week(session: Session) -> None:
    event = a_dialogue(session, capacity=None)
    end = closes_at(event.series)
    assert end is not None
    gone = end + timedelta(days=event.series.retention_days)
    comes(session, event, "anna")
    asks(session, event, "berta")
    registrations.give_back(session, comes(session, event, "carla").id, now=NOON)
    session.flush()

    def left(now: datetime) -> list[str]:
        privacy.forget_due(session, now=now)
        return list(session.scalars(select(Registration.name).order_by(Registration.id)))

    second = timedelta(seconds=1)
    assert left(NOON + WEEK) == ["Anna", "Berta", "Carla"]
    assert left(NOON + WEEK + second) == ["Anna", "Carla"]
    assert left(NOON + timedelta(days=30)) == ["Anna"]
    assert left(gone - second) == ["Anna"]
    assert left(gone) == []
    assert session.scalars(select(Person.id)).all() == []
