"""What those who register are asked, written at the desk."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import exchange
from mailer.organisers import AuditEntry
from mailer.series import Question, QuestionKind, get_event, get_series
from mailer.web.desk.question_form import fill_questions, to_keys
from tests.web.desk.asking import (
    DIALOGUE,
    FOOD,
    LIST,
    PUBLIC,
    URL,
    WAY,
    about,
    asked,
    exported,
    problems,
    send,
    the_dialogue,
)
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, Visit, csrf_in, press


def test_form_says_again_what_it_shows(visit: Visit) -> None:
    event_asks = (
        Question("food", QuestionKind.TEXT, {"de": "Was essen Sie?", "en": "What do you eat?"}, needed=True),
        Question(
            "way",
            QuestionKind.CHOICE,
            {"de": "Wie kommen Sie?"},
            options=({"de": "mit der Bahn"}, {"de": "mit dem Rad"}),
        ),
        Question("first", QuestionKind.YES_NO, {"en": "Is it your first time?"}),
    )
    the_dialogue(visit, *event_asks)

    typed = fill_questions(event_asks, ["de", "en"])
    with visit.transaction() as session:
        read = exchange.read_questions_form(to_keys(typed, ["de", "en"]), about(session), answered={"food"})

    assert read == event_asks


def test_from_the_desk_to_the_form_to_the_list_and_the_file(visit: Visit, owner: FlaskClient) -> None:
    the_dialogue(visit)
    guest = visit.app.test_client()
    form = {"email": "anna@example.net", "name": "Anna", "attendance": "on_site", "consent": "yes"}
    form_url = f"{PUBLIC}/register"

    saved = send(owner, "save", FOOD, WAY)
    empty = press(guest, form_url, **form)
    given = {"question-was-essen-sie": "Brot", "question-wie-kommen-sie": "mit dem Rad"}
    press(guest, form_url, **form, **given)

    listed = owner.get(LIST, headers=GERMAN).text
    row = exported(owner)
    with visit.transaction() as session:
        noted = session.scalars(select(AuditEntry.action)).all()
    assert saved.status_code == 303
    assert "by bike" in guest.get(f"{form_url}?lang=en").text
    assert problems(empty.text) == {
        "question-was-essen-sie": "Bitte beantworten Sie diese Frage: Was essen Sie?"
    }
    assert re.findall(r"<dt>(.*?)</dt> <dd><bdi>(.*?)</bdi>", listed) == [
        ("Was essen Sie?", "Brot"),
        ("Wie kommen Sie?", "mit dem Rad"),
    ]
    assert (row["Was essen Sie?"], row["Wie kommen Sie?"]) == ("Brot", "mit dem Rad")
    assert noted.count("dialogue.questions_changed") == 1


def test_each_mistake_is_told_beside_its_field_and_nothing_is_stored(
    visit: Visit, owner: FlaskClient
) -> None:
    wrong = send(
        owner,
        "save",
        {"kind": "text", "text.de": ""},
        WAY | {"options.en": "by train"},
        WAY | {"options.de": "Rad\nRad", "options.en": ""},
        WAY | {"options.de": "Rad", "options.en": ""},
        FOOD | {"options.de": "Brot"},
        FOOD | {"kind": "nonsense", "text.en": "x" * 400},
    )

    assert wrong.status_code == 422
    assert problems(wrong.text) == {
        "questions.0.text.de": "Hier muss etwas stehen.",
        "questions.1.options.en": "Hierher gehören ebenso viele Möglichkeiten wie bei „Deutsch“, "
        "jede in derselben Zeile wie dort.",
        "questions.2.options.de": "„Rad“ steht hier zweimal.",
        "questions.3.options.de": "Bitte schreiben Sie mindestens zwei Möglichkeiten auf, jede in eine eigene Zeile.",
        "questions.4.options.de": "Möglichkeiten gibt es nur bei „mit einer von mehreren Möglichkeiten“. "
        "Wählen Sie das aus oder lassen Sie dieses Feld leer.",
        "questions.5.kind": problems(wrong.text)["questions.5.kind"],
        "questions.5.text.en": "Der Text hat mehr als 300 Zeichen.",
    }
    assert asked(visit) == ()


def test_there_are_no_more_questions_and_choices_than_anybody_answers(
    visit: Visit, owner: FlaskClient
) -> None:
    many = send(owner, "save", *[FOOD] * 21)
    long = send(
        owner, "save", WAY | {"options.de": "\n".join(f"um {n}" for n in range(31)), "options.en": ""}
    )

    assert problems(many.text) == {
        "questions.20.text.de": "Mehr als 20 Fragen gehen nicht. Bitte entfernen Sie einige."
    }
    assert problems(long.text) == {
        "questions.0.options.de": "Mehr als 30 Möglichkeiten gehen nicht. Bitte entfernen Sie einige."
    }
    assert asked(visit) == ()


def test_buttons_add_order_and_remove_without_saving(visit: Visit, owner: FlaskClient) -> None:
    added = send(owner, "add:questions", FOOD, WAY).text
    turned = send(owner, "down:questions:0", FOOD, WAY).text
    fewer = send(owner, "remove:questions:0", FOOD, WAY).text

    def texts(page: str) -> list[str]:
        return re.findall(r'name="questions\.\d\.text\.de" type="text" value="([^"]*)"', page)

    assert texts(added) == ["Was essen Sie?", "Wie kommen Sie?", ""]
    assert texts(turned) == ["Wie kommen Sie?", "Was essen Sie?"]
    assert texts(fewer) == ["Wie kommen Sie?"]
    assert asked(visit) == ()


def test_of_two_who_write_at_once_the_second_sees_the_first(visit: Visit, owner: FlaskClient) -> None:
    send(owner, "save", FOOD)

    second = send(owner, "save", WAY, edition="0")
    meant = send(owner, "save", WAY)

    assert (second.status_code, meant.status_code) == (409, 303)
    assert "Inzwischen hat jemand anderes diesen Dialog geändert" in second.text
    assert "<del>" in second.text
    assert [one.name for one in asked(visit)] == ["wie-kommen-sie"]


@pytest.mark.parametrize("do", ["save", "publish"])
def test_edit_of_the_whole_dialogue_keeps_its_questions(visit: Visit, owner: FlaskClient, do: str) -> None:
    send(owner, "save", FOOD, WAY)
    before = asked(visit)
    page = owner.get(f"{DIALOGUE}/edit", headers=GERMAN).text
    edition = re.search(r'name="edition" value="(\d+)"', page)
    assert edition is not None
    form = {
        "csrf_token": csrf_in(page),
        "edition": edition[1],
        "do": f"{do}",
        "title.de": "Etwas anderes?",
        "starts_on": "2023-03-30",
        "starts_time": "17:00",
        "ends_time": "18:30",
        "state": "fixed",
        "format": "online",
        "questions.0.kind": "text",
        "questions.0.text.de": "Eingeschmuggelt?",
    }

    answer = owner.post(f"{DIALOGUE}/edit", data=form, headers=GERMAN)

    assert answer.status_code == 303
    with visit.transaction() as session:
        assert (about(session).title["de"], about(session).questions) == ("Etwas anderes?", before)


def test_copy_of_a_dialogue_asks_the_same(visit: Visit, owner: FlaskClient) -> None:
    send(owner, "save", FOOD, WAY)
    token = csrf_in(owner.get(URL).text)

    owner.post(f"{DIALOGUE}/duplicate", data={"csrf_token": token})

    with visit.transaction() as session:
        found = get_series(session, "wandel-machen-vor-ort")
        copy = get_event(session, found, "wirtschaftskreislaeufe-2", drafts=True)
        assert [one.name for one in copy.questions] == ["was-essen-sie", "wie-kommen-sie"]
        assert copy.questions == about(session).questions


def test_organiser_asks_a_question_without_a_script_and_somebody_answers(desk: Desk) -> None:
    the_dialogue(desk.visit)
    page = desk.open(width=375)
    page.goto(f"{DIALOGUE}/edit")
    page.get_by_role("link", name="Eigene Fragen an alle stellen, die sich anmelden").click()
    page.get_by_role("button", name="Frage hinzufügen").click()
    page.get_by_label("Frage – Deutsch").fill("Wie kommen Sie?")
    assert page.get_by_label("Möglichkeiten – Deutsch").is_hidden()
    page.get_by_label("Wie wird geantwortet?").select_option("choice")
    page.get_by_label("Möglichkeiten – Deutsch").fill("mit der Bahn")
    page.get_by_label("Muss beantwortet werden").check()
    page.get_by_role("button", name="Fragen speichern").click()
    refused = wrong_with(page)
    page.get_by_label("Möglichkeiten – Deutsch").fill("mit der Bahn\nmit dem Rad")
    page.get_by_role("button", name="Fragen speichern").click()
    page.get_by_text("Die Fragen sind gespeichert.").wait_for()
    saved = wrong_with(page)

    page.goto(f"{PUBLIC}/register")
    page.get_by_label("Name", exact=True).fill("Anna")
    page.locator("#email").fill("anna@example.net")
    page.get_by_label("Vor Ort").check()
    page.get_by_label("mit dem Rad").check()
    page.locator("input[name=consent]").check()
    page.locator("main form button[type=submit]").last.click()
    page.goto(LIST)

    assert page.get_by_text("mit dem Rad").is_visible()
    assert (refused, saved, wrong_with(page)) == ([], [], [])
