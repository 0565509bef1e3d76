"""Writing a dialogue at the desk: the form, its preview, and what happens when two write at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, series
from mailer.context import parts
from mailer.core.types import Words
from mailer.exchange import BadEventForm, EventEntry
from mailer.organisers import Role
from mailer.series import EditedMeanwhile, Event, EventState, Series, SlugTaken
from mailer.web import languages
from mailer.web.desk import announcing, uploads
from mailer.web.desk.dialogue_form import (
    GROUPS,
    ON_FORM,
    Typed,
    act_on_rows,
    count_rows,
    fill,
    keep_known,
    to_file,
)
from mailer.web.desk.dialogue_telling import (
    DialogueForm,
    choices,
    tell_instants,
    tell_problems,
)
from mailer.web.desk.dialogue_versions import tell_differences
from mailer.web.desk.editions import edition_seen
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.languages import gettext as _
from mailer.web.public.telling import markdown, words

bp = Blueprint("dialogue_editing", __name__, url_prefix="/organiser/series/<slug:slug>/dialogues")

LARGEST = 3_000_000
"""Bytes of a dialogue with all its texts."""

EXCERPT = 300
BETWEEN = timedelta(weeks=4)
"""How far apart dialogues usually are: what the form of a new one suggests."""


@bp.get("/new")
@needs(Role.EDITOR)
def start(slug: str) -> str:
    house = parts()
    with house.database.reading() as session:
        found = open_series(session, slug)
        typed = keep_known(_suggest(found, now=house.now()), found.languages)
        return _page(session, found, None, typed)


@bp.post("/new")
@needs(Role.EDITOR, largest=LARGEST, files=uploads.LARGEST)
def create(slug: str) -> AnyResponse:
    house = parts()
    sent = uploads.take_uploads(slug)
    with house.database.transaction() as session:
        found = open_series(session, slug)
        typed = keep_known(sent.fields, found.languages)
        act = request.form.get("do", "save")
        saves = act in ("save", "publish")
        if errors := sent.errors or (_too_many(typed) if saves else {}):
            return _mend(session, found, None, typed, errors)
        if not saves:
            return _go_on(session, found, None, typed, act)
        try:
            entry = replace(_read(found, typed), draft=act != "publish")
            event = exchange.create_event(session, found, entry, now=house.now())
        except BadEventForm as problem:
            return _back(session, found, None, typed, problem)
        except SlugTaken as taken:
            return _mend(session, found, None, typed, {"slug": languages.current().sentence(taken)})
        note(session, "dialogue.created", series=slug, subject=event.slug)
        _flash_saved(entry, now=house.now())
    return redirect(url_for("dialogues.index", slug=slug, _anchor=f"dialogue-{entry.slug}"), 303)


@bp.get("/<slug:event>/edit")
@needs(Role.EDITOR)
def show(slug: str, event: str) -> str:
    with parts().database.reading() as session:
        found = open_series(session, slug)
        about = series.get_event(session, found, event, drafts=True)
        typed = fill(exchange.entry_of(session, about), found.languages, found.zone)
        return _page(session, found, about, keep_known(typed, found.languages))


@bp.post("/<slug:event>/edit")
@needs(Role.EDITOR, largest=LARGEST, files=uploads.LARGEST)
def save(slug: str, event: str) -> AnyResponse:
    house = parts()
    sent = uploads.take_uploads(slug)
    with house.database.transaction() as session:
        found = open_series(session, slug)
        about = series.get_event(session, found, event, drafts=True)
        typed = keep_known(sent.fields, found.languages) | {"slug": event}
        pressed = request.form.get("do", "save")
        act, telling = announcing.read_choice(pressed)
        saves = act in ("save", "publish", "merge")
        if errors := sent.errors or (_too_many(typed) if saves else {}):
            return _mend(session, found, about, typed, errors)
        if not saves:
            return _go_on(session, found, about, typed, pressed)
        if act == "merge":
            typed = _take(typed, _stored(session, found, about), found)
        try:
            entry = replace(
                _read(found, typed),
                draft=about.draft and act != "publish",
                questions=exchange.questions_entered(session, about),  # they stand on a page of their own
            )
            seen = announcing.foresee(session, about, announcing.facts_in(entry), now=house.now())
            if seen is not None and telling is None and edition_seen() == about.edition:
                return make_response(announcing.ask_about(found, about, seen, typed, now=house.now()))
            link = about.join_url
            exchange.edit_event(session, about, entry, edition=edition_seen(), now=house.now())
        except BadEventForm as problem:
            return _back(session, found, about, typed, problem)
        except EditedMeanwhile:
            session.refresh(about)
            return _both(session, found, about, typed)
        note(session, "dialogue.edited", series=slug, subject=event)
        if seen is None or telling is None:
            _flash_saved(entry, now=house.now())
        else:
            announcing.carry_out(session, about, seen, telling, now=house.now())
        announcing.warn_of_link(session, about, before=link, now=house.now())
    return redirect(url_for("dialogues.index", slug=slug, _anchor=f"dialogue-{event}"), 303)


def _too_many(typed: Typed) -> dict[str, str]:
    """Whether the form has more rows than anybody reads; one row more than allowed is kept to tell of it."""
    sentence = _("There are at most %(most)s rows here. Please remove some.") % {"most": exchange.MOST_ROWS}
    crowded = [group for group in ON_FORM if count_rows(typed, group) > exchange.MOST_ROWS]
    return {f"{group}.{exchange.MOST_ROWS}.{GROUPS[group][0][0]}": sentence for group in crowded}


def _suggest(found: Series, *, now: datetime) -> Typed:
    """A new dialogue, four weeks after the last, at the same hour."""
    dated = [event for event in found.all_events if event.starts_at and event.ends_at]
    typed = {"state": EventState.FIXED.value, "format": "online"}
    last = max(dated, key=lambda event: event.starts_at or now, default=None)
    if last is None or last.starts_at is None or last.ends_at is None:
        return typed
    zone = found.zone
    start, end = last.starts_at.astimezone(zone), last.ends_at.astimezone(zone)
    day = start.date() + BETWEEN
    while day <= now.astimezone(zone).date():
        day += BETWEEN
    hours = {"starts_time": f"{start:%H:%M}", "ends_time": f"{end:%H:%M}"}
    return typed | hours | {"starts_on": day.isoformat(), "format": last.format.value, "place": last.place}


def _read(found: Series, typed: Typed) -> EventEntry:
    entry = exchange.read_event_form(to_file(typed), languages=found.languages, zone=found.zone)
    return replace(entry, rules=entry.rules or ()) if typed["own_rules"] else entry


def _stored(session: Session, found: Series, event: Event) -> Typed:
    typed = fill(exchange.entry_of(session, event), found.languages, found.zone)
    return keep_known(typed, found.languages)


def _take(yours: Typed, theirs: Typed, found: Series) -> Typed:
    """What was typed, but for the fields where the other's words are to stand."""
    taken = {name.removeprefix("take.") for name, which in request.form.items() if which == "theirs"}
    merged = dict(yours)
    for name in taken & {*yours, *theirs}:
        if name in theirs:
            merged[name] = theirs[name]
        else:
            merged.pop(name, None)
    return keep_known(merged, found.languages)


def _go_on(session: Session, found: Series, event: Event | None, typed: Typed, act: str) -> AnyResponse:
    """The form again after a button that saves nothing: a preview, or a row more or less."""
    if act == "preview":
        return make_response(_page(session, found, event, typed, shows_preview=True))
    typed, focus = act_on_rows(typed, act, found.languages)
    return make_response(_page(session, found, event, typed, go_on_at=focus))


def _back(
    session: Session, found: Series, event: Event | None, typed: Typed, problem: BadEventForm
) -> Response:
    instants = tell_instants(typed, problem, found.zone)
    errors = tell_problems(problem, tuple(found.languages))
    return make_response(_page(session, found, event, typed, errors=errors, instants=instants), 422)


def _mend(
    session: Session, found: Series, event: Event | None, typed: Typed, errors: dict[str, str]
) -> Response:
    return make_response(_page(session, found, event, typed, errors=errors), 422)


def _both(session: Session, found: Series, event: Event, typed: Typed) -> Response:
    """Both versions side by side; saving again begins from the newest."""
    differences = tell_differences(found, _stored(session, found, event), typed)
    page = render_template(
        "desk/dialogue_differences.html",
        slug=found.slug,
        event=event.slug,
        title=words(found, event.title),
        differences=differences,
        typed=typed,
        edition=event.edition,
    )
    return make_response(page, 409)


def _page(
    session: Session,
    found: Series,
    event: Event | None,
    typed: Typed,
    *,
    shows_preview: bool = False,
    **more: object,
) -> str:
    form = DialogueForm(
        heading=_("New dialogue") if event is None else words(found, event.title),
        slug="" if event is None else event.slug,
        typed=typed,
        edition=0 if event is None else (edition_seen() if request.method == "POST" else event.edition),
        languages=tuple((code, languages.NAMES.get(code, code)) for code in found.languages),
        zone=found.timezone,
        is_draft=event is None or event.draft,
        files=uploads.tell_files(session, found, typed),
        limits=uploads.tell_limits(),
        **more,  # type: ignore[arg-type]  # fields of the form, by name
    )
    previews = _preview(typed, found) if shows_preview else ()
    return render_template(
        "desk/dialogue_form.html",
        form=form,
        offers=choices(),
        previews=previews,
        slug=found.slug,
        groups=GROUPS,
    )


def _preview(typed: Typed, found: Series) -> list[tuple[str, str, object]]:
    """The organisers' words as guests will read them, in each language."""
    labels = {"announcement": _("Announcement"), "account": _("Account")}
    written: list[tuple[str, str, object]] = []
    for name, label in labels.items():
        text: Words = {code: typed.get(f"{name}.{code}", "") for code in found.languages}
        written += [(label, code, markdown(text[code])) for code in found.languages if text[code].strip()]
    return written


def _flash_saved(entry: EventEntry, *, now: datetime) -> None:
    flash(
        _("Saved as a draft. Nobody sees it before you publish it.") if entry.draft else _("Saved."), "done"
    )
    if entry.starts_at is not None and entry.starts_at <= now and not entry.account:
        flash(_("Its date is in the past: nobody is reminded of it."), "warning")
