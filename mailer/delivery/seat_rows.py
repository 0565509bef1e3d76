"""The ledger rows of those whom a mailing reaches because they have a seat, not because they are on the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from mailer import mailings
from mailer.core.db import insert_for, rows_changed
from mailer.delivery.models import Delivery, DeliveryState
from mailer.mailings import Mailing
from mailer.people import Person
from mailer.registrations import Registration


def open_seats(session: Session, mailing: Mailing, *, now: datetime) -> int:
    """Write one row for each, by one INSERT … SELECT; the number of rows.

    The key is that of her person: who is a subscriber as well gets one letter of a mailing, not two.
    """
    chosen = mailings.seats_of(mailing).subquery()
    values: dict[str, Any] = {
        "key": literal(f"m{mailing.id}:p").concat(cast(Registration.person_id, String)),
        "kind": literal(mailing.kind.value),
        "mailing_id": literal(mailing.id),
        "series_id": literal(mailing.series_id),
        "registration_id": Registration.id,
        "address": Person.address,
        "language": Registration.language,
        "facts": literal({}, Delivery.facts.type),
        "state": literal(DeliveryState.QUEUED, Delivery.state.type),
        "attempt": literal(0),
        "doubtful": literal(0),
        "next_at": literal(mailing.due_at, Delivery.next_at.type),
        "not_after": literal(mailing.not_after, Delivery.not_after.type),
        "reply": literal(""),
        "reason": literal(""),
        "opened_at": literal(now, Delivery.opened_at.type),
    }
    rows = (
        select(*values.values())
        .join(chosen, chosen.c.id == Registration.id)
        .join(Person, Person.id == Registration.person_id)
        .where(literal(True))
    )
    statement = insert_for(session, Delivery).from_select(list(values), rows)
    written = session.execute(
        statement.on_conflict_do_nothing(), execution_options={"preserve_rowcount": True}
    )
    mailings.mark_told(session, mailing)
    return rows_changed(written)
