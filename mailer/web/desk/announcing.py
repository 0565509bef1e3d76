"""Who will be told: what an organiser is asked before a change is saved that guests must hear of, and what she answers."""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import mailings, series
from mailer.context import parts
from mailer.exchange import EventEntry
from mailer.mailings import Consequences, NoImprint, NothingToAnnounce
from mailer.organisers import Role
from mailer.series import Event, Facts, Series, facts_of
from mailer.web.desk.change_telling import (
    Foretold,
    PendingLine,
    ToldOf,
    tell_briefly,
    tell_consequences,
    tell_due,
    tell_pending,
)
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import NotAllowed, needs, note, signed_in
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.telling import words

bp = Blueprint("announcing", __name__, url_prefix="/organiser/series/<slug:slug>/dialogues")


class Telling(enum.StrEnum):
    """What is to come of a change for its guests."""

    LATER = "later"  # by itself, after the quiet period
    NOW = "now"
    SILENT = "silent"  # nobody is told


def read_choice(pressed: str) -> tuple[str, Telling | None]:
    """Of a button such as ``save:later`` what it does, and how it wants guests to be told."""
    act, _colon, choice = pressed.partition(":")
    return act, Telling(choice) if choice in set(Telling) else None


def foresee(session: Session, event: Event, proposed: Facts, *, now: datetime) -> Consequences | None:
    """What saving these facts would bring; None where nobody hears of it."""
    if event.draft or event.series.draft or proposed.told == facts_of(event).told:
        return None
    seen = mailings.consequences(session, event, proposed, now=now, quiet=parts().quiet)
    return seen if seen.change is not None else None


def facts_in(entry: EventEntry) -> Facts:
    """How an event would stand if it said this."""
    return Facts(entry.state, entry.starts_at, entry.ends_at, entry.month, entry.format, entry.place)


def foretell(found: Series, seen: Consequences, *, now: datetime) -> Foretold | None:
    return tell_consequences(found, seen, quiet=mailings.quiet_of(found, parts().quiet), now=now)


def foresee_several(
    session: Session, found: Series, proposed: Mapping[str, Facts], *, now: datetime
) -> dict[str, Consequences]:
    """The same for several events by their slugs; those of which nobody hears are left out."""
    known = {event.slug: event for event in found.events}
    seen = {
        slug: foresee(session, known[slug], facts, now=now)
        for slug, facts in proposed.items()
        if slug in known
    }
    return {slug: one for slug, one in seen.items() if one is not None}


def tell_several(found: Series, seen: Mapping[str, Consequences], *, now: datetime) -> tuple[ToldOf, ...]:
    """What several changes at once would bring, in the order of the series."""
    told = []
    for event in found.events:
        if (one := seen.get(event.slug)) and (foretold := foretell(found, one, now=now)):
            brief = tell_briefly(found, one.before, one.after)
            told.append(ToldOf(words(found, event.title), brief, foretold))
    return tuple(told)


def carry_out_several(
    session: Session, found: Series, seen: Mapping[str, Consequences], telling: Telling, *, now: datetime
) -> None:
    """Do the same for all changes that were saved at once. Raises NotAllowed, NoImprint."""
    for event in found.events:
        if event.slug in seen:
            with contextlib.suppress(NothingToAnnounce):
                tell_as(session, event, telling, count=seen[event.slug].recipients, now=now)


def ask_about(
    found: Series, event: Event, seen: Consequences, typed: Mapping[str, str], *, now: datetime
) -> str:
    """The page that says who will be told; it keeps what was typed, so that saving and going back lose nothing."""
    return render_template(
        "desk/dialogue_tells.html",
        slug=found.slug,
        title=words(found, event.title),
        action=url_for("dialogue_editing.save", slug=found.slug, event=event.slug),
        typed={**typed, "edition": str(event.edition)},
        act="save",
        foretold=foretell(found, seen, now=now),
        may_tell_now=may_tell_now(found),
    )


def may_tell_now(found: Series) -> bool:
    """Whether who is signed in may let a mail go, and one of this series may leave at all."""
    try:
        mailings.check_imprint(found)
    except NoImprint:
        return False
    return signed_in().may(Role.SENDER)


def carry_out(session: Session, event: Event, seen: Consequences, telling: Telling, *, now: datetime) -> None:
    """Do what was chosen for a change that was saved just now, and note it in the log.

    Where nobody is concerned any more there is nothing to do. Raises NotAllowed, NoImprint.
    """
    try:
        tell_as(session, event, telling, count=seen.recipients, now=now)
    except NothingToAnnounce:
        flash(_("Saved."), "done")
        return
    flash(_saved(event.series, seen, telling, now=now), "done")


def tell_as(session: Session, event: Event, telling: Telling, *, count: int, now: datetime) -> None:
    """Let guests be told of what is gathered, now or later, or not at all. Raises NothingToAnnounce, NotAllowed."""
    slug = event.series.slug
    if telling is Telling.NOW:
        if not signed_in().may(Role.SENDER):
            raise NotAllowed(role=Role.SENDER.value)
        mailings.send_change_now(session, event, releaser=signed_in().id, now=now)
        note(session, "change.told", series=slug, subject=event.slug, count=count)
    elif telling is Telling.SILENT:
        mailings.keep_silent(session, event, now=now)
        note(session, "change.kept_silent", series=slug, subject=event.slug, count=count)
    else:
        note(session, "change.gathered", series=slug, subject=event.slug, count=count)


def warn_of_link(session: Session, event: Event, *, before: str, now: datetime) -> None:
    """Say how many know a link to the video conference that leads nowhere any more: no mail is sent for it alone."""
    if before in ("", event.join_url):
        return
    told = mailings.audience_sizes(session, event.series, event, now=now).told
    if not told or event.is_cancelled or event.over_at(event.series.zone) <= now:
        return
    sentence = ngettext(
        "The link to the video conference is another one: %(count)s person knows the old one."
        " Mails still to come bring the new one; if that is too late, write a message.",
        "The link to the video conference is another one: %(count)s people know the old one."
        " Mails still to come bring the new one; if that is too late, write a message.",
        told,
    )
    flash(sentence % {"count": told}, "warning")


def _saved(found: Series, seen: Consequences, telling: Telling, *, now: datetime) -> str:
    count = seen.recipients
    if telling is Telling.SILENT:
        return _("Saved. Nobody is told of it.")
    if telling is Telling.NOW or seen.due_at is None or seen.due_at <= now:
        told = ngettext(
            "Saved. %(count)s person is told now.", "Saved. %(count)s people are told now.", count
        )
        return told % {"count": count}
    told = ngettext(
        "Saved. %(count)s person is told at %(clock)s; until then you can change it again.",
        "Saved. %(count)s people are told at %(clock)s; until then you can change it again.",
        count,
    )
    return told % {"count": count, "clock": tell_due(found, seen.due_at, now=now)}


def what_waits(session: Session, found: Series, *, now: datetime) -> list[PendingLine]:
    """The changes of a series that its guests have not been told yet."""
    quiet = parts().quiet
    waiting = mailings.pending_changes(session, found, now=now, quiet=quiet)
    return tell_pending(found, waiting, may_tell_now=may_tell_now(found), now=now)


@bp.post("/<slug:event>/tell")
@needs(Role.SENDER)
def tell_now(slug: str, event: str) -> AnyResponse:
    """Let go what waits for the quiet period."""
    return _settle(slug, event, Telling.NOW, _("The mail about the change leaves now."))


@bp.post("/<slug:event>/keep-silent")
@needs(Role.EDITOR)
def keep_silent(slug: str, event: str) -> AnyResponse:
    """Let nobody be told of what waits for the quiet period."""
    return _settle(slug, event, Telling.SILENT, _("Nobody is told of the change."))


def _settle(slug: str, name: str, telling: Telling, done: str) -> AnyResponse:
    house = parts()
    with house.database.transaction() as session:
        found = open_series(session, slug)
        about = series.get_event(session, found, name)
        waiting = mailings.pending_changes(session, found, now=house.now(), quiet=house.quiet)
        count = next((one.recipients for one in waiting if one.event.id == about.id), 0)
        try:
            tell_as(session, about, telling, count=count, now=house.now())
            flash(done, "done")
        except NothingToAnnounce:
            flash(
                _("There was nothing left to tell: somebody was faster, or the mail is on its way."),
                "warning",
            )
    back = "dialogues.index" if request.form.get("from") == "dialogues" else "series_overview.show"
    return redirect(url_for(back, slug=slug), 303)
