"""What those who register for a dialogue are asked, at the desk. Answers that were given stay, whatever is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, registrations, series
from mailer.context import parts
from mailer.exchange import BadEventForm
from mailer.organisers import Role
from mailer.series import MOST_QUESTIONS, EditedMeanwhile, Event, Question
from mailer.web import languages
from mailer.web.desk.dialogue_form import Typed, act_on_rows, count_rows, keep_rows
from mailer.web.desk.differences import tell_differences
from mailer.web.desk.editions import edition_seen
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.question_form import (
    GROUP,
    fill_questions,
    kinds,
    tell_problems,
    tell_questions,
    to_keys,
    wrong_lines,
)
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.telling import words

bp = Blueprint(
    "question_editing", __name__, url_prefix="/organiser/series/<slug:slug>/dialogues/<slug:event>/questions"
)


@dataclass(frozen=True)
class QuestionForm:
    """The form as it is to be shown."""

    typed: Typed
    edition: int
    languages: tuple[tuple[str, str], ...]
    answered: Mapping[str, str]
    """How many answers there are, in a sentence, by the name of the question."""
    gone: tuple[tuple[str, str], ...]
    """Names under which there are answers to questions that are not asked any more, and how many."""
    errors: Mapping[str, str] = field(default_factory=dict)
    go_on_at: str = ""

    def rows(self, group: str) -> range:
        return range(count_rows(self.typed, group))

    @property
    def has_room(self) -> bool:
        return len(self.rows(GROUP)) < MOST_QUESTIONS


@bp.get("")
@needs(Role.EDITOR)
def show(slug: str, event: str) -> str:
    with parts().database.reading() as session:
        about = _find(session, slug, event)
        typed = fill_questions(exchange.questions_entered(session, about), about.series.languages)
        return _page(session, about, typed, edition=about.edition)


@bp.post("")
@needs(Role.EDITOR)
def save(slug: str, event: str) -> AnyResponse:
    """What a button of the form asks for: a row more or less, another order, or to save all."""
    edition = edition_seen()
    with parts().database.transaction() as session:
        about = _find(session, slug, event)
        spoken, act = about.series.languages, request.form.get("do", "save")
        typed = keep_rows(request.form, GROUP, spoken)
        if act != "save":
            typed, focus = act_on_rows(typed, act, spoken)
            return make_response(_page(session, about, typed, edition=edition, go_on_at=focus))
        questions, errors = _read(session, about, typed)
        if errors:
            return make_response(_page(session, about, typed, edition=edition, errors=errors), 422)
        try:
            now = parts().now()
            changed = exchange.edit_questions(session, about, questions, edition=edition, now=now)
        except EditedMeanwhile:
            return _overtaken(session, about, typed, questions)
        if changed:
            note(session, "dialogue.questions_changed", series=slug, subject=event)
    flash(_("The questions are saved."), "done")
    return redirect(url_for(".show", slug=slug, event=event), 303)


@bp.post("/forget")
@needs(Role.SENDER)
def forget(slug: str, event: str) -> AnyResponse:
    """Erase the answers to a question that is not asked any more."""
    name = request.form.get("name", "")
    with parts().database.transaction() as session:
        about = _find(session, slug, event)
        count = registrations.forget_answers(session, about, name, now=parts().now())
        if count:
            note(session, "dialogue.answers_erased", series=slug, subject=event, count=count)
            flash(_("The answers are erased."), "done")
    return redirect(url_for(".show", slug=slug, event=event), 303)


def _find(session: Session, slug: str, event: str) -> Event:
    return series.get_event(session, open_series(session, slug), event, drafts=True)


def _read(session: Session, event: Event, typed: Typed) -> tuple[tuple[Question, ...], dict[str, str]]:
    """The questions typed; and one sentence for each field to mend, in the order of the form."""
    spoken = event.series.languages
    errors = wrong_lines(typed, spoken)
    try:
        answered = registrations.count_answers(session, event)
        read = exchange.read_questions_form(to_keys(typed, spoken), event, answered=answered)
    except BadEventForm as problem:
        errors = tell_problems(problem, spoken) | errors
        return (), {name: errors[name] for name in (*typed, *errors) if name in errors}
    return read, errors


def _overtaken(session: Session, event: Event, typed: Typed, yours: tuple[Question, ...]) -> Response:
    """What somebody else saved meanwhile stands beside what was typed; saving once more is then meant."""
    session.refresh(event)
    spoken = event.series.languages
    theirs = exchange.questions_entered(session, event)
    pairs = [(_("Questions"), tell_questions(theirs, spoken), tell_questions(yours, spoken))]
    page = _page(session, event, typed, edition=event.edition, differences=tell_differences(pairs))
    return make_response(page, 409)


def _page(
    session: Session,
    event: Event,
    typed: Typed,
    *,
    edition: int,
    errors: Mapping[str, str] | None = None,
    go_on_at: str = "",
    **more: object,
) -> str:
    found = event.series
    counts = registrations.count_answers(session, event)
    asked = {question.name for question in event.questions}
    form = QuestionForm(
        typed=typed,
        edition=edition,
        languages=tuple((code, languages.NAMES.get(code, code)) for code in found.languages),
        answered={name: _tell_answered(count) for name, count in counts.items()},
        gone=tuple((name, _tell_answered(counts[name])) for name in sorted(counts) if name not in asked),
        errors=errors or {},
        go_on_at=go_on_at,
    )
    return render_template(
        "desk/questions.html",
        slug=found.slug,
        event=event.slug,
        title=words(found, event.title),
        form=form,
        kinds=kinds(),
        most=MOST_QUESTIONS,
        is_elsewhere=bool(event.registration_url),
        **more,
    )


def _tell_answered(count: int) -> str:
    return ngettext("%(count)s answer", "%(count)s answers", count) % {"count": count}
