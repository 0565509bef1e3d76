"""An event as iCalendar, taken apart by a parser and, where bytes matter, by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component

from mailer import calendar
from mailer.calendar import Method
from mailer.core.i18n import translator
from mailer.core.types import EmailAddress, Locale
from mailer.series import Event, EventFormat, EventState, Series, Speaker

PAGE = "https://dialog.example.org/wandel/leerstand"
JOIN = "https://meet.example.org/wandel?pwd=a,b;c"
BERLIN = ZoneInfo("Europe/Berlin")
CREATED = datetime(2023, 1, 9, 8, 0, tzinfo=UTC)
CHANGED = datetime(2023, 2, 1, 9, 30, tzinfo=UTC)
ANNOUNCEMENT = "Viele **Häuser**\nstehen leer. Was lässt sich\n2023 damit anfangen?\n\n- wohnen\n- arbeiten"
DESCRIPTION = """\
Viele Häuser stehen leer. Was lässt sich 2023 damit anfangen?

- wohnen
- arbeiten

Mit:
– Ada Beispiel (Praxis), Bürgermeisterin, Stadt Musterow
– Bo Muster

Teilnehmen: https://meet.example.org/wandel?pwd=a,b;c
Mehr: https://dialog.example.org/wandel/leerstand"""


def a_series(*, timezone: str = "Europe/Berlin") -> Series:
    return Series(
        slug="wandel",
        title={"de": "Wandel. Machen. Vor Ort.", "en": "Change. Make. On site."},
        languages=["de", "en"],
        timezone=timezone,
        sender_name='Netzwerk "Orte", Büro',
        sender_address=EmailAddress("dialog@example.org"),
        about={"de": "Acht Dialoge\nim Jahr 2023."},
        form_of_address="sie",
    )


def a_speaker(
    name: str, *, job: str = "", organisation: str = "", role: str = "", absent: bool = False
) -> Speaker:
    return Speaker(name=name, organisation=organisation, job={"de": job}, role={"de": role}, absent=absent)


def an_event(
    *,
    title: str = "Wie gelingt die Umnutzung von Leerstand?",
    starts_at: datetime | None = datetime(2023, 9, 28, 17, 0, tzinfo=BERLIN),
    state: EventState = EventState.FIXED,
    **changed: object,
) -> Event:
    facts: dict[str, object] = {
        "slug": "leerstand",
        "title": {"de": title, "en": "How can vacant buildings be used?"},
        "starts_at": starts_at,
        "ends_at": starts_at and starts_at.astimezone(UTC) + timedelta(minutes=90),
        "format": EventFormat.ONLINE,
        "arrival": {},
        "place": "",
        "join_url": JOIN,
        "join_url_public": False,
        "state": state,
        "announcement": {"de": ANNOUNCEMENT},
        "uid": "0f5c7a52@dialog.example.org",
        "revision": 2,
        "created_at": CREATED,
        "changed_at": CHANGED,
        "speakers": [
            a_speaker("Ada Beispiel", job="Bürgermeisterin", organisation="Stadt Musterow", role="Praxis"),
            a_speaker("Cy Abwesend", absent=True),
            a_speaker("Bo Muster"),
        ],
    }
    return Event(**{**facts, **changed})


def invitation(
    event: Event,
    series: Series | None = None,
    *,
    language: Locale = "de",
    method: Method = Method.PUBLISH,
    with_join_url: bool = True,
) -> bytes:
    series = series or a_series()
    return calendar.invitation(
        event, series, language=language, page_url=PAGE, method=method, with_join_url=with_join_url
    )


def entry_of(body: bytes) -> Component:
    return Calendar.from_ical(body).walk("VEVENT")[0]


def lines_of(body: bytes) -> list[str]:
    """The content lines, unfolded as RFC 5545 section 3.1 says."""
    return body.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_invitation_says_what_the_event_is() -> None:
    lines = lines_of(invitation(an_event()))

    assert lines[lines.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "SUMMARY:Wie gelingt die Umnutzung von Leerstand?",
        "DTSTART;TZID=Europe/Berlin:20230928T170000",
        "DTEND;TZID=Europe/Berlin:20230928T183000",
        "DTSTAMP:20230201T093000Z",
        "UID:0f5c7a52@dialog.example.org",
        "SEQUENCE:2",
        "CATEGORIES:Wandel. Machen. Vor Ort.",
        f"CONFERENCE;FEATURE=AUDIO,VIDEO;LABEL=Online teilnehmen;VALUE=URI:{JOIN}",
        "CREATED:20230109T080000Z",
        "DESCRIPTION:" + DESCRIPTION.replace(",", r"\,").replace(";", r"\;").replace("\n", r"\n"),
        "LAST-MODIFIED:20230201T093000Z",
        r"LOCATION:https://meet.example.org/wandel?pwd=a\,b\;c",
        "ORGANIZER;CN=\"Netzwerk ^'Orte^', Büro\":mailto:dialog@example.org",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        f"URL:{PAGE}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_invitation_is_one_event_with_its_zone_and_method() -> None:
    lines = lines_of(invitation(an_event()))

    assert lines[:4] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Zeitnah//Zeitnah//DE", "METHOD:PUBLISH"]
    assert [line for line in lines if line.startswith("BEGIN:V")] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "BEGIN:VEVENT",
    ]


def test_invitation_asks_nobody_by_name_and_sets_no_alarm() -> None:
    assert re.findall(rb"ATTENDEE|VALARM", invitation(an_event())) == []


def test_invitation_in_english_speaks_english() -> None:
    entry = entry_of(invitation(an_event(announcement={}, speakers=[]), language="en"))

    assert entry.decoded("SUMMARY") == "How can vacant buildings be used?"
    assert entry.decoded("DESCRIPTION") == f"Join: {JOIN}\nMore: {PAGE}"


def test_invitation_without_join_url_tells_it_nowhere() -> None:
    body = invitation(an_event(), with_join_url=False)

    assert b"meet.example.org" not in body
    assert entry_of(body).decoded("LOCATION") == "Online"


@pytest.mark.parametrize(
    ("kind", "place", "location"),
    [
        (EventFormat.ON_SITE, "CityCube Berlin", "CityCube Berlin"),
        (EventFormat.ON_SITE, "", None),
        (EventFormat.HYBRID, "CityCube Berlin", "CityCube Berlin und online"),
        (EventFormat.HYBRID, "", "Vor Ort und online"),
        (EventFormat.ONLINE, "", JOIN),
    ],
)
def test_location_fits_the_format(kind: EventFormat, place: str, location: str | None) -> None:
    entry = entry_of(invitation(an_event(format=kind, place=place)))

    assert entry.decoded("LOCATION", None) == location


def test_uid_stays_when_the_title_changes() -> None:
    before = entry_of(invitation(an_event()))
    after = entry_of(invitation(an_event(title="Wohin mit dem Leerstand?")))

    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], before["SEQUENCE"])


def test_sequence_is_the_revision() -> None:
    assert entry_of(invitation(an_event(revision=7))).decoded("SEQUENCE") == 7


def test_cancellation_takes_the_event_back() -> None:
    body = invitation(an_event(state=EventState.CANCELLED, revision=3), method=Method.CANCEL)

    entry = entry_of(body)
    assert "METHOD:CANCEL" in lines_of(body)
    assert entry.decoded("STATUS") == "CANCELLED"
    assert entry.decoded("SEQUENCE") == 3
    assert entry.decoded("SUMMARY") == "Abgesagt: Wie gelingt die Umnutzung von Leerstand?"
    assert entry.decoded("DESCRIPTION").splitlines()[0] == "Dieser Dialog findet nicht statt."


@pytest.mark.parametrize("method", Method)
def test_event_with_only_a_month_has_no_entry(method: Method) -> None:
    event = an_event(starts_at=None, month="2023-08", state=EventState.ANNOUNCED)

    with pytest.raises(calendar.NoDate) as refused:
        invitation(event, method=method)

    assert translator("en").sentence(refused.value).startswith("This dialogue has no fixed date.")
    assert translator("de").sentence(refused.value).startswith("Dieser Dialog hat keinen festen Termin.")


@pytest.mark.parametrize("state", [EventState.PROVISIONAL, EventState.CANCELLED])
def test_event_that_is_not_fixed_is_not_published(state: EventState) -> None:
    with pytest.raises(calendar.NoDate):
        invitation(an_event(state=state))


@settings(max_examples=100, deadline=None)
@given(
    start=st.datetimes(
        datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-12-31"), timezones=st.just(UTC)
    ),
    tzid=st.sampled_from(["Europe/Berlin", "Australia/Sydney", "Asia/Kolkata", "Africa/Casablanca", "UTC"]),
)
@example(start=datetime(2023, 10, 29, 0, 30, tzinfo=UTC), tzid="Europe/Berlin")
@example(start=datetime(2023, 10, 29, 1, 30, tzinfo=UTC), tzid="Europe/Berlin")  # 02:30 for the second time
def test_start_and_end_are_the_instants_of_the_event(start: datetime, tzid: str) -> None:
    start = start.replace(microsecond=0)

    entry = entry_of(invitation(an_event(starts_at=start), a_series(timezone=tzid)))

    assert entry.decoded("DTSTART").astimezone(UTC) == start
    assert entry.decoded("DTEND").astimezone(UTC) == start + timedelta(minutes=90)


@settings(max_examples=60, deadline=None)
@given(words=st.text(max_size=300), emoji=st.text(alphabet="äöüß–„👩‍🌾🏚", max_size=200))
def test_lines_are_at_most_75_octets_of_whole_characters(words: str, emoji: str) -> None:
    body = invitation(an_event(title=words + emoji, place=emoji + words, format=EventFormat.HYBRID))

    assert body.endswith(b"\r\n")
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut in two


def hostile() -> st.SearchStrategy[str]:
    pieces = [*'\\,;:"^\n\r\x00\x85\u2028\ud83d', "\r\n", "\\n", "\\N", "%0A", "END:VEVENT"]
    return st.lists(st.sampled_from(pieces) | st.text(max_size=5), max_size=12).map("".join)


@settings(max_examples=100, deadline=None)
@given(typed=hostile())
def test_whatever_is_typed_stays_within_its_property(typed: str) -> None:
    plain, series = an_event(format=EventFormat.HYBRID), a_series()
    url = f"https://meet.example.org/{typed}"
    event = an_event(format=EventFormat.HYBRID, title=f"T{typed}", place=typed, join_url=url)
    series.sender_name = f"N{typed}"
    event.speakers[0].name = typed

    names = [re.split("[:;]", line)[0] for line in lines_of(invitation(event, series))]

    assert names == [re.split("[:;]", line)[0] for line in lines_of(invitation(plain))]


def test_text_is_escaped() -> None:
    event = an_event(
        format=EventFormat.ON_SITE, place="Haus C:\\Neu; Saal 1, links\r\nATTENDEE:mailto:x@example.org"
    )

    lines = lines_of(invitation(event))

    assert [line for line in lines if line.startswith(("LOCATION", "ATTENDEE"))] == [
        r"LOCATION:Haus C:\\Neu\; Saal 1\, links\nATTENDEE:mailto:x@example.org"
    ]


def test_same_event_gives_the_same_bytes() -> None:
    assert invitation(an_event()) == invitation(an_event())
