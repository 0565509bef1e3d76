"""The dialogues of a series at the desk: their list, and what one button does to one of them."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, mailings, series
from mailer.context import parts
from mailer.exchange import EventEntry
from mailer.organisers import Role
from mailer.series import Event, EventState
from mailer.web.desk import announcing
from mailer.web.desk.dialogue_telling import tell_dialogues
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.telling import words

bp = Blueprint("dialogues", __name__, url_prefix="/organiser/series/<slug:slug>/dialogues")


@bp.get("")
@needs(Role.EDITOR)
def index(slug: str) -> str:
    house = parts()
    with house.database.reading() as session:
        found = open_series(session, slug)
        lines = tell_dialogues(session, found, now=house.now())
        waiting = announcing.what_waits(session, found, now=house.now())
        return render_template(
            "desk/dialogues.html", lines=lines, pending=waiting, slug=slug, is_draft=found.draft
        )


@bp.post("/<slug:event>/up")
@needs(Role.EDITOR)
def move_up(slug: str, event: str) -> AnyResponse:
    return _move(slug, event, by=-1)


@bp.post("/<slug:event>/down")
@needs(Role.EDITOR)
def move_down(slug: str, event: str) -> AnyResponse:
    return _move(slug, event, by=1)


def _move(slug: str, name: str, *, by: int) -> AnyResponse:
    with parts().database.transaction() as session:
        event = series.get_event(session, open_series(session, slug), name, drafts=True)
        if exchange.move_event(session, event, by=by):
            note(session, "dialogue.moved", series=slug, subject=name)
    return redirect(url_for(".index", slug=slug, _anchor=f"dialogue-{name}"), 303)


@bp.post("/<slug:event>/publish")
@needs(Role.EDITOR)
def publish(slug: str, event: str) -> AnyResponse:
    return _change(slug, event, "dialogue.published", _("The dialogue is public now."), draft=False)


@bp.get("/<slug:event>/cancel")
@needs(Role.EDITOR)
def ask_to_cancel(slug: str, event: str) -> str:
    """Say what it would mean, in numbers."""
    house = parts()
    with house.database.reading() as session:
        found = open_series(session, slug)
        about = series.get_event(session, found, event, drafts=True)
        proposed = replace(series.facts_of(about), state=EventState.CANCELLED)
        seen = announcing.foresee(session, about, proposed, now=house.now())
        count = 0 if about.draft else mailings.count_guests(session, about, now=house.now())
        reach = ngettext(
            "%(count)s person is on the reminder list or registered and gets no reminder of it any more.",
            "%(count)s people are on the reminder list or registered and get no reminder of it any more.",
            count,
        ) % {"count": count}
        return render_template(
            "desk/dialogue_cancel.html",
            title=words(found, about.title),
            slug=slug,
            event=event,
            is_draft=about.draft,
            is_cancelled=about.is_cancelled,
            reach=reach,
            foretold=seen and announcing.foretell(found, seen, now=house.now()),
            may_tell_now=announcing.may_tell_now(found),
        )


@bp.post("/<slug:event>/cancel")
@needs(Role.EDITOR)
def cancel(slug: str, event: str) -> AnyResponse:
    done = _("The dialogue is cancelled. You can reinstate it at any time.")
    return _change(slug, event, "dialogue.cancelled", done, state=EventState.CANCELLED)


@bp.post("/<slug:event>/reinstate")
@needs(Role.EDITOR)
def reinstate(slug: str, event: str) -> AnyResponse:
    """Undo a cancellation; a date is fixed again."""
    return _change(slug, event, "dialogue.reinstated", _("The dialogue takes place again."), state=None)


def _change(
    slug: str,
    name: str,
    action: str,
    done: str,
    *,
    draft: bool | None = None,
    state: EventState | None = None,
) -> AnyResponse:
    house, now = parts(), parts().now()
    _act, telling = announcing.read_choice(request.form.get("do", ""))
    with house.database.transaction() as session:
        event = series.get_event(session, open_series(session, slug), name, drafts=True)
        entry = exchange.entry_of(session, event)
        wanted = _reinstated(entry) if draft is None and state is None else entry
        wanted = replace(
            wanted, draft=entry.draft if draft is None else draft, state=state if state else wanted.state
        )
        seen = announcing.foresee(session, event, announcing.facts_in(wanted), now=now)
        if seen is not None and telling is None:
            return _ask(event, seen, cancels=state is EventState.CANCELLED)
        if exchange.edit_event(session, event, wanted, edition=event.edition, now=now):
            note(session, action, series=slug, subject=name)
            flash(done, "done")
            if seen is not None and telling is not None:
                announcing.carry_out(session, event, seen, telling, now=now)
    return redirect(url_for(".index", slug=slug, _anchor=f"dialogue-{name}"), 303)


def _ask(event: Event, seen: mailings.Consequences, *, cancels: bool) -> AnyResponse:
    """Nothing is done before she saw who will be told and chose how."""
    slug = event.series.slug
    if cancels:
        return redirect(url_for(".ask_to_cancel", slug=slug, event=event.slug), 303)
    page = render_template(
        "desk/dialogue_tells.html",
        slug=slug,
        title=words(event.series, event.title),
        action=url_for(".reinstate", slug=slug, event=event.slug),
        typed={},
        act="reinstate",
        foretold=announcing.foretell(event.series, seen, now=parts().now()),
        may_tell_now=announcing.may_tell_now(event.series),
    )
    return make_response(page)


def _reinstated(entry: EventEntry) -> EventEntry:
    if entry.state is not EventState.CANCELLED:
        return entry
    return replace(entry, state=EventState.FIXED if entry.starts_at else EventState.ANNOUNCED)


@bp.post("/<slug:event>/delete")
@needs(Role.EDITOR)
def delete(slug: str, event: str) -> AnyResponse:
    """Remove a draft for good."""
    with parts().database.transaction() as session:
        about = series.get_event(session, open_series(session, slug), event, drafts=True)
        if about.draft:
            exchange.delete_event(session, about)
            note(session, "dialogue.deleted", series=slug, subject=event)
            flash(_("The draft is deleted."), "done")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<slug:event>/duplicate")
@needs(Role.EDITOR)
def duplicate(slug: str, event: str) -> AnyResponse:
    """A draft that says the same, under a free address; opened at once, for its date is to be set."""
    house = parts()
    with house.database.transaction() as session:
        found = open_series(session, slug)
        entry = exchange.entry_of(session, series.get_event(session, found, event, drafts=True))
        taken = {other.slug for other in found.all_events}
        free = next(name for n in range(2, 1000) if (name := f"{event[:74]}-{n}") not in taken)
        copy = replace(entry, slug=free, draft=True, documented_at=None, account={}, materials=())
        exchange.create_event(session, found, copy, now=house.now())
        note(session, "dialogue.duplicated", series=slug, subject=free, origin=event)
        flash(_("This is a copy. It is a draft: nobody sees it before you publish it."), "done")
    return redirect(url_for("dialogue_editing.show", slug=slug, event=free), 303)
