"""A series as the beginning of another: its words and plans, moved in time, and nothing of what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from mailer import media
from mailer.core.clock import local_day
from mailer.core.types import Words
from mailer.exchange.collecting import collect
from mailer.exchange.creating import create_series
from mailer.exchange.entries import EventEntry, SeriesFile
from mailer.exchange.moving import Shift, moved_by
from mailer.series import EventState, Series, check_slug


@dataclass(frozen=True)
class Copy:
    """What a copy would hold, in numbers, and what stays behind."""

    file: SeriesFile
    events: int
    speakers: int
    rules: int
    """The series' own, and those of its events."""
    materials_left: int
    accounts_left: int


def plan_copy(
    session: Session, series: Series, *, slug: str, title: Words, shift: Shift, months_only: bool
) -> Copy:
    """The copy as it would be: a draft with all events moved by ``shift``.

    With ``months_only`` each event is a draft that keeps only its month. Recordings and documentation,
    links to one meeting and what was said there stay behind. Raises BadSlug, ReservedSlug, DatesTooFar.
    """
    before = collect(session, series)
    file = moved_by(before, shift)
    events = tuple(_begun(event, file, months_only=months_only) for event in file.events)
    return Copy(
        file=replace(file, slug=check_slug(slug), title=title, draft=True, events=events),
        events=len(events),
        speakers=sum(len(event.speakers) for event in events),
        rules=len(file.rules) + sum(len(event.rules or ()) for event in events),
        materials_left=sum(len(event.materials) for event in before.events),
        accounts_left=sum(bool(event.account) for event in before.events),
    )


def copy_series(session: Session, series: Series, copy: Copy, *, now: datetime) -> Series:
    """Store a planned copy; pictures of speakers and the logos come along. Raises SlugTaken."""
    found = create_series(session, copy.file, now=now)
    pictures = [speaker.picture for event in copy.file.events for speaker in event.speakers]
    pictures += [copy.file.logo, *(funder.logo for funder in copy.file.funders)]
    media.share(session, series, found, pictures, now=now)
    return found


def _begun(event: EventEntry, file: SeriesFile, *, months_only: bool) -> EventEntry:
    """The event before anything has come of it."""
    begun = replace(
        event,
        join_url="",
        registration_url="",
        account={},
        documented_at=None,
        state=_state(event, months_only=months_only),
        draft=event.draft or months_only,
        speakers=tuple(replace(speaker, statement={}, quote={}, absent=False) for speaker in event.speakers),
        materials=(),
        conditions=(),
    )
    if not months_only or event.starts_at is None:
        return begun
    month = f"{local_day(event.starts_at, file.zone):%Y-%m}"
    return replace(begun, starts_at=None, ends_at=None, month=month)


def _state(event: EventEntry, *, months_only: bool) -> EventState:
    """A cancelled event is planned anew; one whose date was not certain is not certain again."""
    if months_only or event.starts_at is None:
        return EventState.ANNOUNCED
    return EventState.FIXED if event.state is EventState.CANCELLED else event.state
