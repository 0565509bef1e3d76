"""A series begins as a copy of another: first it is said what comes along, then it is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, series, subscriptions
from mailer.context import parts
from mailer.core import i18n
from mailer.core.errors import Invalid
from mailer.core.text import in_language
from mailer.exchange import Copy, DatesTooFar, EventEntry, Shift
from mailer.organisers import Role
from mailer.series import Series
from mailer.web import languages
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.series_words import tell_copied, tell_left
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words

bp = Blueprint("series_copying", __name__, url_prefix="/organiser/series/<slug:slug>/duplicate")

MONTHS_ONLY = "month"
DATED = "dated"


@dataclass(frozen=True)
class MovedDialogue:
    """A dialogue, when it was, and when its copy would be."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Foreseen:
    """What duplicating would make."""

    copied: tuple[str, ...]
    left: tuple[str, ...]
    dialogues: tuple[MovedDialogue, ...]


@bp.get("")
@needs(Role.OWNER)
def ask(slug: str) -> str:
    with parts().database.reading() as session:
        found = open_series(session, slug)
        proposed = series.propose_slug(session, words(found, found.title))
        titles = {f"title.{code}": found.title.get(code, "") for code in found.languages}
        usual = {"slug": proposed, "amount": "52", "unit": "weeks", "dates": DATED}
        return _page(found, {**titles, **usual})


@bp.post("")
@needs(Role.OWNER)
def duplicate(slug: str) -> AnyResponse:
    """Say in numbers what a copy would hold; make it when that was seen and confirmed."""
    house = parts()
    typed = {name: text.strip() for name, text in request.form.items() if name != "csrf_token"}
    with house.database.transaction() as session:
        found = open_series(session, slug)
        if errors := _wrong(found, typed):
            return _again(found, typed, errors)
        try:
            copy = _plan(session, found, typed)
            if request.form.get("do") != "store":
                return make_response(_page(found, typed, foreseen=_foresee(session, found, copy)))
            made = exchange.copy_series(session, found, copy, now=house.now())
        except DatesTooFar as problem:
            return _again(found, typed, {"amount": languages.current().sentence(problem)})
        except Invalid as problem:  # BadSlug, ReservedSlug, SlugTaken
            return _again(found, typed, {"slug": languages.current().sentence(problem)})
        note(session, "series.duplicated", series=made.slug, subject=made.slug, origin=slug)
        new = made.slug
    flash(_("The copy is there. It is a draft: nobody sees it before you publish it."), "done")
    return redirect(url_for("series_overview.show", slug=new), 303)


def _plan(session: Session, found: Series, typed: Mapping[str, str]) -> Copy:
    amount = int(typed["amount"] or "0")
    shift = {"days": Shift(days=amount), "weeks": Shift(days=7 * amount)}.get(
        typed.get("unit", ""), Shift(months=amount)
    )
    titles = {code: text for code in found.languages if (text := typed.get(f"title.{code}", ""))}
    months_only = typed.get("dates") == MONTHS_ONLY
    return exchange.plan_copy(
        session, found, slug=typed.get("slug", ""), title=titles, shift=shift, months_only=months_only
    )


def _wrong(found: Series, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    titles = {code: typed.get(f"title.{code}", "") for code in found.languages}
    if not any(titles.values()):
        errors[f"title.{found.languages[0]}"] = _("Something must stand here.")
    for code, title in titles.items():
        if len(title) > exchange.LONGEST_LINE or not title.isprintable():
            errors[f"title.{code}"] = _("A title is one line of at most %(most)s characters.") % {
                "most": exchange.LONGEST_LINE
            }
    if not re.fullmatch(r"-?[0-9]{1,5}", typed.get("amount", "")):
        errors["amount"] = _("Please enter a whole number, such as 12.")
    return errors


def _foresee(session: Session, found: Series, copy: Copy) -> Foreseen:
    counts = subscriptions.counts_by_state(session, found)
    before = {event.slug: exchange.entry_of(session, event) for event in found.all_events}
    return Foreseen(
        copied=tell_copied(copy),
        left=tell_left(copy, people=sum(counts.values())),
        dialogues=tuple(
            MovedDialogue(
                in_language(event.title, languages.locale(), found.languages),
                _when(before[event.slug], found),
                _when(event, found),
            )
            for event in copy.file.events
        ),
    )


def _when(event: EventEntry, found: Series) -> str:
    """The day with its weekday, or the month; the hour stays and need not be told."""
    if event.starts_at is None:
        return i18n.month_name(event.month or "1970-01", languages.locale())
    return i18n.long_day(event.starts_at, found.zone, languages.locale())


def _again(found: Series, typed: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    return make_response(_page(found, typed, errors=errors), 422)


def _page(
    found: Series,
    typed: Mapping[str, str],
    *,
    foreseen: Foreseen | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "desk/series_copy.html",
        slug=found.slug,
        values={"slug": "", "amount": "", "unit": "months", "dates": DATED, **typed},
        languages_of_series=tuple((code, languages.NAMES[code]) for code in found.languages),
        units=(("months", _("months")), ("weeks", _("weeks")), ("days", _("days"))),
        dates=(
            (DATED, _("with the moved date")),
            (MONTHS_ONLY, _("as drafts with only the moved month")),
        ),
        base=parts().config.base_url.removesuffix("/") + "/",
        foreseen=foreseen,
        errors=errors or {},
    )
