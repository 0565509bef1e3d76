"""Changing events so that calendars can follow, and the slugs they may bear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from mailer.core.db import rows_changed
from mailer.core.errors import Invalid, Refused
from mailer.series.models import Event, Series

RESERVED_SLUGS = frozenset(
    [
        "_mail",
        "api",
        "archive",
        "archiv",
        "calendar.ics",
        "calendar",
        "confirm",
        "desk",
        "docs",
        "embed",
        "event.ics",
        "favicon.ico",
        "favicon",
        "feed.xml",
        "feed",
        "healthz",
        "impressum",
        "imprint",
        "join",
        "kontakt",
        "media",
        "metrics",
        "organiser",
        "organisers",
        "privacy",
        "readyz",
        "register",
        "registrations",
        "robots.txt",
        "robots",
        "series",
        "sitemap.xml",
        "sitemap",
        "static",
        "subscribe",
        "subscriptions",
        "unsubscribe",
        "well-known",
    ]
)
"""Addresses of ours: a series or an event of that name could not be reached."""

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80


class BadSlug(Invalid):
    """A slug has other characters than small letters, digits and single hyphens, or too many."""

    code = "bad_slug"


class SlugTaken(Invalid):
    """Another event of the series, or another series, has this slug already."""

    code = "slug_taken"


class EditedMeanwhile(Refused):
    """Somebody else changed it after the form was opened; nothing was saved."""

    code = "edited_meanwhile"


class ReservedSlug(Invalid):
    """The slug is an address of ours."""

    code = "reserved_slug"


def check_slug(slug: str) -> str:
    """The slug itself, when a page may have it.

    Raises BadSlug, ReservedSlug.
    """
    if slug in RESERVED_SLUGS:
        raise ReservedSlug(slug=slug)
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        raise BadSlug(slug=slug[:LONGEST_SLUG])
    return slug


def raise_revision(event: Event, *, now: datetime) -> None:
    """Count a change its guests must know of: start, end, format, place or state (RFC 5546 section 2.1.4)."""
    event.revision += 1
    event.changed_at = event.revised_at = now


def note_state(event: Event, *, now: datetime) -> None:
    """Remember since when it is cancelled: what is edited of it later does not count anew."""
    if not event.is_cancelled:
        event.cancelled_at = None
    elif event.cancelled_at is None:
        event.cancelled_at = now


def publish_event(event: Event, *, now: datetime) -> None:
    """Let the world know of a draft as it stands now. For its guests it is new: nothing that was due before is owed,
    and what was changed while it was a draft is no news.
    """
    event.draft = False
    event.created_at = event.changed_at = now
    event.redated_at = None
    event.announced_revision, event.announced_state = event.revision, event.state
    event.announced_starts_at, event.announced_ends_at = event.starts_at, event.ends_at
    event.announced_month, event.announced_format = event.month, event.format
    event.announced_place = event.place


def claim_event(session: Session, event: Event, *, edition: int) -> None:
    """Take the event for an edit that began from this edition: of two who save at once, one UPDATE decides.

    Raises EditedMeanwhile for the slower of them.
    """
    claimed = session.execute(
        update(Event).where(Event.id == event.id, Event.edition == edition).values(edition=edition + 1)
    )
    if not rows_changed(claimed):
        raise EditedMeanwhile(event=event.id)
    session.refresh(event, ["edition"])


def claim_series(session: Session, series: Series, *, edition: int) -> None:
    """The same for a series' settings. Raises EditedMeanwhile."""
    claimed = session.execute(
        update(Series).where(Series.id == series.id, Series.edition == edition).values(edition=edition + 1)
    )
    if not rows_changed(claimed):
        raise EditedMeanwhile(series=series.slug)
    session.refresh(series, ["edition"])


def put_in_order(events: Sequence[Event]) -> int:
    """Number the events; the answer is how many stood elsewhere. A place in the list is no news to guests."""
    moved = [(position, event) for position, event in enumerate(events) if event.position != position]
    for position, event in moved:
        event.position = position
    return len(moved)


def note_new_date(event: Event, *, now: datetime) -> None:
    """Remember that the date was set or moved just now: what its rules would have asked for before is owed at once.

    For an event that is new, nothing is owed for what was past when it was created.
    """
    event.redated_at = now
