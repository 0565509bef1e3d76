"""A small series in memory: what letters are written about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailer.core.types import EmailAddress, Form
from mailer.series import Event, EventFormat, EventState, Material, MaterialKind, Series, Speaker

BERLIN = ZoneInfo("Europe/Berlin")
CREATED = datetime(2022, 12, 1, 12, tzinfo=UTC)


def berlin(*moment: int) -> datetime:
    """A wall-clock moment in Berlin, in UTC."""
    year, month, day, hour, minute, second = (*moment, 0, 0, 0)[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=BERLIN).astimezone(UTC)


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
        "arrival": {},
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
        arrival={
            "de": "S-Bahn bis Messe Süd, von dort\nfünf Minuten zu Fuß.\n\nDer Eingang ist **ohne Stufen**.",
            "en": "S-Bahn to Messe Süd, from there\nfive minutes on foot.\n\nThe entrance has **no steps**.",
        },
        announcement={
            "de": "Leer stehende Häuser, ungenutzte Grundstücke:\nIn vielen Kommunen gibt es Räume für alle.",
            "en": "Empty houses, unused plots:\nmany municipalities have spaces for everybody.",
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
