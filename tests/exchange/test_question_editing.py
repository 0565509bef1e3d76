"""What those who register are asked, changed by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from mailer import exchange
from mailer.exchange import BadEventForm
from mailer.series import EditedMeanwhile, Event, Question, QuestionKind
from tests.support.making import NOON, a_series, an_event
from tests.support.seating import START

FOOD = Question("food", QuestionKind.TEXT, {"de": "Was essen Sie?", "en": "What do you eat?"})
ROW = {"questions.0.kind": "text", "questions.0.text.de": "Was essen Sie?", "questions.0.needed": "false"}


def asking(session: Session, *questions: Question) -> Event:
    event = an_event(session, a_series(session), starts_at=START)
    event.questions = questions
    session.flush()
    return event


def names(event: Event, typed: dict[str, str], answered: Collection[str] = ()) -> list[str]:
    return [question.name for question in exchange.read_questions_form(typed, event, answered=answered)]


def test_new_question_gets_a_name_of_its_words_that_no_answer_bears(session: Session) -> None:
    event = asking(session, replace(FOOD, name="was-essen-sie"))

    assert names(event, ROW) == ["was-essen-sie-2"]
    assert names(event, ROW, {"was-essen-sie", "was-essen-sie-2"}) == ["was-essen-sie-3"]
    assert names(event, ROW | {"questions.0.text.de": "¿"}) == ["question"]
    assert names(event, ROW | {"questions.0.text.de": "Wie " * 40})[0].startswith("wie-wie")


def test_question_keeps_its_name_however_it_is_worded(session: Session) -> None:
    event = asking(session, FOOD)

    kept = names(event, ROW | {"questions.0.name": "food", "questions.0.text.de": "Essen?"}, {"food"})

    assert kept == ["food"]


def test_question_answered_in_another_way_is_a_new_one_once_somebody_answered(session: Session) -> None:
    event = asking(session, FOOD)
    typed = ROW | {"questions.0.name": "food", "questions.0.kind": "yes_no"}

    assert names(event, typed) == ["food"]
    assert names(event, typed, {"food"}) == ["was-essen-sie"]


def test_questions_are_stored_and_everything_else_stays(session: Session) -> None:
    event = asking(session, FOOD)
    before = exchange.entry_of(session, event)
    wanted = [replace(FOOD, needed=True), Question("bus", QuestionKind.YES_NO, {"de": "Mit dem Bus?"})]

    changed = exchange.edit_questions(session, event, wanted, edition=event.edition, now=NOON)
    again = exchange.edit_questions(session, event, wanted, edition=event.edition, now=NOON)

    assert (changed, again) == (True, False)
    assert exchange.entry_of(session, event) == replace(before, questions=tuple(wanted))
    assert event.revision == 0


def test_of_two_who_edit_at_once_the_second_is_told(session: Session) -> None:
    event = asking(session)
    exchange.edit_questions(session, event, [FOOD], edition=0, now=NOON)

    with pytest.raises(EditedMeanwhile):
        exchange.edit_questions(session, event, [], edition=0, now=NOON)

    assert event.questions == (FOOD,)


def test_problems_bear_the_names_of_the_form(session: Session) -> None:
    event = asking(session)
    typed = ROW | {
        "questions.0.text.de": "",
        "questions.1.kind": "choice",
        "questions.1.text.de": "Wann?",
        "questions.1.options.0.de": "Montag",
        "questions.2.kind": "text",
        "questions.2.text.de": "Wo?",
        "questions.2.options.0.de": "Hier",
    }

    with pytest.raises(BadEventForm) as refused:
        exchange.read_questions_form(typed, event, answered=())

    assert [(name, problem.reason) for name, problem in refused.value.problems] == [
        ("questions.0.text", "missing"),
        ("questions.1.options", "two_options"),
        ("questions.2.options", "options_without_choice"),
    ]


def test_hidden_words_of_choices_go_with_them_when_they_change_places(session: Session) -> None:
    choice = Question(
        "food",
        QuestionKind.CHOICE,
        {"de": "Was?", "en": "What?"},
        options=({"de": "Brot", "en": "Bread"}, {"de": "Obst", "en": "Fruit"}),
    )
    event = asking(session, choice)
    event.series.languages = ["de"]
    turned = replace(choice, text={"de": "Was?"}, options=({"de": "Obst"}, {"de": "Brot"}))

    exchange.edit_questions(session, event, [turned], edition=event.edition, now=NOON)

    assert event.questions == (replace(choice, options=tuple(reversed(choice.options))),)
