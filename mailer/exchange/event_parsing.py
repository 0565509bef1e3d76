"""One event of a series file: when it is, who speaks, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from mailer.exchange.entries import EventEntry, MaterialEntry, SpeakerEntry
from mailer.exchange.fields import Fields
from mailer.exchange.question_parsing import read_questions
from mailer.exchange.rule_parsing import read_rules
from mailer.exchange.values import (
    parse_file_name,
    parse_flag,
    parse_length,
    parse_line,
    parse_local_time,
    parse_month,
    parse_slug,
    parse_url,
    parse_whole,
)
from mailer.outcomes import Condition, Level
from mailer.series import EventFormat, EventState, MaterialKind

MOST_SEATS = 1_000_000
LONGEST_SPEAKER_NAME = 200
LONGEST_CREDIT = 500


def read_event(fields: Fields, *, languages: Sequence[str], zone: ZoneInfo) -> EventEntry:
    """The event that stands in ``fields``; what is wrong with it is noted there."""
    dates = _read_dates(fields, zone)
    place = fields.name("place")
    join_url = fields.value("join_url", parse_url, "")
    seats = partial(parse_whole, least=1, most=MOST_SEATS)
    return EventEntry(
        slug=fields.value("slug", parse_slug, "", required=True),
        title=fields.words("title", languages, parse=parse_line, required=True),
        starts_at=dates.starts_at,
        ends_at=dates.ends_at,
        month=dates.month,
        format=fields.one_of("format", EventFormat, _likely_format(place, join_url)),
        place=place,
        arrival=fields.words("arrival", languages),
        join_url=join_url,
        join_url_public=fields.value("join_url_public", parse_flag, False),
        registration_url=fields.value("registration_url", parse_url, ""),
        capacity=fields.value("capacity", seats, None),
        state=dates.state,
        announcement=fields.words("announcement", languages),
        plain_language=fields.words("plain_language", languages),
        account=fields.words("account", languages),
        guiding_question=fields.words("guiding_question", languages),
        documented_at=fields.value("documented_at", partial(parse_local_time, zone=zone), None),
        draft=not fields.value("published", parse_flag, True),
        speakers=tuple(fields.rows("speakers", partial(_read_speaker, languages=languages))),
        materials=tuple(fields.rows("materials", partial(_read_material, languages=languages))),
        conditions=tuple(fields.rows("conditions", partial(_read_condition, languages=languages))),
        questions=read_questions(fields, languages=languages),
        rules=read_rules(fields, default=None),
    )


@dataclass(frozen=True)
class _Dates:
    starts_at: datetime | None
    ends_at: datetime | None
    month: str | None
    state: EventState


def _read_dates(fields: Fields, zone: ZoneInfo) -> _Dates:
    local_time = partial(parse_local_time, zone=zone)
    starts_at = fields.value("starts_at", local_time, None)
    ends_at = fields.value("ends_at", local_time, None)
    length = fields.value("duration", parse_length, None)
    month = fields.value("month", parse_month, None)
    likely = EventState.FIXED if fields.has("starts_at") else EventState.ANNOUNCED
    state = fields.one_of("state", EventState, likely)
    _note_contradictions(fields, state)
    if starts_at is not None and length is not None:
        ends_at = starts_at + length
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        fields.note("ends_at", "ends_too_early")
    return _Dates(starts_at, ends_at, month, state)


def _note_contradictions(fields: Fields, state: EventState) -> None:
    """Note what cannot be together: what matters is which keys are there, for a wrong value is noted already."""
    start, month = fields.has("starts_at"), fields.has("month")
    ends = [key for key in ("ends_at", "duration") if fields.has(key)]
    contradictions = [
        (start and month, "month", "month_and_start"),
        (not start and not month, "", "no_date"),
        (start and not ends, "starts_at", "no_end"),
        (len(ends) == 2, "duration", "two_ends"),
        (month and not start and ends, "".join(ends[:1]), "end_without_start"),
        (not start and state in (EventState.FIXED, EventState.PROVISIONAL), "state", "state_needs_start"),
        (start and state is EventState.ANNOUNCED, "state", "state_needs_month"),
    ]
    for is_wrong, key, reason in contradictions:
        if is_wrong and fields.is_mapping:
            fields.note(key, reason)


def _likely_format(place: str, join_url: str) -> EventFormat:
    """The format of an event that does not say: it has a place, an address, or both."""
    if not place:
        return EventFormat.ONLINE
    return EventFormat.HYBRID if join_url else EventFormat.ON_SITE


def _read_speaker(fields: Fields, *, languages: Sequence[str]) -> SpeakerEntry:
    return SpeakerEntry(
        name=fields.name("name", longest=LONGEST_SPEAKER_NAME, required=True),
        organisation=fields.name("organisation"),
        job=fields.words("position", languages, parse=parse_line),
        role=fields.words("role", languages, parse=parse_line),
        topic=fields.words("topic", languages),
        statement=fields.words("statement", languages),
        quote=fields.words("quote", languages),
        picture=fields.value("picture", parse_file_name, ""),
        picture_text=fields.words("picture_text", languages, parse=parse_line),
        absent=fields.value("absent", parse_flag, False),
    )


def _read_material(fields: Fields, *, languages: Sequence[str]) -> MaterialEntry:
    return MaterialEntry(
        kind=fields.one_of("kind", MaterialKind, MaterialKind.LINK, required=True),
        title=fields.words("title", languages, parse=parse_line, required=True),
        credit=fields.name("credit", longest=LONGEST_CREDIT),
        url=fields.value("url", parse_url, ""),
        file=fields.value("file", parse_file_name, ""),
    )


def _read_condition(fields: Fields, *, languages: Sequence[str]) -> Condition:
    return Condition(
        level=fields.one_of("level", Level, Level.MUNICIPALITY, required=True),
        text=fields.words("text", languages, required=True),
    )
