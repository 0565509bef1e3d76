"""One dialogue, told in full."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from mailer import media, outcomes
from mailer.core.text import markdown_text, one_line
from mailer.media import StoredFile
from mailer.outcomes import Level
from mailer.series import Event, Material, MaterialKind, Series, Speaker
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.pictures import tell_picture
from mailer.web.public.calendar_ways import tell_calendar_ways, tell_map_url
from mailer.web.public.facts import (
    ConditionsAtLevel,
    EventLine,
    EventPage,
    MaterialLine,
    Neighbour,
    SignUpForm,
    SpeakerCard,
)
from mailer.web.public.file_telling import tell_download
from mailer.web.public.funder_telling import tell_funders
from mailer.web.public.recordings import tell_recordings
from mailer.web.public.telling import DESCRIPTION, markdown, shorten, tell_arrival, tell_line, words
from mailer.web.public.ways_in import safe_url, tell_way_in


def tell_event(
    session: Session, found: Series, event: Event, form: SignUpForm | None, *, now: datetime
) -> EventPage:
    """Everything the page of a dialogue says; the join link only where the organisers made it public."""
    conditions = _tell_conditions(session, found, event)
    announcement = words(found, event.announcement)
    neighbours = list(found.events)
    place = neighbours.index(event)
    line = tell_line(event, found, conditions=0, is_next=False, now=now)
    files = media.files_of(session, found, media.list_names(event))
    open_still = not line.is_past and not line.is_cancelled
    return EventPage(
        line=line,
        number=_("Dialogue %(number)s of %(count)s") % {"number": place + 1, "count": len(neighbours)},
        description=shorten(one_line(markdown_text(announcement)), DESCRIPTION) or _tell_date(line),
        calendar_ways=() if line.is_past else tell_calendar_ways(found, event),
        map_url=tell_map_url(event),
        arrival=tell_arrival(event, now=now),
        join_url=safe_url(event.join_url) if event.join_url_public and open_still else "",
        way_in=tell_way_in(session, event, now=now),
        form=form,
        announcement=markdown(announcement),
        plain_language=markdown(event.plain_language.get(languages.locale(), "")),
        speakers=tuple(_tell_speaker(found, speaker, files) for speaker in event.speakers),
        account=markdown(words(found, event.account)),
        recordings=tell_recordings(found, event.materials, MaterialKind.RECORDING),
        addenda=tell_recordings(found, event.materials, MaterialKind.ADDENDUM),
        materials=tuple(
            _tell_material(found, one, files)
            for one in event.materials
            if not _is_watched(one) or one.file in files
        ),
        guiding_question=words(found, event.guiding_question),
        conditions=conditions,
        before=_neighbour(found, neighbours[place - 1]) if place > 0 else None,
        after=_neighbour(found, neighbours[place + 1]) if place + 1 < len(neighbours) else None,
        funding=markdown(words(found, found.funding)),
        funders=tell_funders(session, found),
        imprint=markdown(words(found, found.imprint)),
        privacy_url=url_for("series_pages.show_series", slug=found.slug, _anchor="privacy"),
    )


def _tell_date(line: EventLine) -> str:
    """When and where, for who shows links while nothing else is written yet."""
    return " · ".join(filter(None, [line.note, line.when.words, line.when.hours, line.where]))


def _tell_speaker(found: Series, speaker: Speaker, files: Mapping[str, StoredFile]) -> SpeakerCard:
    seen = words(found, speaker.picture_text) or _("Portrait of %(name)s") % {"name": speaker.name}
    return SpeakerCard(
        name=speaker.name,
        role=words(found, speaker.role),
        post=", ".join(filter(None, [words(found, speaker.job), speaker.organisation])),
        topic=words(found, speaker.topic),
        statement=words(found, speaker.statement),
        quote=words(found, speaker.quote),
        absent=speaker.absent,
        picture=tell_picture(files.get(speaker.picture), seen),
    )


def _tell_material(found: Series, material: Material, files: Mapping[str, StoredFile]) -> MaterialLine:
    kinds = {
        MaterialKind.RECORDING: _("Video recording"),
        MaterialKind.PRESENTATION: _("Presentation"),
        MaterialKind.LINK: _("Link"),
        MaterialKind.ADDENDUM: _("Addendum"),
    }
    return MaterialLine(
        kind=kinds[material.kind],
        title=words(found, material.title),
        credit=material.credit,
        url=safe_url(material.url),
        download=tell_download(files.get(material.file)),
    )


def _is_watched(material: Material) -> bool:
    """Whether it stands among what can be watched on the page, and so not in the list."""
    return material.kind in (MaterialKind.RECORDING, MaterialKind.ADDENDUM) and bool(safe_url(material.url))


def _tell_conditions(session: Session, found: Series, event: Event) -> tuple[ConditionsAtLevel, ...]:
    names = {Level.MUNICIPALITY: _("Municipalities"), Level.STATE_AND_FEDERAL: _("State and federation")}
    return tuple(
        ConditionsAtLevel(names[level], tuple(words(found, condition.text) for condition in conditions))
        for level, conditions in outcomes.conditions_of(session, event).items()
    )


def _neighbour(found: Series, event: Event) -> Neighbour:
    url = url_for("series_pages.show_event", slug=found.slug, event_slug=event.slug)
    return Neighbour(url, words(found, event.title))
