"""What can be counted of a series: its mailings and its list, without an address."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import delivery, exchange, mailings, subscriptions
from mailer.core.clock import iso_in, local_day
from mailer.delivery import DeliveryState
from mailer.series import Series
from mailer.subscriptions import Consent, ConsentStep

STATES = tuple(
    state.value for state in DeliveryState if state not in (DeliveryState.CLAIMED, DeliveryState.HELD)
)
"""Those that are seen from outside; their sum is the number of recipients."""

STEPS = tuple(step.value for step in ConsentStep)

Row = dict[str, Any]


def mailing_rows(session: Session, series: Series) -> list[Row]:
    """One row a mailing, the oldest first. A constant number of queries."""
    slugs = {event.id: event.slug for event in series.all_events}
    listed = mailings.list_mailings(session, series)
    counts = delivery.counts_of_several(session, listed)
    return [
        {
            "number": one.id,
            "kind": one.kind.value,
            "event": slugs.get(one.event_id, "") if one.event_id else "",
            "state": one.state.value,
            "due_at": iso_in(one.due_at, series.zone) or "",
            "recipients": one.recipients,
            **{state: counts[one.id][state] for state in STATES},
        }
        for one in listed
    ]


def growth_rows(session: Session, series: Series) -> list[Row]:
    """How many people took which step, by day in the series' zone, from the record of consents."""
    days: dict[date, Counter[str]] = defaultdict(Counter)
    taken = select(Consent.step, Consent.at).where(Consent.series_id == series.id)
    for step, at in session.execute(taken.execution_options(yield_per=1000)):
        days[local_day(at, series.zone)][step.value] += 1
    return [{"day": day.isoformat(), **{step: days[day][step] for step in STEPS}} for day in sorted(days)]


def as_json(session: Session, series: Series, *, sent: list[Row], growth: list[Row]) -> bytes:
    """All figures in one document, with how the list stands now."""
    people = subscriptions.counts_by_state(session, series)
    document = {
        "series": series.slug,
        "people": {state.value: count for state, count in people.items()},
        "mailings": sent,
        "growth": growth,
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def as_csv(names: Sequence[str], rows: Sequence[Row]) -> bytes:
    """A list for spreadsheets: the names of its columns, then the rows; no cell is run as a formula."""
    lines = [tuple(names), *(tuple(str(row[name]) for name in names) for row in rows)]
    return "".join(exchange.line_of(line, ",") for line in lines).encode()


MAILING_COLUMNS = ("number", "kind", "event", "state", "due_at", "recipients", *STATES)
GROWTH_COLUMNS = ("day", *STEPS)
