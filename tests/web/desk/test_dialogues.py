"""Dialogues at the desk: listing, writing, publishing, cancelling, and two people who write at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as hooks
from sqlalchemy import select
from werkzeug.test import TestResponse

from mailer.organisers import AuditEntry
from mailer.series import Event, EventState
from tests.support.making import an_event
from tests.web.visiting import GERMAN, SERIES, Visit, csrf_in

AT = f"/organiser/series{SERIES}/dialogues"


def the_event(visit: Visit, slug: str) -> Event:
    with visit.house.database.reading() as session:
        found = session.scalar(select(Event).where(Event.slug == slug))
        assert found is not None
        return found


def third(visit: Visit) -> str:
    """The next dialogue of the example."""
    with visit.house.database.reading() as session:
        return session.scalars(select(Event.slug).order_by(Event.position)).all()[2]


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the page's form, buttons left out."""
    from html import unescape

    form = page[page.index('<form method="post" novalidate') :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        names = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if names.get("type") == "checkbox" and " checked" not in tag:
            continue
        found[unescape(names["name"])] = unescape(names.get("value", ""))
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = unescape(inner)
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner) or re.search(r'value="([^"]*)"', inner)
        found[name] = chosen[1] if chosen else ""
    return found


def fill_in(client: FlaskClient, url: str, **typed: str) -> TestResponse:
    page = client.get(url, headers=GERMAN).text
    return client.post(url, data=fields_of(page) | {"do": "save"} | typed, headers=GERMAN)


def press_button(client: FlaskClient, url: str) -> TestResponse:
    token = csrf_in(client.get(AT, headers=GERMAN).text)
    return client.post(url, data={"csrf_token": token}, headers=GERMAN)


NEW = {
    "slug": "neue-frage",
    "title.de": "Was kommt danach?",
    "starts_on": "2023-11-30",
    "starts_time": "17:00",
    "ends_time": "18:30",
    "state": "fixed",
}


def test_list_has_every_dialogue_and_says_what_is_missing(owner: FlaskClient) -> None:
    fill_in(owner, f"{AT}/new", **(NEW | {"announcement.de": "Worum es geht."}))

    page = owner.get(AT, headers=GERMAN)

    assert page.status_code == 200
    assert page.text.count('<li class="box dialogue') == 9
    new = page.text[page.text.index("dialogue-neue-frage") :]
    assert re.findall("<li>(.*?)</li>", new) == ["English: Frage, Ankündigung fehlt"]


def test_form_that_is_saved_as_it_stands_changes_nothing(visit: Visit, owner: FlaskClient) -> None:
    before = the_event(visit, third(visit))

    answer = fill_in(owner, f"{AT}/{before.slug}/edit")

    after = the_event(visit, before.slug)
    assert answer.status_code == 303
    assert (after.changed_at, after.revision) == (before.changed_at, before.revision)


def test_every_dialogue_of_the_example_survives_its_form(visit: Visit, owner: FlaskClient) -> None:
    with visit.house.database.reading() as session:
        before = {event.slug: event.changed_at for event in session.scalars(select(Event))}

    statuses = {slug: fill_in(owner, f"{AT}/{slug}/edit").status_code for slug in before}

    assert set(statuses.values()) == {303}
    with visit.house.database.reading() as session:
        assert {event.slug: event.changed_at for event in session.scalars(select(Event))} == before


def test_new_dialogue_is_a_draft_that_guests_do_not_see_until_it_is_published(
    visit: Visit, owner: FlaskClient, client: FlaskClient
) -> None:
    created = fill_in(owner, f"{AT}/new", **NEW)
    hidden = client.get(f"{SERIES}/neue-frage", headers=GERMAN)
    listed = "Was kommt danach?" in client.get(SERIES, headers=GERMAN).text
    press_button(owner, f"{AT}/neue-frage/publish")

    assert created.status_code == 303
    assert (hidden.status_code, listed) == (404, False)
    assert client.get(f"{SERIES}/neue-frage", headers=GERMAN).status_code == 200
    made = the_event(visit, "neue-frage")
    assert (made.starts_at, made.position) == (datetime(2023, 11, 30, 16, 0, tzinfo=UTC), 8)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ends_time": "16:00"}, "ends_time"),
        ({"slug": "subscribe"}, "slug"),
        ({"slug": "bestand-nutzen"}, "slug"),
        ({"title.de": ""}, "title.de"),
        ({"speakers.0.name": "x" * 5000}, "speakers.0.name"),
        ({"join_url": "javascript:alert(1)"}, "join_url"),
        ({"starts_on": "30.11.2023"}, "starts_on"),
        ({"starts_on": "", "starts_time": "", "ends_time": ""}, "starts_on"),
        ({"month": "2023-11"}, "month"),
        ({"capacity": "-3"}, "capacity"),
        (
            {"own_rules": "yes", "reminders.0.kind": "reminder", "reminders.0.amount": "x"},
            "reminders.0.amount",
        ),
    ],
)
def test_form_with_a_mistake_comes_back_with_what_was_typed_and_one_sentence(
    visit: Visit, owner: FlaskClient, typed: dict[str, str], field: str
) -> None:
    answer = fill_in(owner, f"{AT}/new", **(NEW | typed))

    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert answer.text.count("field-problem") == 1
    assert (typed.get("title.de", NEW["title.de"]) in answer.text) is True
    with visit.house.database.reading() as session:
        assert session.scalar(select(Event).where(Event.slug == "neue-frage")) is None


def test_thousand_speakers_are_refused_without_a_crash(owner: FlaskClient) -> None:
    many = {f"speakers.{n}.name": f"Nummer {n}" for n in range(1000)}

    answer = fill_in(owner, f"{AT}/new", **(NEW | many))

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("day", "offsets"),
    [("2023-10-29", ["+02:00", "+01:00"]), ("2023-03-26", ["+01:00", "+02:00"])],
)
def test_time_that_a_clock_change_doubles_or_skips_is_asked_back(
    visit: Visit, owner: FlaskClient, day: str, offsets: list[str]
) -> None:
    typed = NEW | {"starts_on": day, "starts_time": "02:30", "ends_time": "05:00"}
    asked = fill_in(owner, f"{AT}/new", **typed)
    offered = re.findall(r'<option value="([+][^"]+)"', asked.text)

    answered = fill_in(owner, f"{AT}/new", **typed, starts_offset=offsets[1])

    assert (asked.status_code, offered) == (422, offsets)
    assert answered.status_code == 303
    assert the_event(visit, "neue-frage").starts_at == datetime.fromisoformat(f"{day}T02:30{offsets[1]}")


def test_markdown_of_the_preview_is_harmless(owner: FlaskClient) -> None:
    evil = "<script>alert(1)</script> <svg onload=x> [a](javascript:alert(1)) **fett**"

    answer = fill_in(owner, f"{AT}/new", **(NEW | {"announcement.de": evil, "do": "preview"}))

    preview = answer.text[answer.text.index('id="preview"') : answer.text.index("<fieldset")]
    assert "<strong>fett</strong>" in preview
    assert not re.search(r"<script|<svg|href=.javascript", preview)


def test_rows_are_added_moved_and_removed_by_plain_buttons(owner: FlaskClient) -> None:
    two = NEW | {"speakers.0.name": "Ada", "speakers.1.name": "Berta"}

    names = {
        act: re.findall(r'name="speakers\.\d+\.name" type="text" value="([^"]*)"', page.text)
        for act in ("add:speakers", "up:speakers:1", "down:speakers:0", "remove:speakers:0", "up:speakers:0")
        for page in [fill_in(owner, f"{AT}/new", **two, do=act)]
    }

    assert names == {
        "add:speakers": ["Ada", "Berta", ""],
        "up:speakers:1": ["Berta", "Ada"],
        "down:speakers:0": ["Berta", "Ada"],
        "remove:speakers:0": ["Berta"],
        "up:speakers:0": ["Ada", "Berta"],
    }


def test_second_editor_is_shown_both_versions_and_chooses(visit: Visit, owner: FlaskClient) -> None:
    url = f"{AT}/{third(visit)}/edit"
    hers = fields_of(owner.get(url, headers=GERMAN).text) | {"do": "save"}
    fill_in(owner, url, place="Potsdam", capacity="20")

    shown = owner.post(url, data=hers | {"place": "Kyritz", "capacity": "30"}, headers=GERMAN)
    kept = the_event(visit, third(visit))
    edition = re.search(r'name="edition" value="(\d+)"', shown.text)
    assert edition is not None
    choice = {"edition": edition[1], "do": "merge", "take.capacity": "theirs", "take.place": "yours"}
    merged = owner.post(url, data=hers | {"place": "Kyritz", "capacity": "30"} | choice, headers=GERMAN)

    assert shown.status_code == 409
    assert "Potsdam" in shown.text
    assert "Kyritz" in shown.text
    assert (kept.place, kept.capacity) == ("Potsdam", 20)
    assert merged.status_code == 303
    now = the_event(visit, third(visit))
    assert (now.place, now.capacity) == ("Kyritz", 20)


def test_cancelling_says_whom_it_concerns_and_is_undone(visit: Visit, owner: FlaskClient) -> None:
    slug = third(visit)
    asked = owner.get(f"{AT}/{slug}/cancel", headers=GERMAN)
    press_button(owner, f"{AT}/{slug}/cancel")
    cancelled = the_event(visit, slug)
    press_button(owner, f"{AT}/{slug}/reinstate")

    assert "0 Personen" in asked.text
    assert cancelled.state is EventState.CANCELLED
    assert the_event(visit, slug).state is EventState.FIXED
    assert the_event(visit, slug).revision == cancelled.revision + 1


def test_what_was_done_is_in_the_log(visit: Visit, owner: FlaskClient) -> None:
    fill_in(owner, f"{AT}/new", **NEW)
    for act in ("up", "duplicate", "publish", "cancel", "reinstate"):
        press_button(owner, f"{AT}/neue-frage/{act}")
    press_button(owner, f"{AT}/neue-frage-2/delete")

    with visit.house.database.reading() as session:
        noted = session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.startswith("dialogue.")).order_by(AuditEntry.id)
        ).all()
    acts = ["created", "moved", "duplicated", "published", "cancelled", "reinstated", "deleted"]
    assert list(noted) == [f"dialogue.{act}" for act in acts]


def test_list_asks_the_database_equally_often_for_one_and_for_many(visit: Visit, owner: FlaskClient) -> None:
    asked: list[str] = []
    engine = visit.house.database.engine
    hooks.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    owner.get(AT)
    few = len(asked)
    with visit.transaction() as session:
        found = session.scalars(select(Event)).first()
        assert found is not None
        for n in range(300):
            an_event(session, found.series, slug=f"dialog-{n}", position=10 + n)
    asked.clear()

    owner.get(AT)

    assert len(asked) == few
