"""What an import changes, and what it leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import exchange
from mailer.exchange import BadSeriesFile, ImportReport
from mailer.reminders import ReminderRule, rules_of_series
from mailer.series import Event, EventState, Series, get_event
from tests.support.making import NOON, a_series, an_event

LATER = NOON + timedelta(hours=1)

BODEN = "{slug: boden, title: Boden, starts_at: 2023-05-25 17:00, duration: PT90M, place: Potsdam}"
AUGUST = "{slug: august, title: August, month: 2023-08}"


def imported(session: Session, *events: str, more: str = "", now: datetime = NOON) -> ImportReport:
    lines = "".join(f"  - {event}\n" for event in events) or "  []\n"
    source = (
        f"slug: wandel\ntitle: Wandel\nsender: {{address: dialog@mail.example.org}}\n{more}events:\n{lines}"
    )
    return exchange.import_series(session, source.encode(), now=now)


def boden(session: Session, report: ImportReport) -> Event:
    return get_event(session, report.series, "boden")


def test_new_series_bears_its_slug_and_the_senders_domain_as_list_id(session: Session) -> None:
    series = imported(session, BODEN).series

    assert series.list_id == "wandel.mail.example.org"
    assert (series.created_at, series.changed_at) == (NOON, NOON)


def test_list_id_stays_when_the_sender_moves(session: Session) -> None:
    imported(session)
    source = b"slug: wandel\ntitle: Change\nsender: {address: dialog@other.example}\n"

    series = exchange.import_series(session, source, now=LATER).series

    assert series.list_id == "wandel.mail.example.org"
    assert series.changed_at == LATER


def test_new_event_starts_at_revision_zero_with_a_uid_of_its_own(session: Session) -> None:
    report = imported(session, BODEN, AUGUST)

    first, second = report.series.events
    assert (first.slug, first.position, first.revision, first.redated_at) == ("boden", 0, 0, None)
    assert (second.slug, second.position) == ("august", 1)
    assert first.created_at == NOON
    assert first.uid.endswith("@mail.example.org")
    assert first.uid != second.uid


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("2023-05-25 17:00", "2023-05-25 18:00"),
        ("PT90M", "PT2H"),
        ("Potsdam", "Berlin"),
        ("PT90M", "PT90M, state: cancelled"),
    ],
)
def test_new_start_end_place_or_state_raises_the_revision(
    session: Session, written: str, instead: str
) -> None:
    uid = boden(session, imported(session, BODEN, AUGUST)).uid

    report = imported(session, BODEN.replace(written, instead), AUGUST, now=LATER)

    event = boden(session, report)
    assert (event.revision, event.changed_at, event.uid) == (1, LATER, uid)
    assert (report.created, report.changed, report.events_created, report.events_changed) == (
        False,
        True,
        0,
        1,
    )
    assert get_event(session, report.series, "august").revision == 0


def test_new_words_change_the_event_but_not_its_revision(session: Session) -> None:
    imported(session, BODEN)

    report = imported(session, BODEN.replace("title: Boden", "title: Erde"), now=LATER)

    event = boden(session, report)
    assert (event.revision, event.changed_at, event.title) == (0, LATER, {"de": "Erde"})


def test_speakers_and_materials_are_written_anew_when_they_differ(session: Session) -> None:
    speakers = "speakers: [{name: Anna}, {name: Berta}], materials: [{kind: link, title: Karte}]"
    imported(session, BODEN.replace("place", f"{speakers}, place"))

    report = imported(
        session, BODEN.replace("place", "speakers: [{name: Berta, absent: true}], place"), now=LATER
    )

    event = boden(session, report)
    assert [(speaker.name, speaker.absent) for speaker in event.speakers] == [("Berta", True)]
    assert event.materials == []
    assert event.changed_at == LATER


def test_moved_start_is_noted_so_that_overdue_reminders_leave_at_once(session: Session) -> None:
    imported(session, BODEN)

    report = imported(session, BODEN.replace("17:00", "18:00"), now=LATER)

    assert boden(session, report).redated_at == LATER


def test_month_that_becomes_a_date_is_noted_too(session: Session) -> None:
    imported(session, "{slug: boden, title: Boden, month: 2023-05}")

    event = boden(session, imported(session, BODEN, now=LATER))

    assert (event.month, event.state, event.revision) == (None, EventState.FIXED, 1)
    assert event.redated_at == LATER


def test_new_place_is_no_new_date(session: Session) -> None:
    imported(session, BODEN)

    assert boden(session, imported(session, BODEN.replace("Potsdam", "Berlin"), now=LATER)).redated_at is None


def test_event_gone_from_the_file_is_cancelled_once(session: Session) -> None:
    imported(session, BODEN, AUGUST)

    first = imported(session, AUGUST, now=LATER)
    second = imported(session, AUGUST, now=LATER)

    event = boden(session, first)
    assert (event.state, event.revision, event.position) == (EventState.CANCELLED, 1, 1)
    assert (first.cancelled, first.events_changed) == (("boden",), 1)
    assert (second.cancelled, second.changed) == ((), False)


def test_event_that_was_held_stays_in_the_archive_when_it_is_gone_from_the_file(session: Session) -> None:
    imported(session, BODEN, AUGUST)

    report = imported(session, AUGUST, now=datetime(2023, 5, 26, tzinfo=UTC))

    assert boden(session, report).state is EventState.FIXED
    assert report.cancelled == ()


def test_event_that_comes_back_into_the_file_takes_place_again(session: Session) -> None:
    imported(session, BODEN)
    imported(session, now=LATER)

    event = boden(session, imported(session, BODEN, now=LATER))

    assert (event.state, event.revision, event.redated_at) == (EventState.FIXED, 2, None)


def test_new_order_changes_the_series_but_no_event(session: Session) -> None:
    imported(session, BODEN, AUGUST)

    report = imported(session, AUGUST, BODEN, now=LATER)

    assert [event.slug for event in report.series.events] == ["august", "boden"]
    assert (report.changed, report.events_changed) == (True, 0)
    assert {event.changed_at for event in report.series.events} == {NOON}


def test_rule_whose_words_stay_keeps_its_row_and_new_ones_are_owed_from_now(session: Session) -> None:
    series = imported(session).series
    before = {rule.offset: rule.id for rule in rules_of_series(session, series)}
    rules = "reminders: [{kind: reminder, before: P1D, at: '09:00'}, {kind: info, before: P3D}]\n"

    report = imported(session, more=rules, now=LATER)

    day, three = rules_of_series(session, report.series)
    assert (day.id, day.position, day.owed_from) == (before["P1D"], 0, NOON)
    assert (three.offset, three.position, three.owed_from) == ("P3D", 1, LATER)
    assert report.changed


def test_event_has_rules_of_its_own_until_they_are_left_out_again(session: Session) -> None:
    own = "reminders: [{kind: info, before: P2D}], place"
    with_rules = boden(session, imported(session, BODEN.replace("place", own)))
    assert with_rules.own_rules
    assert _own_rules(session, with_rules) == ["P2D"]

    without = boden(session, imported(session, BODEN.replace("place", "reminders: [], place"), now=LATER))
    assert (without.own_rules, _own_rules(session, without)) == (True, [])

    again = boden(session, imported(session, BODEN, now=LATER))
    assert (again.own_rules, again.changed_at) == (False, NOON)


def _own_rules(session: Session, event: Event) -> list[str]:
    return list(session.scalars(select(ReminderRule.offset).where(ReminderRule.event_id == event.id)))


def test_broken_file_changes_nothing(session: Session) -> None:
    series = a_series(session)
    an_event(session, series)

    with pytest.raises(BadSeriesFile):
        imported(session, BODEN.replace("PT90M", "90 minutes"))

    assert [event.slug for event in series.events] == ["boden"]
    assert series.changed_at == NOON
    assert not session.dirty


def test_two_series_live_side_by_side(session: Session) -> None:
    other = a_series(session, slug="anders")
    an_event(session, other)

    imported(session, BODEN)

    assert len(list(session.scalars(select(Series)))) == 2
    assert [event.revision for event in other.events] == [0]
