"""The calendar of a series to subscribe to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from mailer import calendar
from mailer.core.types import EmailAddress
from mailer.series import Event, EventFormat, EventState, Material, MaterialKind, Series

BERLIN = ZoneInfo("Europe/Berlin")
CHANGED = datetime(2023, 2, 1, 9, 30, tzinfo=UTC)
AUTUMN = datetime(2023, 9, 28, 17, 0, tzinfo=BERLIN)


def a_series() -> Series:
    return Series(
        slug="wandel",
        title={"de": "Wandel. Machen. Vor Ort."},
        languages=["de"],
        timezone="Europe/Berlin",
        sender_name="Netzwerk Orte",
        sender_address=EmailAddress("dialog@example.org"),
        about={"de": "Acht **Dialoge**\nim Jahr 2023."},
        form_of_address="sie",
    )


def an_event(slug: str, *, starts_at: datetime | None = AUTUMN, **changed: object) -> Event:
    facts: dict[str, object] = {
        "slug": slug,
        "title": {"de": slug},
        "starts_at": starts_at,
        "ends_at": starts_at and starts_at + timedelta(minutes=90),
        "format": EventFormat.ONLINE,
        "arrival": {},
        "join_url": "https://meet.example.org/wandel",
        "state": EventState.FIXED,
        "announcement": {},
        "uid": f"{slug}@dialog.example.org",
        "revision": 0,
        "created_at": CHANGED,
        "changed_at": CHANGED,
    }
    return Event(**{**facts, **changed})


def feed_of(*events: Event, now: datetime = CHANGED) -> bytes:
    return calendar.feed(
        a_series(),
        events,
        language="de",
        page_url_of=lambda event: f"https://dialog.example.org/wandel/{event.slug}",
        feed_url="https://dialog.example.org/wandel/calendar.ics",
        now=now,
    )


def entries_in(body: bytes) -> dict[str, Component]:
    entries = Calendar.from_ical(body).walk("VEVENT")
    return {str(entry["UID"]).partition("@")[0]: entry for entry in entries}


def test_feed_says_what_it_is_and_when_to_look_again() -> None:
    lines = feed_of(an_event("leerstand")).decode().split("\r\n")

    assert lines[: lines.index("BEGIN:VTIMEZONE")] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zeitnah//Zeitnah//DE",
        "DESCRIPTION:Acht Dialoge im Jahr 2023.",
        "X-WR-CALDESC:Acht Dialoge im Jahr 2023.",
        "NAME:Wandel. Machen. Vor Ort.",
        "X-WR-CALNAME:Wandel. Machen. Vor Ort.",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "SOURCE;VALUE=URI:https://dialog.example.org/wandel/calendar.ics",
        "X-PUBLISHED-TTL:PT12H",
    ]


def test_feed_lists_fixed_events_in_order_and_no_others() -> None:
    body = feed_of(
        an_event("later", starts_at=AUTUMN + timedelta(days=30)),
        an_event("month-only", starts_at=None, month="2023-08", state=EventState.ANNOUNCED),
        an_event("provisional", state=EventState.PROVISIONAL),
        an_event("past", starts_at=AUTUMN - timedelta(days=300)),
        an_event("next"),
    )

    assert list(entries_in(body)) == ["past", "next", "later"]


def test_feed_keeps_the_join_link_to_itself_unless_it_is_public() -> None:
    entries = entries_in(feed_of(an_event("closed"), an_event("open", join_url_public=True)))

    assert b"meet.example.org" not in entries["closed"].to_ical()
    assert entries["open"].decoded("CONFERENCE") == "https://meet.example.org/wandel"


def test_feed_has_the_same_entry_as_the_mail() -> None:
    event = an_event("open", join_url_public=True)
    page = "https://dialog.example.org/wandel/open"

    mailed = calendar.invitation(event, a_series(), language="de", page_url=page)

    assert entries_in(feed_of(event))["open"].to_ical() == entries_in(mailed)["open"].to_ical()


def test_feed_shows_a_cancelled_event_for_thirty_days() -> None:
    event = an_event("off", state=EventState.CANCELLED)
    after_30_days = CHANGED + timedelta(days=30)

    assert entries_in(feed_of(event, now=after_30_days))["off"].decoded("STATUS") == "CANCELLED"
    assert entries_in(feed_of(event, now=after_30_days + timedelta(seconds=1))) == {}


def test_feed_leaves_out_a_cancelled_event_without_a_date() -> None:
    assert (
        entries_in(feed_of(an_event("off", starts_at=None, month="2023-08", state=EventState.CANCELLED)))
        == {}
    )


def test_feed_links_recordings_once_the_documentation_is_published() -> None:
    published_at = AUTUMN + timedelta(days=7)
    event = an_event("past", documented_at=published_at)
    event.materials = [
        Material(kind=MaterialKind.RECORDING, url="https://video.example.org/1"),
        Material(kind=MaterialKind.RECORDING, url=""),
        Material(kind=MaterialKind.LINK, url="https://example.org/other"),
    ]
    page = "Mehr: https://dialog.example.org/wandel/past"

    before = entries_in(feed_of(event, now=published_at - timedelta(seconds=1)))["past"]
    after = entries_in(feed_of(event, now=published_at))["past"]

    assert before.decoded("DESCRIPTION") == page
    assert after.decoded("DESCRIPTION") == f"Mitschnitt: https://video.example.org/1\n{page}"


def test_feed_has_one_zone_that_starts_before_its_first_event() -> None:
    body = feed_of(an_event("first", starts_at=datetime(2019, 1, 10, 17, 0, tzinfo=BERLIN)), an_event("last"))

    zones = Calendar.from_ical(body).walk("VTIMEZONE")

    onsets = [observance.decoded("DTSTART").year for zone in zones for observance in zone.subcomponents]
    assert onsets == [2018, 2018]


def test_feed_without_events_is_still_a_calendar() -> None:
    found = Calendar.from_ical(feed_of())

    assert [part.name for part in found.subcomponents] == ["VTIMEZONE"]


def test_same_events_give_the_same_bytes_while_nothing_changes() -> None:
    one, two = an_event("one"), an_event("two", starts_at=AUTUMN + timedelta(days=1))

    assert feed_of(two, one, now=CHANGED + timedelta(days=9)) == feed_of(one, two)
