"""Series, events and people as a test wants them; what it does not say is plain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from mailer import exchange, subscriptions
from mailer.core.addresses import pseudonyms
from mailer.core.types import EmailAddress, Locale
from mailer.series import Event, EventFormat, EventState, Series
from mailer.subscriptions import Subscription

NOON = datetime(2023, 1, 2, 11, 0, tzinfo=UTC)
"""Monday, 2 January 2023, 12:00 in Berlin."""

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "wandel-machen-vor-ort.yaml"
pseudonym = pseudonyms(b"a key for tests")


def a_series(session: Session, *, slug: str = "wandel", **facts: Any) -> Series:
    """A series without events, in Berlin, in German and English."""
    plain: dict[str, Any] = {
        "title": {"de": "Wandel", "en": "Change"},
        "languages": ["de", "en"],
        "timezone": "Europe/Berlin",
        "sender_name": "Netzwerk Übung",
        "sender_address": EmailAddress("dialog@example.org"),
        "about": {},
        "imprint": {"de": "Netzwerk Übung, Musterweg 1", "en": "Netzwerk Übung, Musterweg 1"},
        "privacy": {},
        "funding": {},
        "form_of_address": "sie",
        "closing_days": 14,
        "retention_days": 30,
        "list_id": f"{slug}.example.org",
        "created_at": NOON,
        "changed_at": NOON,
    }
    series = Series(slug=slug, **(plain | facts))
    session.add(series)
    session.flush()
    return series


def an_event(
    session: Session, series: Series, *, slug: str = "boden", starts_at: datetime | None = None, **facts: Any
) -> Event:
    """An online event of 90 minutes; with a start it is fixed, else announced for August 2023."""
    dated: dict[str, Any] = (
        {"state": EventState.ANNOUNCED, "month": "2023-08"}
        if starts_at is None
        else {"state": EventState.FIXED, "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=90)}
    )
    plain: dict[str, Any] = {
        "position": len(series.events),
        "title": {"de": "Wie gelingt der Übergang?", "en": "How does the change succeed?"},
        "format": EventFormat.ONLINE,
        "join_url": "https://meet.example.org/wandel",
        "announcement": {},
        "account": {},
        "guiding_question": {},
        "uid": f"{slug}-1@example.org",
        "revision": 0,
        "created_at": NOON - timedelta(days=365),
        "changed_at": NOON,
    }
    event = Event(series=series, slug=slug, **(plain | dated | facts))
    session.add(event)
    session.flush()
    return event


def a_subscription(
    session: Session,
    series: Series,
    address: str = "anna@example.net",
    *,
    name: str = "Anna Beispiel",
    language: Locale = "de",
    now: datetime = NOON,
) -> Subscription:
    """An active one, of somebody whom the organisers vouch for: no letter is owed."""
    person = subscriptions.Newcomer(EmailAddress(address), name, language, now)
    subscriptions.admit(session, series, [person], evidence="test", pseudonym=pseudonym, now=now)
    found = session.query(Subscription).order_by(Subscription.id.desc()).first()
    assert found is not None
    return found


def the_example(session: Session, *, now: datetime = datetime(2022, 12, 1, tzinfo=UTC)) -> Series:
    """The real series of 2023, imported before it began."""
    return exchange.import_series(session, EXAMPLE.read_bytes(), now=now).series
