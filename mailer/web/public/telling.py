"""From rows to facts: a series and its dialogues, told in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from mailer import outcomes, series
from mailer.context import parts
from mailer.core.text import in_language, markdown_html, markdown_text, one_line
from mailer.core.types import Words
from mailer.series import Event, EventFormat, EventId, EventState, Series
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.dates import tell_distance, tell_span, tell_when
from mailer.web.public.facts import EventLine, NextEvent, SeriesLine, SeriesPage, SignUpForm
from mailer.web.public.funder_telling import tell_funders
from mailer.web.public.remains import tell_remains
from mailer.web.public.ways_in import tell_way_in

EXCERPT = 240
"""Characters of an account that stand in the list: enough to want to read on."""

DESCRIPTION = 300
"""Characters of a description that search engines still show."""


def tell_series(session: Session, found: Series, form: SignUpForm | None, *, now: datetime) -> SeriesPage:
    """Everything the page of a series says. A constant number of queries, however many events it has."""
    load_events(session, found)
    lines = tell_events(session, found, now=now)
    about = words(found, found.about)
    feed = public_url("calendars.feed", slug=found.slug, lang=languages.locale())
    return SeriesPage(
        title=words(found, found.title),
        about=markdown(about),
        summary=tell_summary(found),
        description=shorten(one_line(markdown_text(about)), DESCRIPTION) or tell_summary(found),
        next_event=_tell_next(session, found, lines, now=now),
        upcoming=tuple(line for line in lines.values() if not line.is_past),
        past=tuple(line for line in reversed(lines.values()) if line.is_past),
        feed_url=feed,
        webcal_url="webcal:" + feed.partition(":")[2],
        form=form,
        contact=found.reply_to or found.sender_address,
        funding=markdown(words(found, found.funding)),
        funders=tell_funders(session, found),
        imprint=markdown(words(found, found.imprint)),
        privacy=markdown(words(found, found.privacy)),
    )


def tell_series_line(found: Series, *, now: datetime) -> SeriesLine:
    following = series.next_event(found, now)
    return SeriesLine(
        url=url_for("series_pages.show_series", slug=found.slug),
        title=words(found, found.title),
        summary=tell_summary(found),
        next_words="" if following is None else tell_when(following, found, languages.locale()).words,
    )


def tell_summary(found: Series) -> str:
    count = len(found.events)
    number = ngettext("%(count)s dialogue", "%(count)s dialogues", count) % {"count": count}
    return ", ".join(filter(None, [number, tell_span(found, languages.locale())]))


def tell_events(session: Session, found: Series, *, now: datetime) -> dict[EventId, EventLine]:
    """Every event of the series as a line, in the organisers' order."""
    conditions = _count_conditions(session, found)
    following = next(iter(series.upcoming(found, now)), None)
    return {
        event.id: tell_line(
            event,
            found,
            conditions=conditions.get(event.id, 0),
            is_next=event is following,
            now=now,
        )
        for event in found.events
    }


def tell_line(event: Event, found: Series, *, conditions: int, is_next: bool, now: datetime) -> EventLine:
    is_past = event.over_at(found.zone) <= now
    names = [speaker.name for speaker in event.speakers if not speaker.absent]
    account = words(found, event.account)
    url = url_for("series_pages.show_event", slug=found.slug, event_slug=event.slug)
    return EventLine(
        url=url,
        title=words(found, event.title),
        when=tell_when(event, found, languages.locale()),
        where=tell_where(event),
        note=_tell_state(event),
        is_cancelled=event.is_cancelled,
        is_past=is_past,
        is_next=is_next,
        speakers=_("with %(names)s") % {"names": _enumerate(names)} if names else "",
        excerpt=shorten(one_line(markdown_text(account)), EXCERPT),
        remains=tell_remains(event, url, conditions=conditions) if is_past or account else (),
    )


def tell_where(event: Event) -> str:
    """``Online (Videokonferenz)``, ``CityCube Berlin und online``, ``Potsdam``. Never the join link."""
    place = one_line(event.place)
    if event.format is EventFormat.ONLINE:
        return _("online, by video conference")
    if event.format is EventFormat.HYBRID:
        return _("%(place)s and online") % {"place": place} if place else _("on site and online")
    return place or _("on site, the place is still open")


def tell_arrival(event: Event, *, now: datetime) -> Markup:
    """How one gets there; empty where nobody travels, or nobody does any more."""
    found = event.series
    if event.format is EventFormat.ONLINE or event.is_cancelled or event.over_at(found.zone) <= now:
        return Markup("")
    return markdown(words(found, event.arrival))


def tell_calendar_url(found: Series, event: Event) -> str:
    """Where the event's calendar entry is, in the page's language; empty without a fixed date."""
    if not event.is_dated:
        return ""
    return url_for("calendars.entry", slug=found.slug, event_slug=event.slug, lang=languages.locale())


def words(found: Series, text: Words) -> str:
    """What the organisers wrote, in the page's language where the series speaks it, else in its first one."""
    return in_language(text, found.spoken(languages.locale()), found.languages)


def markdown(text: str) -> Markup:
    # The one place where text becomes markup: markdown_html lets only harmless tags pass.
    return Markup(markdown_html(text)) if text else Markup("")  # noqa: S704


def shorten(text: str, length: int) -> str:
    """About ``length`` characters at most, cut between words; what was cut within a sentence ends in dots."""
    if len(text) <= length:
        return text
    cut = text[:length].rpartition(" ")[0].rstrip(" ,;:–-")
    return cut if cut.endswith((".", "!", "?")) else f"{cut} …"


def public_url(endpoint: str, **values: Any) -> str:
    """The address as the world knows it: what calendars keep must not depend on how this request came in."""
    return parts().config.base_url + url_for(endpoint, **values)


def load_events(session: Session, found: Series) -> None:
    """Fetch what hangs on the events at once; afterwards the relationships are at hand."""
    both = (selectinload(Event.speakers), selectinload(Event.materials))
    session.scalars(select(Event).where(Event.series_id == found.id).options(*both)).all()


def _count_conditions(session: Session, found: Series) -> Mapping[EventId, int]:
    condition = outcomes.FrameworkCondition
    rows = session.execute(
        select(condition.event_id, func.count())
        .join(Event, Event.id == condition.event_id)
        .where(Event.series_id == found.id)
        .group_by(condition.event_id)
    )
    return {event_id: count for event_id, count in rows}


def _tell_next(
    session: Session, found: Series, lines: Mapping[EventId, EventLine], *, now: datetime
) -> NextEvent | None:
    event = next((event for event in found.events if lines[event.id].is_next), None)
    if event is None:
        return None
    return NextEvent(
        line=lines[event.id],
        distance=tell_distance(event.starts_at, found, now) if event.starts_at else "",
        calendar_url=tell_calendar_url(found, event),
        way_in=tell_way_in(session, event, now=now),
        teaser=shorten(one_line(markdown_text(words(found, event.announcement))), DESCRIPTION),
    )


def _tell_state(event: Event) -> str:
    if event.state is EventState.CANCELLED:
        return _("cancelled")
    if event.state is EventState.PROVISIONAL:
        return _("date not yet certain")
    return ""


def _enumerate(names: Sequence[str]) -> str:
    """``A``, ``A und B``, ``A, B und C``."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
