""" "What if" on the plan: the questions as they stand in an address, and what would be otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from flask import request, url_for
from sqlalchemy.orm import Session

from mailer import rehearsal, reminders
from mailer.core.clock import parse_local
from mailer.core.durations import parse_duration
from mailer.core.errors import MailerError
from mailer.rehearsal import Compared, Difference, Foreseen, Move, Outage, Outlook, RuleChange, Scenario
from mailer.series import Event, Series
from mailer.web import languages
from mailer.web.desk.clocks import both_clocks, check_range
from mailer.web.desk.mail_words import kind_words, reason_words
from mailer.web.desk.rule_words import tell_rule
from mailer.web.desk.time_line import Line, tell_languages, tell_nearness, tell_people
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words

FIELDS = ("down_from", "down_until", "move", "by", "unit", "to", "rule", "every", "every_unit", "rule_at")

UNITS = {"minutes": "PT%dM", "hours": "PT%dH", "days": "P%dD", "weeks": "P%dW", "months": "P%dM"}
MOST = 999
"""The largest number of hours, days and the like that one can ask for."""


@dataclass(frozen=True)
class Question:
    """What was asked, as it was typed, and what is wrong with it."""

    typed: Mapping[str, str]
    scenario: Scenario
    errors: Mapping[str, str]

    @property
    def is_asked(self) -> bool:
        return bool(self.scenario) or bool(self.errors)


@dataclass(frozen=True)
class Answer:
    """What would be otherwise."""

    lines: tuple[Line, ...]
    sentence: str
    """The whole in one sentence: how many mails are concerned."""
    end: str
    """When the mails end, where that is otherwise; else empty."""
    is_cut: bool
    link: str
    """The address to pass on: it asks the same again."""


@dataclass(frozen=True)
class Choices:
    """What the form offers."""

    events: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, str], ...]
    units_of_move: tuple[tuple[str, str], ...]
    units_of_rule: tuple[tuple[str, str], ...]


def read_question(found: Series, *, now: datetime) -> Question:
    """The question in this request's address. Times are by the series' clock."""
    typed = {name: request.args.get(name, "").strip()[:40] for name in FIELDS}
    errors: dict[str, str] = {}

    def read(name: str, reader: Callable[[], Scenario]) -> Scenario:
        try:
            return reader()
        except MailerError as problem:
            errors[name] = languages.current().sentence(problem)
        except _Unclear as problem:
            errors[problem.field] = problem.sentence
        return Scenario()

    outage = read("down_from", lambda: _read_outage(found, typed, now=now))
    move = read("to", lambda: _read_move(found, typed))
    rule = read("rule_at", lambda: _read_rule(typed))
    return Question(typed, Scenario(outage.outages, move.moves, rule.rules), errors)


def answer(session: Session, found: Series, question: Question, *, now: datetime) -> Answer:
    """What the plan would be. Raises what `Scenario.apply` raises."""
    before = rehearsal.foresee(session, found, Scenario(), now=now)
    after = rehearsal.foresee(session, found, question.scenario, now=now)
    compared = rehearsal.compare(before, after, zone=found.zone)
    lines = [
        _tell(found, one) for one in compared if one.difference is not Difference.SAME or not one.mail.missed
    ]
    asked = {name: value for name, value in question.typed.items() if value}
    return Answer(
        lines=tuple(lines),
        sentence=_sum_up(compared),
        end=_tell_end(found, before, after),
        is_cut=before.is_cut or after.is_cut,
        link=url_for("plan.show", slug=found.slug, _external=True, **asked),
    )


def with_error(question: Question, problem: MailerError) -> Question:
    """The question with what a room found wrong with it, at the field it concerns."""
    fields = {
        "outage": "down_from",
        "unknown_event": "move",
        "cannot_move": "move",
        "date_too": "by",
        "bad_dur": "every",
    }
    name = next((field for start, field in fields.items() if problem.code.startswith(start)), "rule")
    return replace(question, errors={**question.errors, name: languages.current().sentence(problem)})


def choices(session: Session, found: Series, *, now: datetime) -> Choices:
    """The dialogues that can be moved, and the rules of the series."""
    rules = [rule for rule in reminders.rules_of_series(session, found) if rule.event_id is None]
    return Choices(
        events=tuple(
            (event.slug, words(found, event.title)) for event in found.events if _can_move(found, event, now)
        ),
        rules=tuple((str(number), tell_rule(rule)) for number, rule in enumerate(rules, start=1)),
        units_of_move=tuple(_units().items())[1:4],
        units_of_rule=tuple(_units().items()),
    )


class _Unclear(Exception):
    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


def _read_outage(found: Series, typed: Mapping[str, str], *, now: datetime) -> Scenario:
    if not (typed["down_from"] or typed["down_until"]):
        return Scenario()
    for name in ("down_from", "down_until"):
        if not typed[name]:
            raise _Unclear(name, _("Please say from when until when the server is down."))
    starts_at, ends_at = (_moment(typed, name, found) for name in ("down_from", "down_until"))
    scenario = Scenario(outages=(Outage(starts_at, ends_at),))
    scenario.check(now=now)
    return scenario


def _read_move(found: Series, typed: Mapping[str, str]) -> Scenario:
    if not typed["move"]:
        if typed["by"] or typed["to"]:
            raise _Unclear("move", _("Please choose the dialogue that moves."))
        return Scenario()
    if typed["to"]:
        return Scenario(moves=(Move(typed["move"], to=_moment(typed, "to", found)),))
    number = _number(typed, "by", least=-MOST)
    if number == 0:
        raise _Unclear("by", _("By nothing at all is no change. Please enter another number, or a date."))
    by = parse_duration(UNITS.get(typed["unit"], UNITS["days"]) % abs(number))
    return Scenario(moves=(Move(typed["move"], by=by, sign=1 if number > 0 else -1),))


def _read_rule(typed: Mapping[str, str]) -> Scenario:
    if not typed["rule"]:
        if typed["every"]:
            raise _Unclear("rule", _("Please choose the rule that changes."))
        return Scenario()
    if not typed["rule"].isascii() or not typed["rule"].isdigit():
        raise _Unclear("rule", _("Please choose the rule that changes."))
    number = _number(typed, "every", least=0)
    unit = typed["every_unit"] if typed["every_unit"] in UNITS else "days"
    if typed["rule_at"]:
        try:
            time.fromisoformat(typed["rule_at"])
        except ValueError:
            raise _Unclear("rule_at", _("Please write a time of day such as 09:00.")) from None
    change = RuleChange(int(typed["rule"]), UNITS[unit] % number, typed["rule_at"])
    return Scenario(rules=(change,))


def _moment(typed: Mapping[str, str], name: str, found: Series) -> datetime:
    try:
        return check_range(parse_local(typed[name], found.zone))
    except MailerError as problem:
        sentence = languages.current().sentence(problem)
        if problem.code == "not_a_time":
            sentence = _("Please write a day and a time such as 2023-04-26T09:00.")
        raise _Unclear(name, sentence) from None


def _number(typed: Mapping[str, str], name: str, *, least: int) -> int:
    text = typed[name].replace("−", "-")
    if text.removeprefix("-").removeprefix("+").isdecimal() and least <= int(text) <= MOST:
        return int(text)
    raise _Unclear(
        name, _("Please enter a whole number from %(least)s to %(most)s.") % {"least": least, "most": MOST}
    )


def _units() -> dict[str, str]:
    return {
        "minutes": _("minutes"),
        "hours": _("hours"),
        "days": _("days"),
        "weeks": _("weeks"),
        "months": _("months"),
    }


def _can_move(found: Series, event: Event, now: datetime) -> bool:
    return not event.is_cancelled and event.over_at(found.zone) > now


def _tell(found: Series, one: Compared) -> Line:
    mail, was = one.mail, one.was
    event = next((event for event in found.events if event.id == mail.event_id), None)
    mark, css = _marks()[one.difference]
    differs = one.difference in (Difference.LATER, Difference.EARLIER)
    return Line(
        when=both_clocks(mail.due_at if mail.missed else mail.at, found),
        kind=kind_words(mail.kind.value),
        about=words(found, event.title) if event else "",
        recipients=tell_people(mail.recipients),
        languages=tell_languages(found, mail.languages),
        reason=reason_words(mail.missed) if mail.missed else "",
        speaks=tell_nearness(found, mail.kind, mail.starts_at, mail.at),
        mark=mark,
        mark_class=css,
        was=_tell_was(found, was) if was and differs else _tell_spoke(found, was, one.difference),
        is_wrong=one.difference in (Difference.MISSED, Difference.GONE),
    )


def _tell_was(found: Series, was: Foreseen) -> str:
    clocks = both_clocks(was.at, found)
    return _("as things stand: %(day)s, %(hour)s") % {"day": clocks.day, "hour": clocks.hour}


def _tell_spoke(found: Series, was: Foreseen | None, difference: Difference) -> str:
    if was is None or difference is not Difference.WORDS:
        return ""
    spoke = tell_nearness(found, was.kind, was.starts_at, was.at)
    return _("as things stand: “%(words)s”") % {"words": spoke} if spoke else ""


def _marks() -> dict[Difference, tuple[str, str]]:
    return {
        Difference.SAME: ("", ""),
        Difference.NEW: (_("new"), "badge-good"),
        Difference.GONE: (_("does not leave"), "badge-wrong"),
        Difference.MISSED: (_("would be missed"), "badge-wrong"),
        Difference.LATER: (_("later"), "badge-now"),
        Difference.EARLIER: (_("earlier"), "badge-now"),
        Difference.WORDS: (_("other words"), "badge-now"),
    }


def _sum_up(compared: Sequence[Compared]) -> str:
    changed = sum(one.difference is not Difference.SAME for one in compared)
    if not changed:
        return _("Nothing changes: every mail leaves as planned.")
    lost = sum(one.difference is Difference.MISSED for one in compared)
    told = languages.ngettext("%(count)s mail is concerned.", "%(count)s mails are concerned.", changed)
    if not lost:
        return told % {"count": changed}
    missed = _("Would be missed: %(count)s.")
    return f"{told % {'count': changed}} {missed % {'count': lost}}"


def _tell_end(found: Series, before: Outlook, after: Outlook) -> str:
    if after.ends_at is None or after.ends_at == before.ends_at:
        return ""
    clocks = both_clocks(after.ends_at, found)
    return _("The mails of the series would end on %(day)s.") % {"day": clocks.day}
