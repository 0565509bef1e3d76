"""The frame of the desk's pages: where one is, and where one can go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy.orm import Session

from mailer import series
from mailer.organisers import Role
from mailer.series import Series
from mailer.web.desk.guarding import SignedIn
from mailer.web.languages import gettext as _
from mailer.web.public.telling import markdown, words


@dataclass(frozen=True)
class Place:
    """One page in the navigation."""

    label: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class SeriesFrame:
    """The series a page is about."""

    title: str
    slug: str
    url: str
    is_public: bool


@dataclass(frozen=True)
class Entry:
    """A page the navigation may lead to, for organisers of that role. Its blueprint is ``endpoint`` up to the dot."""

    endpoint: str
    role: Role
    label: Callable[[], str]


OF_A_SERIES = (
    Entry("series_overview.show", Role.EDITOR, lambda: _("Overview")),
    Entry("plan.show", Role.EDITOR, lambda: _("Plan")),
    Entry("dialogues.index", Role.EDITOR, lambda: _("Dialogues")),
    Entry("reminder_rules.show", Role.EDITOR, lambda: _("Reminders")),
    Entry("desk_mailings.index", Role.EDITOR, lambda: _("Mailings")),
    Entry("people.index", Role.SENDER, lambda: _("People")),
    Entry("series_settings.show", Role.EDITOR, lambda: _("Settings")),
    Entry("handover.show", Role.EDITOR, lambda: _("Handing over")),
    Entry("series_log.show", Role.EDITOR, lambda: _("Log")),
)
OF_THE_HOUSE = (
    Entry("overview.show", Role.EDITOR, lambda: _("All series")),
    Entry("team.index", Role.OWNER, lambda: _("Organisers")),
    Entry("audit_log.index", Role.OWNER, lambda: _("Log")),
    Entry("checkup.show", Role.OWNER, lambda: _("System check")),
)


def open_series(session: Session, slug: str) -> Series:
    """The series a page of the desk is about; the frame shows its name and its pages. Raises UnknownSeries."""
    found = series.get_series(session, slug, drafts=True)
    g.desk_series = SeriesFrame(
        title=words(found, found.title) or found.slug,
        slug=found.slug,
        url=url_for("series_overview.show", slug=found.slug)
        if "series_overview.show" in current_app.view_functions
        else url_for("overview.show"),
        is_public=not found.draft,
    )
    return found


def set_up(app: Flask) -> None:
    """Tell every page of the desk who is signed in, and where one can go."""
    app.context_processor(_for_every_page)


def _for_every_page() -> dict[str, Any]:
    who: SignedIn | None = g.get("signed_in")
    if who is None:
        return {"signed_in": None}
    about: SeriesFrame | None = g.get("desk_series")
    return {
        "signed_in": who,
        "desk_series": about,
        "as_read": markdown,
        "series_places": tuple(_places(OF_A_SERIES, who, slug=about.slug)) if about else (),
        "house_places": tuple(_places(OF_THE_HOUSE, who)),
        "is_at_account": (request.blueprint or "").startswith("account"),
    }


def _places(entries: tuple[Entry, ...], who: SignedIn, **values: Any) -> Iterator[Place]:
    for entry in entries:
        if entry.endpoint in current_app.view_functions and who.may(entry.role):
            here = request.blueprint == entry.endpoint.partition(".")[0]
            yield Place(entry.label(), url_for(entry.endpoint, **values), here)
