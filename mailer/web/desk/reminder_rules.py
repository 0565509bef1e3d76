"""The reminder rules of a series, and a dialogue's own: each with a sentence that says what it means next."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, series
from mailer.context import parts
from mailer.exchange import BadEventForm, RuleEntry
from mailer.organisers import Role
from mailer.series import EditedMeanwhile, Event, Series
from mailer.web.desk.dialogue_form import Typed, act_on_rows, count_rows, fill_rule, keep_rows, rule_keys
from mailer.web.desk.dialogue_telling import choices, tell_problems
from mailer.web.desk.differences import tell_differences
from mailer.web.desk.editions import edition_seen
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.rule_meaning import tell_entries, tell_reminded, tell_rules
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words

bp = Blueprint("reminder_rules", __name__, url_prefix="/organiser/series/<slug:slug>")

GROUP = "reminders"


@dataclass(frozen=True)
class _Place:
    """Whose rules a page is about."""

    series: Series
    event: Event | None

    @property
    def edition(self) -> int:
        return self.series.edition if self.event is None else self.event.edition

    @property
    def url(self) -> str:
        if self.event is None:
            return url_for("reminder_rules.show", slug=self.series.slug)
        return url_for("reminder_rules.show_of_event", slug=self.series.slug, event=self.event.slug)


@bp.get("/reminders")
@needs(Role.EDITOR)
def show(slug: str) -> str:
    return _show(slug, "")


@bp.post("/reminders")
@needs(Role.EDITOR)
def save(slug: str) -> AnyResponse:
    return _take(slug, "")


@bp.get("/dialogues/<slug:event>/reminders")
@needs(Role.EDITOR)
def show_of_event(slug: str, event: str) -> str:
    return _show(slug, event)


@bp.post("/dialogues/<slug:event>/reminders")
@needs(Role.EDITOR)
def save_of_event(slug: str, event: str) -> AnyResponse:
    return _take(slug, event)


def _show(slug: str, event: str) -> str:
    with parts().database.reading() as session:
        place = _find(session, slug, event)
        return _page(session, place, _stored(session, place), edition=place.edition)


def _find(session: Session, slug: str, event: str) -> _Place:
    found = open_series(session, slug)
    return _Place(found, series.get_event(session, found, event, drafts=True) if event else None)


def _take(slug: str, event: str) -> AnyResponse:
    """What a button of the form asks for: a row more or less, what the rules would mean, or to save them."""
    house, edition = parts(), edition_seen()
    with house.database.transaction() as session:
        place = _find(session, slug, event)
        typed, act = _only_rules(request.form), request.form.get("do", "save")
        if act == "preview":
            return make_response(_page(session, place, typed, edition=edition, errors=_wrong(typed)))
        if act != "save":
            typed, focus = act_on_rows(typed, act, ())
            return make_response(_page(session, place, typed, edition=edition, go_on_at=focus))
        if errors := _wrong(typed):
            return make_response(_page(session, place, typed, edition=edition, errors=errors), 422)
        entries = _read(typed, place)
        try:
            exchange.edit_rules(session, place.series, place.event, entries, edition=edition, now=house.now())
        except EditedMeanwhile:
            return _overtaken(session, place, typed, entries)
        if place.event is None:
            note(session, "series.rules_changed", series=slug)
        else:
            note(session, "dialogue.rules_changed", series=slug, subject=event)
        url = place.url
    flash(_("The reminders are saved."), "done")
    return redirect(url, 303)


def _overtaken(
    session: Session, place: _Place, typed: Typed, entries: tuple[RuleEntry, ...] | None
) -> Response:
    """What somebody else saved meanwhile stands beside what was typed; saving once more is then meant."""
    session.refresh(place.series if place.event is None else place.event)
    theirs = exchange.rules_entered(session, place.series, place.event)
    pairs = [(_("Reminders"), tell_entries(theirs), tell_entries(entries))]
    page = _page(session, place, typed, edition=place.edition, differences=tell_differences(pairs))
    return make_response(page, 409)


def _stored(session: Session, place: _Place) -> Typed:
    entries = exchange.rules_entered(session, place.series, place.event)
    typed = {"own_rules": "" if entries is None else "yes"}
    for n, entry in enumerate(entries or ()):
        typed |= {f"{GROUP}.{n}.{name}": text for name, text in fill_rule(entry).items()}
    return typed


def _only_rules(sent: Typed) -> Typed:
    return {"own_rules": sent.get("own_rules", "")} | keep_rows(sent, GROUP, ())


def _read(typed: Typed, place: _Place) -> tuple[RuleEntry, ...] | None:
    """The rules typed; None where an event has none of its own. Raises BadEventForm."""
    if place.event is not None and not typed["own_rules"]:
        return None
    return exchange.read_rules_form(_keys(typed))


def _keys(typed: Typed) -> dict[str, str]:
    """The rules typed, in the keys of a series file."""
    said: dict[str, str] = {}
    for n in range(count_rows(typed, GROUP)):
        said |= rule_keys(typed, f"{GROUP}.{n}.")
    return said


def _right_rows(typed: Typed) -> dict[int, RuleEntry]:
    """The rules that can be read, by their row: what they mean is told though others are not right yet."""
    found = {}
    for n in range(count_rows(typed, GROUP)):
        with suppress(BadEventForm):
            found[n] = exchange.read_rules_form(rule_keys(typed, f"{GROUP}.{n}."))[0]
    return found


def _wrong(typed: Typed) -> dict[str, str]:
    """One sentence for each field to mend."""
    if count_rows(typed, GROUP) > exchange.MOST_ROWS:
        most = _("There are at most %(most)s rows here. Please remove some.") % {"most": exchange.MOST_ROWS}
        return {f"{GROUP}.{exchange.MOST_ROWS}.kind": most}
    try:
        exchange.read_rules_form(_keys(typed))
    except BadEventForm as problem:
        return tell_problems(problem, ())
    return {}


def _page(
    session: Session,
    place: _Place,
    typed: Typed,
    *,
    edition: int,
    errors: dict[str, str] | None = None,
    **more: object,
) -> str:
    now = parts().now()
    uses_own = place.event is None or bool(typed["own_rules"])
    right = _right_rows(typed) if uses_own else {}
    entries = tuple(right.values()) if uses_own else None
    shown = tell_rules(session, place.series, place.event, entries, now=now)
    sentences = dict(zip(right, (one.sentence for one in shown.typed), strict=True))
    return render_template(
        "desk/reminder_rules.html",
        slug=place.series.slug,
        is_draft=place.series.draft,
        event=place.event,
        title=words(place.series, place.event.title) if place.event else "",
        typed=typed,
        rows=range(count_rows(typed, GROUP)),
        edition=edition,
        errors=errors or {},
        shown=shown,
        sentences=sentences,
        offers=choices(),
        url=place.url,
        dialogues=tell_reminded(place.series, now=now) if place.event is None else (),
        **more,
    )
