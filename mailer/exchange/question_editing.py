"""What those who register are asked, changed by hand: read, checked and stored just as a file's questions are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.core.text import in_language
from mailer.exchange.editing import BadEventForm, edit_event, entry_of, grown
from mailer.exchange.fields import Fields
from mailer.exchange.problems import Problem
from mailer.exchange.question_parsing import LONGEST_NAME, read_questions
from mailer.series import Event, Question, slug_from

GROUP = "questions"
ROOM_FOR_NUMBER = 4
"""Characters of a name that are left for what tells it from another, such as ``-12``."""


def questions_entered(session: Session, event: Event) -> tuple[Question, ...]:
    """What the event asks now, in the languages its series speaks."""
    return entry_of(session, event).questions


def read_questions_form(
    typed: Mapping[str, str], event: Event, *, answered: Collection[str]
) -> tuple[Question, ...]:
    """The questions a form describes under names such as ``questions.0.text.de``. Raises BadEventForm.

    A row with a ``name`` is the question of that name, however it is worded now. One without gets a name made of
    its words, and so does one that was answered and is of another kind now. No such name is among the
    ``answered`` ones: what was answered to one question never stands as an answer to another.
    """
    if not typed:
        return ()
    problems: list[Problem] = []
    tree, names = grown({**typed, **_names(typed, event, answered)})
    fields = Fields(tree, "", problems)
    read = read_questions(fields, languages=event.series.languages)
    fields.finish()
    if problems:
        raise BadEventForm([(names.get(problem.line, problem.field), problem) for problem in problems])
    return read


def edit_questions(
    session: Session, event: Event, questions: Sequence[Question], *, edition: int, now: datetime
) -> bool:
    """Let the event ask just this, if it still is what the editor saw; False when it does already.

    Answers stay as they were given, those to questions that go among them. Raises EditedMeanwhile.
    """
    entry = replace(entry_of(session, event), questions=tuple(questions))
    return edit_event(session, event, entry, edition=edition, now=now)


def _names(typed: Mapping[str, str], event: Event, answered: Collection[str]) -> dict[str, str]:
    """The name of each row, as the form would have it."""
    kinds = {question.name: question.kind.value for question in event.questions}
    used = {*kinds, *answered}
    found: dict[str, str] = {}
    for row in sorted({name.split(".")[1] for name in typed if name.startswith(f"{GROUP}.")}, key=int):
        name, kind = typed.get(f"{GROUP}.{row}.name", ""), typed.get(f"{GROUP}.{row}.kind", "")
        is_another = name in answered and kinds.get(name, kind) != kind
        if not name or is_another:
            name = _free_name(_text(typed, row, event), used)
        used.add(name)
        found[f"{GROUP}.{row}.name"] = name
    return found


def _text(typed: Mapping[str, str], row: str, event: Event) -> str:
    spoken = event.series.languages
    return in_language(
        {code: typed.get(f"{GROUP}.{row}.text.{code}", "") for code in spoken}, spoken[0], spoken
    )


def _free_name(text: str, used: Collection[str]) -> str:
    """``was-essen-sie``, or ``was-essen-sie-2`` where that name is used."""
    plain = slug_from(text)[: LONGEST_NAME - ROOM_FOR_NUMBER].strip("-") or "question"
    numbered = (f"{plain}-{number}" for number in range(2, 1_000))
    return plain if plain not in used else next(name for name in numbered if name not in used)
