"""A small series in memory, and one order for every letter that can be written about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailer import letters
from mailer.core.types import EmailAddress, Form, Locale
from mailer.letters import Envelope, LetterKind, MailingList, Missed, Order, Recipient
from mailer.outcomes import FrameworkCondition, Level
from mailer.series import Event, EventFormat, EventState, Material, MaterialKind, Series, Speaker

BERLIN = ZoneInfo("Europe/Berlin")
BASE_URL = "https://wandel.example.org"
CREATED = datetime(2022, 12, 1, 12, tzinfo=UTC)

ANNA = Recipient(
    address=EmailAddress("anna@example.net"),
    name="Anna Beispiel",
    unsubscribe_url=letters.unsubscribe_url(BASE_URL, "MTctdW5zdWJzY3JpYmU"),
    manage_url=letters.manage_url(BASE_URL, "MTctbWFuYWdl"),
)
ORGANISER = Recipient(address=EmailAddress("orga@example.org"))


def berlin(*moment: int) -> datetime:
    """A wall-clock moment in Berlin, in UTC."""
    year, month, day, *clock = moment
    return datetime(year, month, day, *clock, tzinfo=BERLIN).astimezone(UTC)


def a_series(form: Form = "sie", **facts: Any) -> Series:
    """Four dialogues: one documented, one with four speakers, one with only a month, and the last."""
    plain: dict[str, Any] = {
        "id": 1,
        "slug": "wandel",
        "title": {"de": "Wandel. Machen. Vor Ort.", "en": "Change. Make. On site."},
        "languages": ["de", "en"],
        "timezone": "Europe/Berlin",
        "sender_name": "Netzwerk Übermorgen",
        "sender_address": EmailAddress("dialog@example.org"),
        "about": {},
        "imprint": {
            "de": "Netzwerk Übermorgen\n\nMusterweg 1, 14467 Potsdam\n\nVertreten durch: Kim Muster",
            "en": "Netzwerk Übermorgen\n\nMusterweg 1, 14467 Potsdam, Germany\n\nRepresented by: Kim Muster",
        },
        "privacy": {},
        "funding": {},
        "form_of_address": form,
        "closing_days": 14,
        "retention_days": 30,
        "list_id": "wandel.example.org",
        "created_at": CREATED,
        "changed_at": CREATED,
    }
    series = Series(**(plain | facts))
    _documented(series)
    _with_speakers(series)
    an_event(
        series,
        "beteiligung",
        {
            "de": "Wie wird Beteiligung auf dem Land attraktiver?",
            "en": "How does participation become attractive in rural areas?",
        },
        month="2023-08",
        format=EventFormat.ON_SITE,
        place="Potsdam",
        announcement={
            "de": "Demokratie lebt davon, dass Menschen mitreden und mitentscheiden.",
            "en": "Democracy thrives when people have a voice and a share in decisions.",
        },
    )
    an_event(
        series,
        "wohnumfelder",
        {
            "de": "Wie lassen sich leistbare Wohnumfelder gestalten?",
            "en": "How can affordable homes be created?",
        },
        starts_at=berlin(2023, 9, 28, 17),
    )
    return series


def an_event(
    series: Series, slug: str, title: dict[str, str], *, starts_at: datetime | None = None, **facts: Any
) -> Event:
    """One more event of the series; online for 90 minutes, if nothing else is said."""
    plain: dict[str, Any] = {
        "id": len(series.events) + 1,
        "slug": slug,
        "position": len(series.events),
        "title": title,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=90) if starts_at else None,
        "format": EventFormat.ONLINE,
        "place": "",
        "join_url": "",
        "join_url_public": False,
        "registration_url": "",
        "state": EventState.FIXED if starts_at else EventState.ANNOUNCED,
        "announcement": {},
        "account": {},
        "guiding_question": {},
        "uid": f"{slug}@example.org",
        "revision": 0,
        "created_at": CREATED,
        "changed_at": CREATED,
        "series": series,
    }
    return Event(**(plain | facts))


def a_speaker(event: Event, name: str, **facts: Any) -> Speaker:
    plain: dict[str, Any] = {
        "position": len(event.speakers),
        "organisation": "",
        "job": {},
        "role": {},
        "topic": {},
        "statement": {},
        "quote": {},
        "picture": "",
        "absent": False,
        "event": event,
    }
    return Speaker(name=name, **(plain | facts))


def event_named(series: Series, slug: str) -> Event:
    return next(event for event in series.events if event.slug == slug)


def _documented(series: Series) -> None:
    event = an_event(
        series,
        "bestand",
        {
            "de": "Wie können Kommunen ihren Bestand nutzen?",
            "en": "How can municipalities use existing buildings?",
        },
        starts_at=berlin(2023, 1, 26, 17),
        format=EventFormat.HYBRID,
        place="CityCube Berlin",
        announcement={
            "de": "Leer stehende Häuser, ungenutzte Grundstücke:\nIn vielen Kommunen gibt es Räume,\ndie dem Gemeinwohl dienen könnten.",
            "en": "Empty houses, unused plots:\nmany municipalities have spaces\nthat could serve the common good.",
        },
        account={
            "de": "Die Reihe begann in großem Rahmen.\n\nBald meldeten sich **viele** aus dem Publikum.",
            "en": "The series began on a grand scale.\n\nSoon **many** in the audience joined in.",
        },
        guiding_question={"de": "Was hilft kleinen Kommunen?", "en": "What helps small municipalities?"},
    )
    a_speaker(
        event, "Frederik Muster", organisation="Stadt Angermünde", job={"de": "Bürgermeister", "en": "Mayor"}
    )
    a_speaker(event, "Rainer Abwesend", absent=True)
    for position, (kind, title, credit, url) in enumerate(
        [
            (MaterialKind.RECORDING, {"de": "Mitschnitt", "en": "Recording of the evening"}, "Bundesanstalt", "https://video.example.org/1"),
            (MaterialKind.ADDENDUM, {"de": "Gespräch mit Rainer Abwesend", "en": "Conversation with Rainer Abwesend"}, "", ""),
            (MaterialKind.PRESENTATION, {}, "", ""),
        ]
    ):  # fmt: skip
        Material(position=position, kind=kind, title=title, credit=credit, url=url, file="", event=event)


def _with_speakers(series: Series) -> None:
    event = an_event(
        series,
        "kreislaeufe",
        {
            "de": "Wie können wir lokale Wirtschaftskreisläufe stärken?",
            "en": "How can we strengthen local economic cycles?",
        },
        starts_at=berlin(2023, 3, 30, 17),
        join_url="https://meet.example.org/wandel-kreislaeufe",
        announcement={
            "de": "Wir sprechen darüber, wie Regionen Krisen besser überstehen.\n\n- Wer trägt bei?\n- Wer hat etwas davon?",
            "en": "We talk about how regions weather crises better.\n\n- Who contributes?\n- Who benefits?",
        },
    )
    a_speaker(
        event,
        "Luisa Beispiel",
        organisation="Fuchsmühle",
        job={"de": "Mitgründerin", "en": "Co-founder"},
        role={"de": "Praxis", "en": "Practice"},
        topic={
            "de": "Wirtschaften mit Commons: wie eine Gemeinschaft teilt, was sie hat",
            "en": "Doing business with commons",
        },
    )
    a_speaker(event, "Andrea Muster", organisation="Kreistag", role={"de": "Politik", "en": "Politics"})


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
    return {
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
                "de": "Liebe Interessierte,\n\nder **Zugang** hat sich geändert: [zum Raum](https://meet.example.org/neu).\n\nDas Netzwerk",
                "en": "Dear all,\n\nthe **link** has changed: [to the room](https://meet.example.org/new).\n\nThe network",
            },
        ),
        "signin": to_organiser(
            LetterKind.SIGNIN, asked, link=letters.sign_in_url(BASE_URL, "NQ"), valid_until=asked + timedelta(minutes=30)
        ),
        "notice": to_organiser(LetterKind.NOTICE, berlin(2023, 3, 31, 7), missed=[a_missed_reminder()]),
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
