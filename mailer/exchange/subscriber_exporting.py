"""The subscribers of a series as a list for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from mailer.core.clock import iso_in
from mailer.exchange.cells import line_of
from mailer.exchange.subscriber_reading import COLUMNS
from mailer.people import Person
from mailer.series import Series
from mailer.subscriptions import Subscription, SubscriptionState

AT_ONCE = 1000
"""Rows fetched together, so that a list of any length needs as much memory as these."""


def export_subscribers(
    session: Session, series: Series, *, state: SubscriptionState | None = None, separator: str = ","
) -> Iterator[str]:
    """Everybody with a subscription, in whatever state or in one, as lines of CSV in the order of their addresses.

    A cell that a spreadsheet would run as a formula is prefixed with ``'``; an import takes
    that mark away again, and reads each separator.
    """
    yield line_of(COLUMNS, separator)
    wanted = (
        select(
            Person.address,
            Person.name,
            Person.language,
            Subscription.state,
            Subscription.confirmed_at,
            Subscription.paused_until,
        )
        .join(Subscription, Subscription.person_id == Person.id)
        .where(Subscription.series_id == series.id)
        .order_by(Person.mailbox)
        .execution_options(yield_per=AT_ONCE)
    )
    if state is not None:
        wanted = wanted.where(Subscription.state == state)
    for row in session.execute(wanted):
        yield line_of(_cells(row, series), separator)


def _cells(row: Row[*tuple[Any, ...]], series: Series) -> tuple[str, ...]:
    """In the order of COLUMNS."""
    return (
        row.address,
        row.name,
        row.language,
        row.state.value,
        iso_in(row.confirmed_at, series.zone) or "",
        row.paused_until.isoformat() if row.paused_until else "",
    )
