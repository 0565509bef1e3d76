"""What the pages of a series' dialogues show: the list, the form, what is wrong with it, what two editors wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailer import registrations
from mailer.core import i18n
from mailer.exchange import BadEventForm
from mailer.series import Event, EventFormat, EventState, MaterialKind, Series
from mailer.web import languages
from mailer.web.desk.dialogue_form import Typed, count_rows
from mailer.web.desk.seat_words import counted
from mailer.web.desk.uploads import ShownFile
from mailer.web.languages import gettext as _
from mailer.web.public.dates import tell_when
from mailer.web.public.facts import When
from mailer.web.public.telling import tell_where, words

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DialogueLine:
    """One dialogue in the list of the desk."""

    slug: str
    title: str
    when: When
    where: str
    badge: str
    badge_kind: str
    missing: tuple[str, ...]
    """What is not written yet, one sentence a language."""
    seats: str
    """How many registered; empty where nobody can."""
    is_draft: bool
    is_cancelled: bool
    is_over: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class DialogueForm:
    """The form as it is to be shown."""

    heading: str
    slug: str
    """Empty while the dialogue is new."""
    typed: Typed
    edition: int
    languages: tuple[tuple[str, str], ...]
    zone: str
    errors: Mapping[str, str] = field(default_factory=dict)
    go_on_at: str = ""
    is_draft: bool = True
    instants: Mapping[str, Pairs] = field(default_factory=dict)
    """For a local time that does not exist or comes twice: the instants it could mean."""

    files: Mapping[str, ShownFile] = field(default_factory=dict)
    """What the house has of the files it names, by name."""
    limits: Mapping[str, str] = field(default_factory=dict)
    """What a file may be, one sentence for each kind."""

    def rows(self, group: str) -> range:
        return range(count_rows(self.typed, group))


def tell_dialogues(session: Session, found: Series, *, now: datetime) -> list[DialogueLine]:
    events = list(found.all_events)
    counts = registrations.counts_of_events(session, found)
    return [
        _tell_line(found, event, counted(counts, event), first=n == 0, last=n == len(events) - 1, now=now)
        for n, event in enumerate(events)
    ]


def _tell_line(
    found: Series, event: Event, seats: str, *, first: bool, last: bool, now: datetime
) -> DialogueLine:
    over = event.over_at(found.zone) <= now
    badge, kind = tell_state(event, over=over)
    return DialogueLine(
        slug=event.slug,
        title=words(found, event.title),
        when=tell_when(event, found, languages.locale()),
        where=tell_where(event),
        badge=badge,
        badge_kind=kind,
        missing=tuple(_missing(found, event, over=over)),
        seats=seats,
        is_draft=event.draft,
        is_cancelled=event.is_cancelled,
        is_over=over,
        is_first=first,
        is_last=last,
    )


def tell_state(event: Event, *, over: bool) -> tuple[str, str]:
    """How ripe a dialogue is, and the badge that says so."""
    if event.draft:
        return _("draft"), "quiet"
    if event.is_cancelled:
        return _("cancelled"), "wrong"
    if over:
        return _("held"), "quiet"
    return {
        EventState.ANNOUNCED: (_("only the month is known"), "quiet"),
        EventState.PROVISIONAL: (_("date not yet certain"), "now"),
    }.get(event.state, (_("date fixed"), "good"))


def _missing(found: Series, event: Event, *, over: bool) -> list[str]:
    told = [(_("question"), event.title), (_("announcement"), event.announcement)]
    if over and not event.is_cancelled:
        told = [(_("question"), event.title), (_("account"), event.account)]
    sentences = []
    for language in found.languages:
        gone = [label for label, text in told if not text.get(language)]
        if gone:
            name = languages.NAMES.get(language, language)
            sentences.append(
                _("%(language)s: %(texts)s missing") % {"language": name, "texts": ", ".join(gone)}
            )
    return sentences


def choices() -> dict[str, Pairs]:
    """What the form's lists offer."""
    return {
        "state": (
            (EventState.ANNOUNCED.value, _("only the month is known")),
            (EventState.PROVISIONAL.value, _("date not yet certain")),
            (EventState.FIXED.value, _("date fixed")),
            (EventState.CANCELLED.value, _("cancelled")),
        ),
        "format": (
            (EventFormat.ONLINE.value, _("online, by video conference")),
            (EventFormat.ON_SITE.value, _("on site")),
            (EventFormat.HYBRID.value, _("on site and online")),
        ),
        "material": (
            (MaterialKind.RECORDING.value, _("Video recording")),
            (MaterialKind.PRESENTATION.value, _("Presentation")),
            (MaterialKind.LINK.value, _("Link")),
            (MaterialKind.ADDENDUM.value, _("Addendum")),
        ),
        "level": (
            ("municipality", _("Municipalities")),
            ("state_and_federal", _("State and federation")),
        ),
        "rule": (("info", _("Announcement")), ("reminder", _("Reminder"))),
        "anchor": (("before", _("before the start")), ("after", _("after the end"))),
        "unit": (
            ("D", _("days")),
            ("W", _("weeks")),
            ("M", _("months")),
            ("H", _("hours")),
            ("I", _("minutes")),
            ("iso", _("ISO 8601")),
        ),
        "audience": (
            ("subscribers", _("everybody on the list")),
            ("registered", _("those registered")),
            ("all", _("both, each once")),
        ),
        "attendance": (
            ("", _("whether here or online")),
            ("on_site", _("only who comes on site")),
            ("online", _("only who joins online")),
        ),
    }


FORM_NAMES = {
    "": "starts_on",
    "starts_at": "starts_on",
    "ends_at": "ends_time",
    "documented_at": "documented_on",
    "duration": "ends_time",
}


def tell_problems(problem: BadEventForm, shown: tuple[str, ...]) -> dict[str, str]:
    """One sentence for each field of the form, in the reader's language."""
    said = problem.sentences(languages.current())
    reasons = {name: one.reason for name, one in reversed(problem.problems)}
    told = {}
    for name, sentence in said.items():
        if _follows(name, reasons):
            continue
        told[_form_name(name, shown)] = _in_form(reasons[name]) or sentence
    return told


def _follows(name: str, reasons: Mapping[str, str]) -> bool:
    """Whether a problem is there only because of another one, which is told already."""
    if name == "ends_at":
        return reasons["ends_at"] == reasons.get("starts_at") == "not_a_time"
    return name == "state" and "no_date" in reasons.values()


def _form_name(name: str, shown: tuple[str, ...]) -> str:
    group, _dot, rest = name.partition(".")
    if group == "reminders" and rest.rpartition(".")[2] in ("before", "after"):
        return name.rpartition(".")[0] + ".amount"
    if group == "reminders" and "." not in rest:
        return f"{name}.kind"
    last = name.rpartition(".")[2]
    if last in ("title", "text", "arrival", "announcement", "plain_language", "account", "guiding_question"):
        return f"{name}.{shown[0]}"
    return FORM_NAMES.get(name, name)


def _in_form(reason: str) -> str:
    """Sentences for what the form words otherwise than the file."""
    return {
        "no_date": _("Please enter a date, or the month if only that is known."),
        "no_end": _("Please enter when it ends."),
        "end_without_start": _("There is an end but no start."),
        "month_and_start": _("Please enter either a date or a month, not both."),
        "ends_too_early": _("The dialogue ends before it starts."),
        "state_needs_start": _("Without a date it can only be “only the month is known” or cancelled."),
        "state_needs_month": _("There is a date: please choose “date not yet certain” or “date fixed”."),
        "not_a_time": _("Please enter a day and a time, such as 17:00."),
        "comes_twice": _("That night the clocks go back and this time comes twice: which one is meant?"),
        "does_not_exist": _("That night the clocks go forward and skip this time: which one is meant?"),
        "missing": _("Something must stand here."),
    }.get(reason, "")


def tell_instants(typed: Typed, problem: BadEventForm, zone: ZoneInfo) -> dict[str, Pairs]:
    """For each time that is asked back: both instants, by the offset before the change and after it."""
    asked = [name for name, one in problem.problems if one.reason in ("comes_twice", "does_not_exist")]
    return {name.partition("_")[0]: _both(typed, name.partition("_")[0], zone) for name in asked}


def _both(typed: Typed, name: str, zone: ZoneInfo) -> Pairs:
    day = typed[f"{name}_on"] or typed["starts_on"]
    local = datetime.fromisoformat(f"{day}T{typed[f'{name}_time']}")  # the zone follows
    found = []
    for fold in (0, 1):
        offset = local.replace(tzinfo=zone, fold=fold).isoformat()[-6:]
        moment = datetime.fromisoformat(f"{local.isoformat()}{offset}")
        clock = i18n.hour(moment, zone, languages.locale())
        found.append((offset, f"{clock} ({i18n.zone_name(moment, zone, languages.locale())})"))
    return tuple(found)
