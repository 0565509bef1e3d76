"""Whose letters about a seat cannot arrive any more, by the relay's own word."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.delivery.models import Delivery, DeliveryState
from mailer.delivery.replies import Reply
from mailer.registrations import RegistrationId


def undeliverable_seats(
    session: Session, numbers: Collection[RegistrationId]
) -> frozenset[RegistrationId | None]:
    """Of these registrations those whose last letter was refused because the address does not exist; one query.

    Nothing follows from it by itself: a seat is somebody's until she gives it back, or organisers take it.
    """
    rows = session.execute(
        select(Delivery.registration_id, Delivery.state, Delivery.code, Delivery.reply)
        .where(
            Delivery.registration_id.in_(numbers),
            Delivery.state.in_((DeliveryState.SENT, DeliveryState.FAILED)),
        )
        .order_by(Delivery.id)
    )
    last = {number: (state, Reply(code or 0, reply)) for number, state, code, reply in rows}
    return frozenset(
        number
        for number, (state, reply) in last.items()
        if state is DeliveryState.FAILED and reply.says_no_such_address
    )
