"""The subscribers of a series as a list for spreadsheets."""

from __future__ import annotations

import csv
import io

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.core.clock import iso_in
from mailer.exchange.subscriber_reading import COLUMNS, FORMULA
from mailer.people import Person
from mailer.series import Series
from mailer.subscriptions import Subscription


def export_subscribers(session: Session, series: Series) -> str:
    """Everybody with a subscription, in whatever state, as CSV in the order of their addresses.

    A cell that a spreadsheet would run as a formula is prefixed with ``'``
    (OWASP ASVS 5, 1.2.10); an import takes that mark away again.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    people = session.execute(
        select(Person, Subscription)
        .join(Subscription, Subscription.person_id == Person.id)
        .where(Subscription.series_id == series.id)
        .order_by(Person.mailbox)
    )
    for person, subscription in people:
        writer.writerow(_guarded(cell) for cell in _cells(person, subscription, series))
    return written.getvalue()


def _cells(person: Person, subscription: Subscription, series: Series) -> tuple[str, ...]:
    """In the order of COLUMNS."""
    paused_until = subscription.paused_until
    return (
        person.address,
        person.name,
        person.language,
        subscription.state.value,
        iso_in(subscription.confirmed_at, series.zone) or "",
        paused_until.isoformat() if paused_until else "",
    )


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
