"""The registration form: what it asks, and how what came back is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from mailer import registrations
from mailer.core.addresses import BadAddress, parse_address
from mailer.core.i18n import LOCALES
from mailer.core.text import in_language
from mailer.core.types import EmailAddress, Words
from mailer.registrations import Attendance, Registration, Wanted
from mailer.series import Event, Question, QuestionKind, Series
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.public.dates import tell_when
from mailer.web.public.forms import LONGEST_NAME, clean, explain_bad_address
from mailer.web.public.seat_facts import Asked, Dialogue, Option, RegisterForm, SeatFields
from mailer.web.public.telling import tell_where, words
from mailer.web.public.ways_in import tell_seats

LONGEST_ANSWER = 1_000
LONGEST_WISH = 2_000


def empty_register_form(session: Session, event: Event, *, now: datetime) -> RegisterForm:
    """The form as it first appears. Raises what `registrations.check_open` raises."""
    registrations.check_open(event, now=now)
    ways = registrations.ways_to_attend(event)
    version, consent = registrations.seat_wording(languages.locale())
    return RegisterForm(
        action=url_for("registering.send", slug=event.series.slug, event_slug=event.slug),
        dialogue=tell_dialogue(event),
        ways=_ways(ways, ways[0]),
        seats=tell_seats(event, registrations.seats_left(session, event, now=now)),
        fields=fields_of(event, {}),
        wording=version,
        consent=consent,
        privacy_url=url_for("series_pages.show_series", slug=event.series.slug, _anchor="privacy"),
    )


def read_register_form(
    form: RegisterForm, event: Event, sent: Mapping[str, str], *, reserved: bool
) -> tuple[EmailAddress, Wanted] | RegisterForm:
    """Who wants what, or the form again with one sentence for each field to mend.

    ``reserved`` lets addresses pass that only exist in tests.
    """
    errors: dict[str, str] = {}
    address = None
    try:
        address = parse_address(sent.get("email", ""), reserved=reserved)
    except BadAddress:
        errors["email"] = explain_bad_address(sent.get("email", ""))
    fields = read_fields(event, sent)
    errors |= fields.errors
    possible = [way.value for way in form.ways]
    attendance = possible[0] if len(possible) == 1 else sent.get("attendance", "")
    if attendance not in possible:
        errors["attendance"] = _("Please choose how you would like to take part.")
    if not sent.get("consent"):
        errors["consent"] = _("Please tick the box: without it we must not keep your registration.")
    if errors or address is None:
        return replace(
            form,
            email=clean(sent.get("email", ""))[:1000],
            ways=_ways(possible, attendance),
            fields=replace(fields, errors=errors),
            agreed=bool(sent.get("consent")),
        )
    return address, Wanted(
        attendance=Attendance(attendance),
        name=fields.name,
        language=languages.locale(),
        answers=answers_in(fields),
        wish=fields.wish,
        wording=_agreed_wording(sent["consent"], form),
    )


def fields_of(event: Event, sent: Mapping[str, str]) -> SeatFields:
    """The questions as they stand in the form, with these answers."""
    return SeatFields(
        name=clean(sent.get("name", ""))[:1000],
        questions=tuple(_asked(event.series, question, sent) for question in event.questions),
        wish=_tidy(sent.get("wish", "")),
    )


def fields_of_registration(found: Registration) -> SeatFields:
    """What somebody answered, to look at or to change."""
    answers = {_field(name): str(answer) for name, answer in found.answers.items()}
    return fields_of(found.event, answers | {"name": found.name, "wish": found.wish})


def read_fields(event: Event, sent: Mapping[str, str]) -> SeatFields:
    """What was typed, with a sentence for each field to mend."""
    fields = fields_of(event, sent)
    errors: dict[str, str] = {}
    if not fields.name:
        errors["name"] = _("Please tell us your name.")
    elif len(fields.name) > LONGEST_NAME:
        errors["name"] = _("Please shorten the name to 200 characters.")
    for question in fields.questions:
        if question.needed and not question.value:
            errors[question.field] = _("Please answer this question: %(question)s") % {
                "question": question.text
            }
        elif len(question.value) > LONGEST_ANSWER:
            errors[question.field] = _("Please shorten this answer to %(most)s characters.") % {
                "most": LONGEST_ANSWER
            }
    if len(fields.wish) > LONGEST_WISH:
        errors["wish"] = _("Please shorten this answer to %(most)s characters.") % {"most": LONGEST_WISH}
    return replace(fields, errors=errors)


def answers_in(fields: SeatFields) -> dict[str, str]:
    """The answers that were given, by the names of their questions."""
    return {
        question.field.removeprefix("question-"): question.value
        for question in fields.questions
        if question.value
    }


def answers_given(found: Registration, fields: SeatFields) -> dict[str, str]:
    """What somebody answers now. What she answered before stays where her form could not show it.

    That is so when the organisers removed the question, or the choice that was hers.
    """
    shown = answers_in(fields_of_registration(found))
    unseen = {name: answer for name, answer in found.answers.items() if name not in shown}
    return unseen | answers_in(fields)


def tell_answers(event: Event, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each answer with its question, in the order of the form, then those to questions that are not asked any more."""
    asked = {question.name: question for question in event.questions}
    told = [
        (words(event.series, question.text), _label(event.series, question, str(answers[name])))
        for name, question in asked.items()
        if answers.get(name)
    ]
    plain = {"yes": _("Yes"), "no": _("No")}
    gone = [(name, str(answer)) for name, answer in answers.items() if name not in asked and answer]
    return told + [
        (_("%(name)s (no longer asked)") % {"name": name}, plain.get(answer, answer)) for name, answer in gone
    ]


def tell_dialogue(event: Event) -> Dialogue:
    found = event.series
    return Dialogue(
        title=words(found, event.title),
        url=url_for("series_pages.show_event", slug=found.slug, event_slug=event.slug),
        when=tell_when(event, found, languages.locale()),
        where=tell_where(event),
    )


def _ways(possible: tuple[str, ...] | list[str], chosen: str) -> tuple[Option, ...]:
    labels = {"on_site": _("On site"), "online": _("Online")}
    return tuple(Option(way, labels[way], way == chosen) for way in possible)


def _asked(found: Series, question: Question, sent: Mapping[str, str]) -> Asked:
    value = _known(found, question, _tidy(sent.get(_field(question.name), "")))
    known = _values(found, question)
    if question.kind is not QuestionKind.TEXT and value not in known:
        value = ""
    return Asked(
        field=_field(question.name),
        kind=question.kind.value,
        text=words(found, question.text),
        needed=question.needed,
        options=tuple(Option(option, label, option == value) for option, label in known.items()),
        value=value,
    )


def _values(found: Series, question: Question) -> dict[str, str]:
    """What is kept for each option and what it is called here: an option is kept in the series' first language."""
    if question.kind is QuestionKind.YES_NO:
        return {"yes": _("Yes"), "no": _("No")}
    return {_kept(found, option): words(found, option) for option in question.options}


def _kept(found: Series, option: Words) -> str:
    return in_language(option, found.default_language, found.languages)


def _known(found: Series, question: Question, value: str) -> str:
    """The value as it is kept now: another language was perhaps the series' first when it was given."""
    if question.kind is not QuestionKind.CHOICE or value in _values(found, question):
        return value
    meant = (option for option in question.options if value in option.values())
    return next((_kept(found, option) for option in meant), value)


def _label(found: Series, question: Question, value: str) -> str:
    """What an answer is called here; one that cannot be given any more stands as it was given."""
    if question.kind is QuestionKind.TEXT:
        return value
    return _values(found, question).get(_known(found, question, value), value)


def _field(name: str) -> str:
    return f"question-{name}"


def _tidy(text: str) -> str:
    """Several lines at most, without control characters."""
    return "\n".join(filter(None, (clean(line) for line in text.splitlines())))[:5000]


def _agreed_wording(sent: str, form: RegisterForm) -> str:
    """The version that the box belonged to: the form may have been shown in another language than this answer."""
    known = {registrations.seat_wording(locale)[0] for locale in LOCALES}
    return sent if sent in known else form.wording
