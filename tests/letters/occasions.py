"""One order for every letter that can be written about the sample series, and an envelope for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mailer import letters
from mailer.core.types import EmailAddress, Form, Locale
from mailer.letters import AccountNews, Envelope, LetterKind, MailingList, Missed, Order, Recipient
from mailer.organisers import AccountChange
from mailer.outcomes import FrameworkCondition, Level
from tests.letters.changed import of_changes
from tests.letters.samples import BERLIN, a_series, berlin, event_named
from tests.letters.seated import about_seats

BASE_URL = "https://wandel.example.org"
ANNA = Recipient(
    address=EmailAddress("anna@example.net"),
    name="Anna Beispiel",
    unsubscribe_url=letters.unsubscribe_url(BASE_URL, "MTctdW5zdWJzY3JpYmU"),
    manage_url=letters.manage_url(BASE_URL, "MTctbWFuYWdl"),
)
ORGANISER = Recipient(address=EmailAddress("orga@example.org"))


def orders(language: Locale, form: Form = "sie") -> dict[str, Order]:
    """One order for every kind, and for what changes much within one; by the name of its snapshot."""
    series = a_series(form)
    bestand, kreislaeufe = event_named(series, "bestand"), event_named(series, "kreislaeufe")
    beteiligung = event_named(series, "beteiligung")

    def order(kind: LetterKind, now: datetime, **facts: Any) -> Order:
        known = {"language": language, "recipient": ANNA, "base_url": BASE_URL, "series": series}
        return Order(kind=kind, now=now, **(known | facts))

    def to_organiser(kind: LetterKind, now: datetime, **facts: Any) -> Order:
        return order(kind, now, series=None, recipient=ORGANISER, **facts)

    asked = berlin(2023, 3, 1, 10)
    return of_changes(form, order) | about_seats(order, kreislaeufe, bestand) | {
        "confirm": order(
            LetterKind.CONFIRM, asked, link=letters.confirm_url(BASE_URL, "MzEuMg"), valid_until=asked + timedelta(days=7)
        ),
        "welcome": order(LetterKind.WELCOME, asked),
        "welcome-in-a-window": order(LetterKind.WELCOME, berlin(2023, 3, 29, 10), told=[kreislaeufe]),
        "welcome-after-the-last": order(LetterKind.WELCOME, berlin(2023, 9, 28, 18, 45)),
        "already": order(LetterKind.ALREADY, asked),
        "access": order(
            LetterKind.ACCESS, asked, link=letters.access_url(BASE_URL, "MTcuMQ"), valid_until=asked + timedelta(hours=1)
        ),
        "info": order(LetterKind.INFO, berlin(2023, 3, 16, 9), event=kreislaeufe),
        "info-of-a-month": order(LetterKind.INFO, berlin(2023, 7, 16, 9), event=beteiligung),
        "reminder": order(LetterKind.REMINDER, berlin(2023, 1, 25, 9), event=bestand),
        "reminder-in-minutes": order(LetterKind.REMINDER, berlin(2023, 3, 30, 16, 40), event=kreislaeufe),
        "reminder-test-copy": order(LetterKind.REMINDER, berlin(2023, 1, 25, 9), event=bestand, test=True),
        "documentation": order(
            LetterKind.DOCUMENTATION, berlin(2023, 2, 6, 12), event=bestand, conditions=some_conditions()
        ),
        "farewell": order(LetterKind.FAREWELL, berlin(2023, 10, 12, 9)),
        "message": order(
            LetterKind.MESSAGE,
            berlin(2023, 3, 20, 9),
            event=kreislaeufe,
            with_calendar=True,
            subject={"de": "Neuer Zugangslink", "en": "New link"},
            body={
                "de": "Guten Tag,\n\nder **Zugang** ist neu: [zum Raum](https://meet.example.org/neu).\n\nDas Netzwerk",
                "en": "Dear all,\n\nthe **link** is new: [to the room](https://meet.example.org/new).\n\nThe network",
            },
        ),
        "signin": to_organiser(
            LetterKind.SIGNIN, asked, link=letters.sign_in_url(BASE_URL, "NQ"), valid_until=asked + timedelta(minutes=30)
        ),
        "invitation": to_organiser(
            LetterKind.INVITATION, asked, link=letters.invitation_url(BASE_URL, "NQ"), valid_until=asked + timedelta(days=7)
        ),
        "notice": to_organiser(LetterKind.NOTICE, berlin(2023, 3, 31, 7), missed=[a_missed_reminder()]),
        "notice-account": to_organiser(
            LetterKind.NOTICE, asked, account=AccountNews(AccountChange.FACTOR_DROPPED, asked)
        ),
    }  # fmt: skip


def some_conditions() -> list[FrameworkCondition]:
    texts = [
        (
            Level.STATE_AND_FEDERAL,
            "Es gibt in jedem Kreis eine Ansprechperson.",
            "Every district has a contact person.",
        ),
        (
            Level.MUNICIPALITY,
            "Kommunen wenden ihr Vorkaufsrecht an.",
            "Municipalities use their right of first refusal.",
        ),
    ]
    return [
        FrameworkCondition(position=position, level=level, text={"de": german, "en": english})
        for position, (level, german, english) in enumerate(texts)
    ]


def a_missed_reminder() -> Missed:
    return Missed(
        kind=LetterKind.REMINDER,
        series_title="Wandel. Machen. Vor Ort.",
        event_title="Wie können wir lokale Wirtschaftskreisläufe stärken?",
        due_at=berlin(2023, 3, 29, 9),
        zone=BERLIN,
        reason="too_late",
    )


def an_envelope(to: Recipient = ANNA, **facts: Any) -> Envelope:
    plain: dict[str, Any] = {
        "sender_name": "Netzwerk Übermorgen",
        "sender_address": EmailAddress("dialog@example.org"),
        "to": to,
        "date": berlin(2023, 1, 25, 9),
        "message_id": "7f3a0c1e9b5d4e2f8a6c1d0b3e5f7a9c@example.org",
        "auto_submitted": True,
        "mailing_list": a_list(),
    }
    return Envelope(**(plain | facts))


def a_list(**facts: Any) -> MailingList:
    plain: dict[str, Any] = {
        "identifier": "wandel.example.org",
        "title": "Wandel. Machen. Vor Ort.",
        "help_url": f"{BASE_URL}/wandel",
        "owner": EmailAddress("dialog@example.org"),
        "one_click": True,
        "unsubscribe_mailto": letters.unsubscribe_mailto(
            EmailAddress("weg@example.org"), "MTctdW5zdWJzY3JpYmU"
        ),
    }
    return MailingList(**(plain | facts))
