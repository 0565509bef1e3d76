"""The form of what those who register are asked, as flat names and texts; and what is wrong with it, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mailer.core.text import in_language
from mailer.core.types import Words
from mailer.exchange import BadEventForm
from mailer.series import MOST_OPTIONS, MOST_QUESTIONS, Question, QuestionKind
from mailer.web import languages
from mailer.web.desk.dialogue_form import Typed, count_rows
from mailer.web.languages import gettext as _

GROUP = "questions"


def kinds() -> tuple[tuple[str, str], ...]:
    """What the list of kinds offers."""
    return (
        (QuestionKind.TEXT.value, _("a short text")),
        (QuestionKind.CHOICE.value, _("one of several choices")),
        (QuestionKind.YES_NO.value, _("yes or no")),
    )


def fill_questions(questions: Iterable[Question], spoken: Sequence[str]) -> Typed:
    """The form as it shows these questions: choices stand one on a line, the same one on the same line everywhere."""
    typed: Typed = {}
    for n, question in enumerate(questions):
        row = f"{GROUP}.{n}."
        typed |= {f"{row}name": question.name, f"{row}kind": question.kind.value}
        typed[f"{row}needed"] = "yes" if question.needed else ""
        typed |= {f"{row}text.{code}": question.text.get(code, "") for code in spoken}
        typed |= {f"{row}options.{code}": _lines_in(question.options, code, spoken) for code in spoken}
    return typed


def _lines_in(options: Sequence[Words], code: str, spoken: Sequence[str]) -> str:
    """Empty where no choice is written in that language; a single one that is not reads as guests read it."""
    if not any(option.get(code) for option in options):
        return ""
    return "\n".join(in_language(option, code, spoken) for option in options)


def to_keys(typed: Typed, spoken: Sequence[str]) -> dict[str, str]:
    """The form in the keys of a series file."""
    said: dict[str, str] = {}
    for n in range(count_rows(typed, GROUP)):
        row = f"{GROUP}.{n}."
        said |= {f"{row}{name}": typed[f"{row}{name}"] for name in ("name", "kind")}
        said[f"{row}needed"] = "true" if typed[f"{row}needed"] else "false"
        said |= {f"{row}text.{code}": typed[f"{row}text.{code}"] for code in spoken}
        lines = {code: _split(typed[f"{row}options.{code}"]) for code in spoken}
        if not any(lines.values()):
            said[f"{row}options"] = ""
        for code in spoken:
            said |= {f"{row}options.{place}.{code}": line for place, line in enumerate(lines[code])}
    return said


def wrong_lines(typed: Typed, spoken: Sequence[str]) -> dict[str, str]:
    """What is wrong with the lines of choices, by field: they must belong together, and be told apart."""
    found = {}
    for n in range(count_rows(typed, GROUP)):
        filled = [code for code in spoken if _split(typed[f"{GROUP}.{n}.options.{code}"])]
        for code in filled:
            field = f"{GROUP}.{n}.options.{code}"
            lines = _split(typed[field])
            first = len(_split(typed[f"{GROUP}.{n}.options.{filled[0]}"]))
            if len(lines) != first:
                language = languages.NAMES.get(filled[0], filled[0])
                found[field] = _("As many choices belong here as in %(language)s, each on the same line.") % {
                    "language": language
                }
            elif twice := next((line for line in lines if lines.count(line) > 1), ""):
                found[field] = _("“%(choice)s” stands here twice.") % {"choice": twice}
    return found


def _split(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def tell_problems(problem: BadEventForm, spoken: Sequence[str]) -> dict[str, str]:
    """One sentence for each field of the form, in the reader's language."""
    said = problem.sentences(languages.current())
    reasons = {name: one.reason for name, one in reversed(problem.problems)}
    told: dict[str, str] = {}
    for name, sentence in said.items():
        told.setdefault(_form_name(name, spoken), _in_form(reasons[name], name) or sentence)
    return told


def _form_name(name: str, spoken: Sequence[str]) -> str:
    """The field of the form that a key of the file belongs to."""
    group, _dot, rest = name.partition(".")
    number, _dot, part = rest.partition(".")
    if not number:
        return f"{group}.{MOST_QUESTIONS}.text.{spoken[0]}"
    head, _dot, tail = part.partition(".")
    if head == "kind":
        return name
    language = tail.rpartition(".")[2]
    field = "options" if head == "options" else "text"
    return f"{group}.{number}.{field}.{language if language in spoken else spoken[0]}"


def _in_form(reason: str, name: str) -> str:
    """Sentences for what the form words otherwise than the file."""
    return {
        "too_many": _("There are at most %(most)s choices. Please remove some.") % {"most": MOST_OPTIONS}
        if "." in name
        else _("There are at most %(most)s questions. Please remove some.") % {"most": MOST_QUESTIONS},
        "two_options": _("Please write at least two choices, each on a line of its own."),
        "options_without_choice": _(
            "Only “one of several choices” has choices. Choose that kind, or leave this empty."
        ),
        "missing": _("Something must stand here."),
    }.get(reason, "")


def tell_questions(questions: Iterable[Question], spoken: Sequence[str]) -> str:
    """All of them as lines to compare: what is asked, in each language, and how."""
    named: Mapping[str, str] = dict(kinds())
    lines = []
    for question in questions:
        asked = " / ".join(question.text[code] for code in spoken if code in question.text)
        options = [
            " / ".join(option[code] for code in spoken if code in option) for option in question.options
        ]
        how = [named[question.kind.value], *options, *([_("must be answered")] if question.needed else [])]
        lines.append(f"{asked} ({', '.join(how)})")
    return "\n".join(lines)
