"""A message is written at the desk: kept, changed by two at once, thrown away, refused with a sentence per field."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mailer.core.db import Database
from mailer.mailings import Audience, MailingState
from mailer.organisers import Role, list_entries
from tests.support.making import a_series
from tests.web.desk.signing import sign_in_url
from tests.web.desk.writing import AT, MESSAGE, people, post, the_mailing, the_mailings, write
from tests.web.visiting import GERMAN, Visit, open_house, press


def test_message_is_kept_as_a_draft_with_its_author(visit: Visit, owner: FlaskClient) -> None:
    answer = write(owner, event="bestand-nutzen", audience="told", calendar="yes")

    kept = the_mailing(visit)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{AT}/{kept.id}")
    assert (kept.state, kept.audience, kept.with_calendar) == (MailingState.DRAFT, Audience.TOLD, True)
    assert kept.subject == {"de": "Neues aus {series}", "en": "News"}
    assert kept.author_id is not None


def test_saving_twice_keeps_one_draft(visit: Visit, owner: FlaskClient) -> None:
    first, second = write(owner), write(owner)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(the_mailings(visit)) == 1


def test_second_editor_is_shown_the_difference_and_overwrites_nothing(
    visit: Visit, signed_in: Callable[[Role], FlaskClient]
) -> None:
    anna, ben = signed_in(Role.OWNER), signed_in(Role.EDITOR)
    write(anna)
    number = the_mailing(visit).id
    post(anna, f"{AT}/{number}/edit", **MESSAGE | {"edition": "0", "subject-de": "Annas Fassung"})

    answer = post(ben, f"{AT}/{number}/edit", **MESSAGE | {"edition": "0", "subject-de": "Bens Fassung"})

    assert answer.status_code == 409
    assert "<del>Annas </del><ins>Bens </ins>Fassung" in answer.text
    assert 'value="Bens Fassung"' in answer.text
    assert the_mailing(visit).subject["de"] == "Annas Fassung"


@pytest.mark.parametrize("way", ["edit", "release"])
def test_edition_that_no_database_takes_is_an_older_one(visit: Visit, owner: FlaskClient, way: str) -> None:
    write(owner)
    number = the_mailing(visit).id

    answer = post(owner, f"{AT}/{number}/{way}", **MESSAGE | {"edition": "9" * 20, "when": "now"})

    assert answer.status_code == 409
    assert the_mailing(visit).state is MailingState.DRAFT


def test_second_editor_who_saves_again_means_it(
    visit: Visit, signed_in: Callable[[Role], FlaskClient]
) -> None:
    anna, ben = signed_in(Role.OWNER), signed_in(Role.EDITOR)
    write(anna)
    number = the_mailing(visit).id
    post(anna, f"{AT}/{number}/edit", **MESSAGE | {"edition": "0", "subject-de": "Annas Fassung"})
    shown = post(ben, f"{AT}/{number}/edit", **MESSAGE | {"edition": "0", "subject-de": "Bens Fassung"})
    edition = re.search(r'name="edition" value="(\d+)"', shown.text)
    assert edition is not None

    answer = post(ben, f"{AT}/{number}/edit", **MESSAGE | {"edition": edition[1], "subject-de": "Bens Fassung"})  # fmt: skip

    assert (answer.status_code, the_mailing(visit).subject["de"]) == (303, "Bens Fassung")


def test_draft_is_thrown_away(visit: Visit, owner: FlaskClient) -> None:
    write(owner)

    answer = post(owner, f"{AT}/{the_mailing(visit).id}/delete")

    assert (answer.status_code, the_mailings(visit)) == (303, [])


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("body-de", "Guten Tag {vorname}", "Den Platzhalter {vorname} gibt es nicht."),
        ("subject-de", "Für {name}", "Im Betreff kann kein Name stehen"),
        ("body-de", "Kommen Sie: {join_link}", "{join_link} braucht einen Dialog"),
        ("subject-de", "Eine\r\nBcc: alle@example.org", "Der Betreff darf nur aus einer Zeile bestehen."),
        ("subject-de", "x" * 201, "Bitte kürzen Sie den Betreff auf 200 Zeichen."),
        ("body-de", "ä" * 75_000, "Der Text ist zu lang für eine E-Mail"),
        ("audience", "told", "Wählen Sie zuerst den Dialog"),
    ],
)
def test_mistake_comes_back_with_what_was_typed_and_a_sentence(
    visit: Visit, owner: FlaskClient, field: str, typed: str, sentence: str
) -> None:
    answer = post(owner, f"{AT}/new", **MESSAGE | {"key": "one", field: typed})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert field == "audience" or typed.split("\r\n", maxsplit=1)[0][:100] in answer.text
    assert the_mailings(visit) == []


def test_template_of_a_program_is_only_words(visit: Visit, owner: FlaskClient) -> None:
    write(owner, body_de="{{ 7*7 }} {% raw %} ${7*7} {0} {}")

    shown = owner.get(f"{AT}/{the_mailing(visit).id}/preview", headers=GERMAN)

    assert shown.status_code == 200
    assert "{{ 7*7 }} {% raw %} ${7*7} {0} {}" in shown.text


def test_markdown_runs_nothing(visit: Visit, owner: FlaskClient) -> None:
    evil = "<script>alert(1)</script> <svg onload=alert(1)> [x](javascript:alert(1)) ![p](https://t.example/p.gif)"
    write(owner, body_de=evil)
    number = the_mailing(visit).id

    pages = [
        owner.get(f"{AT}/{number}", headers=GERMAN).text,
        owner.get(f"{AT}/{number}/preview/html?language=de", headers=GERMAN).text,
    ]

    for page in pages:
        assert re.search(r"<script>alert|<svg|href=\"javascript|<img[^>]+t\.example", page) is None


def test_number_of_another_series_is_not_there(visit: Visit, owner: FlaskClient) -> None:
    write(owner)
    number = the_mailing(visit).id
    with visit.transaction() as session:
        a_series(session, slug="andere")

    statuses = [
        owner.get(f"/organiser/series/andere/mailings/{number}{rest}").status_code
        for rest in ("", "/edit", "/preview", "/preview/html", "/release", "/progress", "/recipients", "/report.csv", "/stop")
    ]  # fmt: skip

    assert statuses == [404] * len(statuses)


def test_every_act_is_written_down(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 1)
    write(owner)
    number = the_mailing(visit).id
    post(owner, f"{AT}/{number}/edit", **MESSAGE | {"edition": "0"})
    post(owner, f"{AT}/{number}/copy", key="a", language="de")
    post(owner, f"{AT}/{number}/release", edition="1", when="now")
    post(owner, f"{AT}/{number}/pause")
    post(owner, f"{AT}/{number}/resume")
    post(owner, f"{AT}/{number}/take-back")
    post(owner, f"{AT}/{number}/delete")

    with visit.house.database.reading() as session:
        noted = [entry.action for entry in list_entries(session, series="wandel-machen-vor-ort")]
    wanted = ["drafted", "changed", "tested", "released", "paused", "resumed", "taken_back", "deleted"]
    assert noted == [f"mailing.{act}" for act in reversed(wanted)]


def test_sizes_of_audiences_stand_beside_them(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 2)
    people(visit, 1, language="en", first=2)

    page = owner.get(f"{AT}/new", headers=GERMAN).text

    assert re.findall(r'audience-count">([^<]+)<', page) == [
        "3 Personen", "2 Personen", "1 Person", *["erst einen Dialog wählen"] * 3,
    ]  # fmt: skip


def test_test_copies_to_a_stranger_are_few(database: Database, tmp_path: Path) -> None:
    visit = open_house(database, tmp_path, RATELIMIT_ENABLED="1")
    client = visit.app.test_client()
    press(client, sign_in_url(visit, Role.OWNER))
    write(client)
    number = the_mailing(visit).id

    statuses = [
        post(client, f"{AT}/{number}/copy", key=str(one), to="kollege@example.net").status_code
        for one in range(7)
    ]

    assert statuses == [303] * 5 + [429] * 2
