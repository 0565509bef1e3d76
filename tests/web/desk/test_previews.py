"""A mail that is still to come, looked at before it leaves."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from mailer.delivery import Delivery
from mailer.mailings import MailingKind
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import Visit

SERIES = "/organiser/series/wandel-machen-vor-ort"
REMINDER = f"{SERIES}/preview/wirtschaftskreislaeufe/reminder"


def test_preview_shows_the_letter_as_it_will_leave_and_sends_nothing(
    visit: Visit, owner: FlaskClient
) -> None:
    page = owner.get(REMINDER, query_string={"lang": "en"})

    assert page.status_code == 200
    assert "Mittwoch, 29. März 2023" not in page.text
    assert "Wednesday, 29 March 2023, 09:00 (CEST)" in page.text
    assert "BEGIN:VCALENDAR" in page.text
    assert "anna@example.net" in page.text
    with visit.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_preview_speaks_the_language_of_the_chosen_tab(owner: FlaskClient) -> None:
    frames = {
        language: owner.get(f"{REMINDER}/html", query_string={"language": language}).text
        for language in ("de", "en")
    }

    assert 'lang="de"' in frames["de"]
    assert 'lang="en"' in frames["en"]


@pytest.mark.parametrize("kind", [kind.value for kind in MailingKind if kind is not MailingKind.MESSAGE])
def test_every_kind_the_plan_can_name_can_be_looked_at(owner: FlaskClient, kind: str) -> None:
    event = "engagement" if kind == "documentation" else "boden"

    page = owner.get(f"{SERIES}/preview/{event}/{kind}", query_string={"lang": "en"})

    assert page.status_code == 200
    assert f"<h1>{kind}" not in page.text


def test_frame_may_run_nothing_and_only_our_pages_may_hold_it(owner: FlaskClient) -> None:
    policy_said = owner.get(f"{REMINDER}/html").headers["Content-Security-Policy"]

    assert policy_said.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy_said
    assert "frame-ancestors 'self'" in policy_said


def test_message_and_entry_can_be_kept_as_files(owner: FlaskClient) -> None:
    message = owner.get(f"{REMINDER}/message.eml")
    entry = owner.get(f"{REMINDER}/entry.ics")

    read = message_from_bytes(message.data, policy=policy.default)
    assert read["List-Unsubscribe"] is not None
    assert read["To"] == "anna@example.net"
    assert message.headers["Content-Disposition"] == 'attachment; filename="reminder.eml"'
    assert entry.data.startswith(b"BEGIN:VCALENDAR")


def test_links_of_a_preview_can_do_nothing_in_anybodys_name(visit: Visit, owner: FlaskClient) -> None:
    assert visit.link("test", 0) in owner.get(f"{REMINDER}/html").text


@pytest.mark.parametrize("kind", ["farewell", "welcome", "confirm", "already"])
def test_mails_about_the_whole_series_need_no_dialogue(owner: FlaskClient, kind: str) -> None:
    assert owner.get(f"{SERIES}/preview/{kind}").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("preview/reminder", 404),
        ("preview/boden/signin", 404),
        ("preview/boden/message", 404),
        ("preview/no-such-dialogue/reminder", 404),
        ("preview/bestand-nutzen/reminder?at=tomorrow", 422),
        ("preview/bestand-nutzen/reminder?at=2023-03-29T09:00", 422),
        ("preview/bestand-nutzen/reminder?at=9999-12-31T23:59Z", 422),
        ("preview/bestand-nutzen/reminder?at=0001-01-01T00:00Z", 422),
        ("preview/farewell/entry.ics", 404),
        ("preview/bestand-nutzen/reminder?language=xx", 200),
        ("preview/bestand-nutzen/documentation", 200),
    ],
)
def test_what_cannot_be_shown_is_said(owner: FlaskClient, address: str, status: int) -> None:
    assert owner.get(f"{SERIES}/{address}").status_code == status


def test_dialogue_without_a_date_has_no_reminder_to_show(owner: FlaskClient) -> None:
    page = owner.get(f"{SERIES}/preview/beteiligung/reminder")

    assert page.status_code == 409


@pytest.mark.parametrize(("width", "dark", "language"), [(1280, False, "de"), (375, True, "en")])
def test_preview_is_readable_for_everybody(desk: Desk, width: int, dark: bool, language: str) -> None:
    page = desk.open(width=width, dark=dark, language=language)

    page.goto(REMINDER)

    assert wrong_with(page) == []
    inside = page.frames[1].locator("body").inner_text()
    assert "example.net" in inside or "wandel" in inside.lower()
