"""What becomes of answers when the questions change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer.organisers import AuditEntry, Role
from mailer.registrations import Registration
from mailer.series import Question, QuestionKind, get_series
from tests.web.desk.asking import (
    FOOD,
    LIST,
    URL,
    WAY,
    about,
    answers,
    asked,
    come,
    exported,
    save_details,
    send,
    the_dialogue,
)
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, Visit, csrf_in


def test_answers_to_a_removed_question_stay_and_never_answer_another(
    visit: Visit, owner: FlaskClient
) -> None:
    send(owner, "save", FOOD)
    the_dialogue(visit, *asked(visit))
    number = come(visit, **{"was-essen-sie": "Brot"})

    send(owner, "save")
    send(owner, "save", FOOD)
    page, seat = owner.get(URL, headers=GERMAN).text, owner.get(f"{LIST}/{number}", headers=GERMAN).text
    saved = save_details(visit, number, **{"question-was-essen-sie-2": "Obst"})

    row = exported(owner)
    assert [one.name for one in asked(visit)] == ["was-essen-sie-2"]
    assert "<code>was-essen-sie</code> (1 Antwort)" in page
    assert "<dt>was-essen-sie (nicht mehr gefragt)</dt><dd><bdi>Brot</bdi></dd>" in seat
    assert saved.status_code == 200
    assert answers(visit) == {"was-essen-sie": "Brot", "was-essen-sie-2": "Obst"}
    assert (row["Was essen Sie?"], row["was-essen-sie"]) == ("Obst", "Brot")


def test_choice_that_is_gone_stays_the_answer_until_another_is_given(
    visit: Visit, owner: FlaskClient
) -> None:
    send(owner, "save", WAY)
    the_dialogue(visit, *asked(visit))
    number = come(visit, **{"wie-kommen-sie": "mit dem Rad"})
    changed = {"name": "wie-kommen-sie", "options.de": "mit der Bahn\nzu Fuß", "options.en": ""}

    send(owner, "save", WAY | changed)
    seat = owner.get(f"{LIST}/{number}", headers=GERMAN).text
    save_details(visit, number, name="Anna B.")
    kept = answers(visit)
    save_details(visit, number, **{"question-wie-kommen-sie": "zu Fuß"})

    assert "<dt>Wie kommen Sie?</dt><dd><bdi>mit dem Rad</bdi></dd>" in seat
    assert kept == {"wie-kommen-sie": "mit dem Rad"}
    assert answers(visit) == {"wie-kommen-sie": "zu Fuß"}


def test_answer_outlives_another_first_language_of_the_series(visit: Visit, owner: FlaskClient) -> None:
    send(owner, "save", WAY)
    the_dialogue(visit, *asked(visit))
    number = come(visit, **{"wie-kommen-sie": "mit dem Rad"})
    with visit.transaction() as session:
        get_series(session, "wandel-machen-vor-ort").languages = ["en", "de"]

    seat = owner.get(f"{LIST}/{number}", headers=GERMAN).text
    save_details(visit, number, **{"question-wie-kommen-sie": "by bike"})

    assert "<dd><bdi>mit dem Rad</bdi></dd>" in seat
    assert answers(visit) == {"wie-kommen-sie": "by bike"}


def test_answer_that_was_cleared_is_gone(visit: Visit, owner: FlaskClient) -> None:
    send(owner, "save", FOOD | {"needed": ""})
    the_dialogue(visit, *asked(visit))
    number = come(visit, **{"was-essen-sie": "Brot"})

    save_details(visit, number, **{"question-was-essen-sie": ""})

    assert answers(visit) == {}


def test_the_page_says_how_many_answered_and_that_others_are_asked_elsewhere(
    visit: Visit, owner: FlaskClient
) -> None:
    the_dialogue(visit, Question("food", QuestionKind.TEXT, {"de": "Was essen Sie?"}))
    come(visit, food="Brot")
    come(visit, "berta", food="Obst")
    with visit.transaction() as session:
        about(session).registration_url = "https://meetup.example.org/"

    page = owner.get(URL, headers=GERMAN).text

    assert "Bisher: 2 Antworten." in page
    assert "Für diesen Dialog meldet man sich anderswo an" in page


def test_nobody_who_gave_a_seat_back_is_forgotten_when_a_name_is_chosen(
    visit: Visit, owner: FlaskClient
) -> None:
    the_dialogue(visit)
    number = come(visit, **{"was-essen-sie": "Brot"})
    visit.now += timedelta(minutes=1)
    token = csrf_in(owner.get(f"{LIST}/{number}").text)
    owner.post(f"{LIST}/{number}/remove", data={"csrf_token": token})

    send(owner, "save", FOOD)

    with visit.transaction() as session:
        withdrawn = session.get_one(Registration, number).withdrawn_at
    assert withdrawn is not None
    assert [one.name for one in asked(visit)] == ["was-essen-sie-2"]


def test_answers_to_a_removed_question_are_erased_by_hand_and_no_others(
    visit: Visit, owner: FlaskClient
) -> None:
    send(owner, "save", FOOD)
    the_dialogue(visit, *asked(visit))
    come(visit, **{"was-essen-sie": "Brot", "parkplatz": "yes"})
    come(visit, "berta", **{"parkplatz": "no"})
    token = csrf_in(owner.get(URL).text)

    for name in ("was-essen-sie", "parkplatz", "parkplatz"):
        owner.post(f"{URL}/forget", data={"csrf_token": token, "name": name})

    with visit.transaction() as session:
        noted = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "dialogue.answers_erased")
        ).all()
    assert (answers(visit), answers(visit, "berta")) == ({"was-essen-sie": "Brot"}, {})
    assert [entry.details["count"] for entry in noted] == [2]
    assert "parkplatz" not in owner.get(URL, headers=GERMAN).text


def test_who_may_not_see_registrations_may_not_erase_answers(
    visit: Visit, signed_in: Callable[[Role], FlaskClient]
) -> None:
    the_dialogue(visit)
    come(visit, parkplatz="yes")
    editor = signed_in(Role.EDITOR)
    page = editor.get(URL, headers=GERMAN).text

    refused = editor.post(f"{URL}/forget", data={"csrf_token": csrf_in(page), "name": "parkplatz"})

    assert refused.status_code == 403
    assert "<code>parkplatz</code> (1 Antwort)" in page
    assert "Diese Antworten löschen" not in page
    assert answers(visit) == {"parkplatz": "yes"}


@pytest.mark.parametrize(("width", "dark", "language"), [(1280, False, "de"), (320, True, "en")])
def test_nothing_is_wrong_with_the_page_while_answers_remain(
    desk: Desk, width: int, dark: bool, language: str
) -> None:
    the_dialogue(desk.visit, Question("food", QuestionKind.TEXT, {"de": "Was essen Sie?"}))
    come(desk.visit, food="Brot", parkplatz="yes")
    page = desk.open(width=width, dark=dark, language=language)
    page.goto(URL)
    page.locator("details summary").click()

    found = wrong_with(page)
    page.locator("details button").click()

    assert found == []
    assert page.locator("details").count() == 0
    assert answers(desk.visit) == {"food": "Brot"}
