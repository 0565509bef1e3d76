"""Reminder rules at the desk: what each means is said before it is saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mailer import mailings, organisers, reminders
from mailer.organisers import Role
from mailer.registrations import Attendance
from mailer.series import EventFormat, get_event, get_series
from tests.support.seating import comes
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, SERIES, Visit, confirmed, csrf_in

URL = f"/organiser/series{SERIES}/reminders"
DAY_BEFORE = {"kind": "reminder", "amount": "1", "unit": "D", "anchor": "before", "at": "09:00"}


def rows(*rules: dict[str, str]) -> dict[str, str]:
    filled = [{"audience": "subscribers", "attendance": "", "at": "", **rule} for rule in rules]
    return {f"reminders.{n}.{name}": text for n, rule in enumerate(filled) for name, text in rule.items()}


def send(
    client: FlaskClient, do: str, fields: dict[str, str], *, url: str = URL, edition: str = ""
) -> TestResponse:
    page = client.get(url, headers=GERMAN).text
    found = re.search(r'name="edition" value="(\d+)"', page)
    hidden = {"csrf_token": csrf_in(page), "edition": edition or (found[1] if found else ""), "do": do}
    return client.post(url, data=hidden | fields, headers=GERMAN)


def meanings(page: str) -> list[str]:
    return re.findall(r'<p class="meaning"[^>]*>(.*?)</p>', page)


def offsets(visit: Visit, event: str = "") -> list[str]:
    with visit.transaction() as session:
        found = get_series(session, SERIES[1:])
        wanted = get_event(session, found, event).id if event else None
        return [rule.offset for rule in reminders.rules_of_series(session, found) if rule.event_id == wanted]


def test_each_rule_says_what_it_means_before_it_is_saved(visit: Visit, owner: FlaskClient) -> None:
    confirmed(visit, visit.app.test_client())
    kept = offsets(visit)

    shown = send(
        owner,
        "preview",
        rows(
            DAY_BEFORE,
            DAY_BEFORE | {"amount": "2", "unit": "W", "kind": "info"},
            {"kind": "reminder", "amount": "3", "unit": "H", "anchor": "before"},
            DAY_BEFORE | {"amount": "2", "audience": "registered"},
        ),
    )

    told = meanings(shown.text)
    assert shown.status_code == 200
    assert "heißt das: Mittwoch, 29. März 2023, 09:00 Uhr (MESZ), an 1 Person." in told[0]
    assert "schon vorbei" in told[1]
    assert "heißt das: Donnerstag, 30. März 2023" in told[2]
    assert "an die Angemeldeten; bisher ist das niemand." in told[3]
    assert offsets(visit) == kept


def test_rule_for_those_registered_counts_them(visit: Visit, owner: FlaskClient) -> None:
    with visit.transaction() as session:
        event = mailings.next_reminded(get_series(session, SERIES[1:]), now=visit.now)
        assert event is not None
        event.format, event.place, event.registration_url = EventFormat.HYBRID, "Potsdam", ""
        comes(session, event, "anna")
        comes(session, event, "berta", Attendance.ONLINE)

    rule = DAY_BEFORE | {"audience": "registered"}
    told = meanings(send(owner, "preview", rows(rule, rule | {"attendance": "online", "amount": "2"})).text)

    assert told[0].endswith("an 2 Personen.")
    assert told[1].endswith("an 1 Person.")


def test_sentence_is_what_the_plan_says(visit: Visit, owner: FlaskClient) -> None:
    confirmed(visit, visit.app.test_client())
    send(owner, "save", rows(DAY_BEFORE | {"amount": "2", "at": "18:30"}))

    with visit.transaction() as session:
        found = get_series(session, SERIES[1:])
        planned = mailings.upcoming_mailings(session, found, now=visit.now)

    assert offsets(visit) == ["P2D"]
    assert (planned[0].due_at, planned[0].recipients) == (datetime(2023, 3, 28, 16, 30, tzinfo=UTC), 1)
    assert (
        "Dienstag, 28. März 2023, 18:30 Uhr (MESZ), an 1 Person."
        in meanings(owner.get(URL, headers=GERMAN).text)[0]
    )


def test_what_went_out_by_a_rule_does_not_go_out_again(
    visit: Visit, signed_in: Callable[[Role], FlaskClient]
) -> None:
    confirmed(visit, visit.app.test_client())
    visit.now += timedelta(days=2)
    owner = signed_in(Role.OWNER)
    with visit.transaction() as session:
        mailings.plan(session, now=visit.now)
        before = {row.key for row in mailings.list_mailings(session, get_series(session, SERIES[1:]))}

    send(owner, "save", rows(DAY_BEFORE, DAY_BEFORE | {"amount": "3"}))

    with visit.transaction() as session:
        mailings.plan(session, now=visit.now)
        after = {row.key for row in mailings.list_mailings(session, get_series(session, SERIES[1:]))}
    told = meanings(owner.get(URL, headers=GERMAN).text)
    assert after == before
    assert "schon hinausgegangen" in told[0]
    assert "schon vorbei" in told[1]


def test_dialogue_has_rules_of_its_own_and_gives_them_back(visit: Visit, owner: FlaskClient) -> None:
    with visit.transaction() as session:
        event = mailings.next_reminded(get_series(session, SERIES[1:]), now=visit.now)
        assert event is not None
        slug = event.slug
    url = f"/organiser/series{SERIES}/dialogues/{slug}/reminders"

    own = send(owner, "save", rows(DAY_BEFORE | {"amount": "2"}) | {"own_rules": "yes"}, url=url)
    shown = offsets(visit, slug)
    back = send(owner, "save", rows(DAY_BEFORE), url=url)

    with visit.transaction() as session:
        noted = [entry.action for entry in organisers.list_entries(session)][:2]
        assert not get_event(session, get_series(session, SERIES[1:]), slug).own_rules
    assert (own.status_code, back.status_code, shown) == (303, 303, ["P2D"])
    assert noted == ["dialogue.rules_changed"] * 2


def test_mistakes_are_told_and_rows_come_and_go_without_saving(visit: Visit, owner: FlaskClient) -> None:
    kept = offsets(visit)

    wrong = send(owner, "save", rows(DAY_BEFORE | {"amount": "soon"}))
    more = send(owner, "add:reminders", rows(DAY_BEFORE))
    less = send(owner, "remove:reminders:0", rows(DAY_BEFORE, DAY_BEFORE | {"amount": "9"}))
    twice = send(owner, "save", rows(DAY_BEFORE, DAY_BEFORE))

    assert (wrong.status_code, twice.status_code) == (422, 422)
    assert 'id="reminders.0.amount-problem"' in wrong.text
    assert 'value="soon"' in wrong.text
    assert 'name="reminders.1.amount"' in more.text
    assert 'value="9"' in less.text
    assert 'name="reminders.1.amount"' not in less.text
    assert offsets(visit) == kept


def test_second_of_two_editors_sees_the_difference(
    visit: Visit, signed_in: Callable[[Role], FlaskClient]
) -> None:
    first, second = signed_in(Role.EDITOR), signed_in(Role.EDITOR)
    send(first, "save", rows(DAY_BEFORE | {"amount": "2"}), edition="0")

    answer = send(second, "save", rows(DAY_BEFORE | {"amount": "3"}), edition="0")
    again = send(second, "save", rows(DAY_BEFORE | {"amount": "3"}))

    assert answer.status_code == 409
    assert re.search(r"<del>2 </del>|<del>2", answer.text)
    assert again.status_code == 303
    assert offsets(visit) == ["P3D"]


def test_sentence_follows_what_is_typed(desk: Desk) -> None:
    page = desk.open(width=375, dark=True)
    page.goto(URL)
    found = wrong_with(page)
    with page.expect_response(f"**{URL}"):
        page.fill("[id='reminders.1.amount']", "2")
        page.keyboard.press("Tab")
    page.wait_for_function("document.getElementById('meaning-1').textContent.includes('28. März 2023')")

    assert page.evaluate("document.activeElement.id") == "reminders.1.unit"
    assert found + wrong_with(page) == []
