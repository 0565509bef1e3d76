"""Series files as organisers write them; JSON is YAML too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mailer import exchange
from mailer.series import Series
from mailer.subscriptions import Subscription
from tests.support.house import House
from tests.support.making import NOON, a_subscription

START = "2023-05-25 17:00"
"""Thursday, in Berlin; 15:00 in UTC."""


def dialogue(slug: str = "boden", starts_at: str = START, **facts: Any) -> dict[str, Any]:
    """An online dialogue of 90 minutes."""
    plain = {
        "slug": slug,
        "title": {"de": f"Wie gelingt {slug}?", "en": f"How does {slug} succeed?"},
        "starts_at": starts_at,
        "duration": "PT90M",
        "format": "online",
        "join_url": f"https://meet.example.org/{slug}",
    }
    return plain | facts


def undated(slug: str = "beteiligung", month: str = "2023-08", **facts: Any) -> dict[str, Any]:
    """A dialogue of which only the month is known."""
    plain = {"slug": slug, "title": {"de": f"Wie gelingt {slug}?"}, "month": month, "format": "on_site"}
    return plain | {"place": "Potsdam"} | facts


def series_file(*dialogues: dict[str, Any], slug: str = "wandel", **facts: Any) -> bytes:
    """A series in German and English with the reminders of every series."""
    plain = {
        "slug": slug,
        "title": {"de": "Wandel", "en": "Change"},
        "languages": ["de", "en"],
        "timezone": "Europe/Berlin",
        "sender": {"name": "Netzwerk Übung", "address": "dialog@example.org"},
        "imprint": "Netzwerk Übung, Musterweg 1",
        "events": list(dialogues),
    }
    return json.dumps(plain | facts, ensure_ascii=False).encode()


def bring_in(
    house: House, *dialogues: dict[str, Any], now: datetime = NOON, readers: Sequence[str] = (), **facts: Any
) -> Series:
    """Import a series, or what has changed of it.

    ``readers`` are on its list from its first moment: a worker that runs meanwhile sees no series without them.
    """
    with house.transaction() as session:
        series = exchange.import_series(session, series_file(*dialogues, **facts), now=now).series
        for address in readers:
            a_subscription(session, series, address)
        return series


def seat(house: House, series: Series, *addresses: str, **facts: Any) -> list[Subscription]:
    """Put people on the list of whom nobody is owed a welcome."""
    with house.transaction() as session:
        here = session.get_one(Series, series.id)
        return [a_subscription(session, here, address, **facts) for address in addresses]


def crowd(count: int) -> list[str]:
    """Addresses in alphabetical order."""
    return [f"person-{number:03}@example.net" for number in range(count)]
