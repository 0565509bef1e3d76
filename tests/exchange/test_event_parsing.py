"""What a series file may say of an event, and how a wrong word is refused: with line, field and reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from textwrap import dedent

import pytest

from mailer import exchange
from mailer.exchange import BadSeriesFile, EventEntry
from mailer.series import EventFormat, EventState

HEAD = """\
slug: wandel
title: {de: Wandel, en: Change}
languages: [de, en]
sender: {address: dialog@example.org}
events:
"""


def parsed(*events: str) -> tuple[EventEntry, ...]:
    lines = "".join(f"  - {event}\n" for event in events)
    return exchange.parse_series(f"{HEAD}{lines}".encode()).events


def problems(event: str) -> list[tuple[int, str, str]]:
    """Problems of one event whose lines follow ``slug`` and ``title``; they begin at line 8."""
    lines = "".join(f"    {line}\n" for line in dedent(event).splitlines())
    with pytest.raises(BadSeriesFile) as refused:
        exchange.parse_series(f"{HEAD}  - slug: boden\n    title: Boden\n{lines}".encode())
    return [(problem.line, problem.field, problem.reason) for problem in refused.value.problems]


def test_event_of_a_month_is_announced_and_a_dated_one_fixed() -> None:
    august, september = parsed(
        "{slug: beteiligung, title: Beteiligung, month: 2023-08, place: Potsdam}",
        "{slug: wohnen, title: Wohnen, starts_at: 2023-09-28 17:00, duration: PT90M}",
    )

    assert (august.month, august.state, august.format) == (
        "2023-08",
        EventState.ANNOUNCED,
        EventFormat.ON_SITE,
    )
    assert (september.state, september.format) == (EventState.FIXED, EventFormat.ONLINE)
    assert september.starts_at == datetime(2023, 9, 28, 15, tzinfo=UTC)
    assert september.ends_at == datetime(2023, 9, 28, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["2023-09-28 17:00", '"2023-09-28 17:00"', "2023-09-28T17:00:00", "2023-09-28 16:00+01:00"]
)
def test_local_time_is_read_in_the_ways_people_write_it(written: str) -> None:
    (event,) = parsed(f"{{slug: a, title: A, starts_at: {written}, ends_at: 2023-09-28 18:00}}")

    assert event.starts_at == datetime(2023, 9, 28, 15, tzinfo=UTC)


def test_doubled_local_time_is_read_with_its_offset() -> None:
    (event,) = parsed("{slug: a, title: A, starts_at: 2023-10-29 02:30+01:00, duration: PT1H}")

    assert event.starts_at == datetime(2023, 10, 29, 1, 30, tzinfo=UTC)


def test_duration_is_elapsed_time_across_a_clock_change() -> None:
    (event,) = parsed("{slug: a, title: A, starts_at: 2023-10-29 01:30, duration: PT2H}")

    assert event.starts_at is not None
    assert event.ends_at == event.starts_at + timedelta(hours=2)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("", (6, "events", "no_date")),
        ("month: 2023-13", (8, "events.month", "not_a_month")),
        (
            "month: 2023-08\nstarts_at: 2023-08-01 17:00\nduration: PT1H",
            (8, "events.month", "month_and_start"),
        ),
        ("month: 2023-08\nduration: PT1H", (9, "events.duration", "end_without_start")),
        ("month: 2023-08\nstate: fixed", (9, "events.state", "state_needs_start")),
        ("month: 2023-08\nstate: provisional", (9, "events.state", "state_needs_start")),
        ("month: 2023-08\nstate: moved", (9, "events.state", "not_one_of")),
        ("starts_at: 2023-08-01 17:00", (8, "events.starts_at", "no_end")),
        ("starts_at: 2023-08-01\nduration: PT1H", (8, "events.starts_at", "not_a_time")),
        ("starts_at: 2023-02-29 17:00\nduration: PT1H", (8, "events.starts_at", "not_a_time")),
        ("starts_at: 2023-03-26 02:30\nduration: PT1H", (8, "events.starts_at", "does_not_exist")),
        ("starts_at: 2023-10-29 02:30\nduration: PT1H", (8, "events.starts_at", "comes_twice")),
        ("starts_at: 2023-08-01 17:00\nduration: P1D", (9, "events.duration", "not_a_length")),
        ("starts_at: 2023-08-01 17:00\nduration: PT0M", (9, "events.duration", "not_a_length")),
        ("starts_at: 2023-08-01 17:00\nduration: 90", (9, "events.duration", "not_a_duration")),
        ("starts_at: 2023-08-01 17:00\nends_at: 2023-08-01 17:00", (9, "events.ends_at", "ends_too_early")),
        (
            "starts_at: 2023-08-01 17:00\nends_at: 2023-08-01 18:00\nduration: PT1H",
            (10, "events.duration", "two_ends"),
        ),
        (
            "starts_at: 2023-08-01 17:00\nduration: PT1H\nstate: announced",
            (10, "events.state", "state_needs_month"),
        ),
        ("month: 2023-08\nformat: digital", (9, "events.format", "not_one_of")),
        ("month: 2023-08\njoin_url: javascript:alert(1)", (9, "events.join_url", "not_a_url")),
        ("month: 2023-08\njoin_url: https://", (9, "events.join_url", "not_a_url")),
        ('month: 2023-08\njoin_url: "https://a.example/\\r\\nBcc: x"', (9, "events.join_url", "not_a_url")),
        ("month: 2023-08\nregistration_url: //a.example", (9, "events.registration_url", "not_a_url")),
        ("month: 2023-08\ncapacity: 0", (9, "events.capacity", "not_a_number")),
        ("month: 2023-08\njoin_url_public: maybe", (9, "events.join_url_public", "not_a_flag")),
        ("month: 2023-08\nspeakers: [{organisation: A}]", (9, "events.speakers.name", "missing")),
        ("month: 2023-08\nspeakers: [{name: ''}]", (9, "events.speakers.name", "missing")),
        (
            "month: 2023-08\nspeakers:\n  - name: A\n    picture: ../secret_key",
            (11, "events.speakers.picture", "not_a_file_name"),
        ),
        ("month: 2023-08\nmaterials: [{kind: film, title: A}]", (9, "events.materials.kind", "not_one_of")),
        ("month: 2023-08\nmaterials: [{kind: link}]", (9, "events.materials.title", "missing")),
        (
            "month: 2023-08\nconditions: [{level: world, text: A}]",
            (9, "events.conditions.level", "not_one_of"),
        ),
        (
            "month: 2023-08\nconditions: [{level: municipality, text: {}}]",
            (9, "events.conditions.text", "missing"),
        ),
        ("month: 2023-08\ndocumented_at: soon", (9, "events.documented_at", "not_a_time")),
    ],
)
def test_wrong_value_of_an_event_names_line_field_and_reason(
    event: str, expected: tuple[int, str, str]
) -> None:
    assert problems(event) == [expected]
