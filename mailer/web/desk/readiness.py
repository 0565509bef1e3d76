"""Whether the next dialogues have all that their mails need, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mailer import delivery, series
from mailer.core.types import Words
from mailer.series import Event, EventFormat, Series
from mailer.web import languages
from mailer.web.desk.concerns import mend_event_url
from mailer.web.desk.time_line import url_if_there
from mailer.web.languages import NAMES
from mailer.web.languages import gettext as _
from mailer.web.public.dates import tell_when
from mailer.web.public.telling import words

LOOKED_AT = 3
"""How many of the next dialogues are checked."""


@dataclass(frozen=True)
class Check:
    """One thing a mail needs."""

    is_there: bool
    words: str
    mend_url: str = ""


@dataclass(frozen=True)
class Readiness:
    """A dialogue, or the series itself, with its checks."""

    title: str
    when: str
    checks: tuple[Check, ...]

    @property
    def missing(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.is_there)


def tell_readiness(session: Session, found: Series, *, now: datetime) -> list[Readiness]:
    """The series first, then its next dialogues."""
    coming = series.upcoming(found, now)[:LOOKED_AT]
    ids = [event.id for event in coming]
    session.scalars(select(Event).where(Event.id.in_(ids)).options(selectinload(Event.speakers))).all()
    whole = Readiness(words(found, found.title), "", tuple(_of_series(session, found)))
    return [whole, *(_tell_event(found, event) for event in coming)]


def _tell_event(found: Series, event: Event) -> Readiness:
    when = tell_when(event, found, languages.locale())
    hours = f", {when.hours}" if when.hours else ""
    return Readiness(words(found, event.title), f"{when.words}{hours}", tuple(_of_event(found, event)))


def _of_series(session: Session, found: Series) -> Iterator[Check]:
    settings = url_if_there("series_settings.show", slug=found.slug)
    yield _in_every_language(found, found.imprint, _("Imprint"), settings)
    yield _in_every_language(found, found.privacy, _("Privacy notice"), settings)
    is_open = delivery.closed_route(session) is None
    yield Check(
        is_open,
        _("The relay lets us in") if is_open else _("The relay does not let us in"),
        url_if_there("checkup.show"),
    )


def _of_event(found: Series, event: Event) -> Iterator[Check]:
    mend = mend_event_url(found, event)
    dated = event.is_dated
    yield Check(dated, _("The date stands") if dated else _("The date does not stand yet"), mend)
    yield _in_every_language(found, event.title, _("Title"), mend)
    yield _in_every_language(found, event.announcement, _("Announcement"), mend)
    if event.format is not EventFormat.ON_SITE:
        linked = bool(event.join_url)
        yield Check(linked, _("Link to take part") if linked else _("No link to take part"), mend)
    if event.format is not EventFormat.ONLINE:
        placed = bool(event.place.strip())
        yield Check(placed, _("Place") if placed else _("No place"), mend)
    named = any(not speaker.absent for speaker in event.speakers)
    yield Check(named, _("Speakers are named") if named else _("No speakers"), mend)


def _in_every_language(found: Series, text: Words, name: str, mend: str) -> Check:
    lacking = [NAMES.get(code, code) for code in found.languages if not text.get(code, "").strip()]
    if not lacking:
        return Check(True, name, mend)
    return Check(
        False, _("%(what)s: missing in %(languages)s") % {"what": name, "languages": ", ".join(lacking)}, mend
    )
