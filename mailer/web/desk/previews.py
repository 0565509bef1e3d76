"""A mail that is still to come, before it comes: what a rule, or a person's own step, would bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from sqlalchemy.orm import Session

from mailer import delivery, mailings, series
from mailer.context import parts
from mailer.core.errors import NotFound
from mailer.core.types import Locale
from mailer.delivery import Preview
from mailer.letters import LetterKind
from mailer.mailings import MailingKind
from mailer.organisers import Role
from mailer.series import Event, Series
from mailer.web.desk.clocks import asked_instant, both_clocks
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs
from mailer.web.desk.letters_shown import tell_letter, tell_tabs
from mailer.web.desk.mail_words import kind_words
from mailer.web.framed import answer_as_file, answer_in_frame
from mailer.web.public.telling import words

bp = Blueprint("previews", __name__, url_prefix="/organiser/series/<slug:slug>/preview")

SHOWN = frozenset(LetterKind) - {
    LetterKind.SIGNIN,
    LetterKind.NOTICE,
    LetterKind.ACCESS,
    LetterKind.MESSAGE,
}
"""Kinds that can be looked at without a mailing: what they say follows from the series alone."""


_ABOUT_AN_EVENT = frozenset(MailingKind) - {MailingKind.FAREWELL}


class UnknownLetterKind(NotFound):
    """No mail of this kind leaves by itself."""

    code = "unknown_letter_kind"


@dataclass(frozen=True)
class _Asked:
    """Which letter the address of the page names."""

    series: Series
    event: Event | None
    kind: LetterKind
    language: Locale
    at: datetime
    shown: Preview

    def url(self, endpoint: str, **changed: Any) -> str:
        """A page about the same letter, at the same moment and in the same language unless ``changed``."""
        values = {
            "slug": self.series.slug,
            "event": self.event.slug if self.event else None,
            "kind": self.kind.value,
            "language": self.language,
            "at": request.args.get("at") or None,
        }
        return url_for(endpoint, **(values | changed))


@bp.get("/<kind>")
@bp.get("/<slug:event>/<kind>")
@needs(Role.EDITOR)
def show(slug: str, kind: str, event: str = "") -> str:
    """The page: HTML in frames, text, calendar entry, headers."""
    with parts().database.reading() as session:
        asked = _ask(session, slug, event, kind)
        found = asked.series
        urls = {code: asked.url("previews.show", language=code) for code in found.languages}
        return render_template(
            "desk/preview.html",
            title=kind_words(asked.kind.value),
            about=words(found, asked.event.title) if asked.event else "",
            plan_url=url_for("plan.show", slug=slug) if "plan.show" in current_app.view_functions else "",
            leaves=both_clocks(asked.at, found),
            letter=tell_letter(
                asked.shown,
                tabs=tell_tabs(found.languages, asked.language, urls),
                frame_url=asked.url("previews.show_html"),
                message_url=asked.url("previews.message"),
                calendar_url=asked.url("previews.entry"),
            ),
        )


@bp.get("/<kind>/html")
@bp.get("/<slug:event>/<kind>/html")
@needs(Role.EDITOR)
def show_html(slug: str, kind: str, event: str = "") -> Response:
    """The HTML part, for the frames."""
    with parts().database.reading() as session:
        return answer_in_frame(_ask(session, slug, event, kind).shown.letter.html)


@bp.get("/<kind>/message.eml")
@bp.get("/<slug:event>/<kind>/message.eml")
@needs(Role.EDITOR)
def message(slug: str, kind: str, event: str = "") -> Response:
    """The whole message, for a mail program."""
    with parts().database.reading() as session:
        asked = _ask(session, slug, event, kind)
        return answer_as_file(asked.shown.message, "message/rfc822", f"{asked.kind.value}.eml")


@bp.get("/<kind>/entry.ics")
@bp.get("/<slug:event>/<kind>/entry.ics")
@needs(Role.EDITOR)
def entry(slug: str, kind: str, event: str = "") -> Response:
    """The calendar entry, for a calendar program."""
    with parts().database.reading() as session:
        letter = _ask(session, slug, event, kind).shown.letter
        if letter.calendar is None:
            raise UnknownLetterKind(kind=kind[:40])
        return answer_as_file(letter.calendar, "text/calendar", letter.filename)


def _ask(session: Session, slug: str, event_slug: str, kind: str) -> _Asked:
    """Raises UnknownSeries, UnknownEvent, UnknownLetterKind, NotNow, NotATime, NoZone."""
    found = open_series(session, slug)
    event = series.get_event(session, found, event_slug) if event_slug else None
    letter_kind = next((one for one in SHOWN if one.value == kind), None)
    if letter_kind is None or (event is None and kind in _ABOUT_AN_EVENT):
        raise UnknownLetterKind(kind=kind[:40])
    if event is not None and kind in list(MailingKind):
        mailings.check_preview(found, event, kind=MailingKind(kind))
    at = _moment(session, found, event, kind)
    wanted = request.args.get("language", "")
    language: Locale = (
        found.default_language if wanted not in found.languages else "en" if wanted == "en" else "de"
    )
    row = delivery.specimen(found, event, kind=letter_kind, language=language, now=at)
    shown = delivery.preview(session, parts().composer, row, now=at)
    return _Asked(found, event, letter_kind, language, at, shown)


def _moment(session: Session, found: Series, event: Event | None, kind: str) -> datetime:
    """When it leaves: what the address says, else what the plan says, else now."""
    asked, now = request.args.get("at", ""), parts().now()
    if asked:
        return asked_instant(asked)
    if kind == MailingKind.FAREWELL:
        return series.closes_at(found) or now
    if event is not None and kind in list(MailingKind):
        return mailings.window_by_hand(session, event, kind=MailingKind(kind), now=now).due_at
    return now
