"""How letters get into the ledger: what somebody asked for, what is due, what organisers must hear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, literal, select
from sqlalchemy.orm import Session

from mailer import mailings, organisers
from mailer.core.db import insert_for, insert_unless_there, reading_each_table_once, rows_changed
from mailer.core.types import EmailAddress, Locale
from mailer.delivery import progress
from mailer.delivery.models import Delivery, DeliveryId, DeliveryState
from mailer.delivery.seat_letters import ACCESS_COUNTS_FOR
from mailer.delivery.seat_rows import open_seats
from mailer.mailings import Mailing, MailingKind, MailingState
from mailer.people import Person
from mailer.series import Event, Series, next_event
from mailer.subscriptions import CONFIRM_WITHIN, OwedLetter, Subscription, SubscriptionId

LETTERS_AT_ONCE = 200
"""How many owed letters one transaction writes, so that others get their turn."""
_COUNTED = {"preserve_rowcount": True}  # psycopg forgets it for INSERT … SELECT unless asked


def open_letters(session: Session, *, now: datetime) -> int:
    """Write a ledger row for every letter that people's own steps ask for; the number of rows."""
    owed = session.scalars(
        select(Subscription)
        .where(Subscription.owed.is_not(None))
        .order_by(Subscription.id)
        .limit(LETTERS_AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True, of=Subscription)
    ).all()
    for subscription in owed:
        if subscription.owed is not None:
            _OWED[subscription.owed](session, subscription, now)
        subscription.owed = None
    session.flush()
    return len(owed)


def open_sign_in_links(session: Session, *, now: datetime) -> int:
    """Write a row for every sign-in link and invitation that waits to be mailed; the number of rows."""
    links = organisers.links_to_mail(session)
    for link in links:
        kind = "invitation" if link.invites else "signin"
        counts_for = organisers.INVITATION_COUNTS_FOR if link.invites else organisers.LINK_COUNTS_FOR
        _add(
            session,
            key=f"{kind}:{link.id}",
            kind=kind,
            address=link.organiser.address,
            language=link.organiser.language,
            facts={"link": link.id},
            not_after=link.created_at + counts_for,
            now=now,
        )
        link.to_mail = False
    return len(links)


def open_notices(session: Session, *, now: datetime) -> int:
    """Tell every organiser, in one mail, of the mailings that were missed since the last one."""
    missed = session.scalars(
        select(Mailing)
        .where(Mailing.state == MailingState.MISSED, Mailing.noticed_at.is_(None))
        .order_by(Mailing.id)
    ).all()
    if not missed:
        return 0
    for mailing in missed:
        mailing.noticed_at = now
    told = [one for one in organisers.list_organisers(session) if one.disabled_at is None]
    for organiser in told:
        _add(
            session,
            key=f"notice:{organiser.id}:{missed[-1].id}",
            kind="notice",
            address=organiser.address,
            language=organiser.language,
            facts={"mailings": [mailing.id for mailing in missed]},
            not_after=now + timedelta(days=4),
            now=now,
        )
    return len(told)


def open_mailings(session: Session, *, now: datetime) -> int:
    """Write one row per recipient of every mailing that is due; the number of rows."""
    return sum(
        _open_mailing(session, mailing, now=now) for mailing in mailings.due_mailings(session, now=now)
    )


def open_test_copy(
    session: Session,
    series: Series,
    event: Event | None,
    *,
    kind: MailingKind,
    address: EmailAddress,
    language: Locale,
    subject: dict[str, str],
    body: dict[str, str],
    key: str,
    name: str = "",
    with_calendar: bool = True,
    now: datetime,
) -> DeliveryId:
    """Queue one letter of a mailing to one address, marked as a test; nobody counts as told.

    ``name`` is what its reader is called in it. The same ``key`` twice is one letter."""
    insert_unless_there(
        session,
        Delivery,
        key=f"test:{key}",
        kind=kind.value,
        address=address,
        language=language,
        series_id=series.id,
        facts={
            "test": True,
            "event": event.id if event else None,
            "subject": subject,
            "body": body,
            "name": name,
            "calendar": with_calendar,
        },
        next_at=now,
        not_after=now + timedelta(days=1),
        opened_at=now,
    )
    return session.scalars(select(Delivery.id).where(Delivery.key == f"test:{key}")).one()


def _open_mailing(session: Session, mailing: Mailing, *, now: datetime) -> int:
    mailings.lock_series(session, mailing.series)
    reached = mailings.tell(session, mailing, now=now)
    columns, rows = _rows(mailing, reached, now=now)
    statement = insert_for(session, Delivery).from_select(columns, rows.where(literal(True)))
    with reading_each_table_once(session):
        told = session.execute(statement.on_conflict_do_nothing(), execution_options=_COUNTED)
    written = rows_changed(told) + open_seats(session, mailing, now=now)
    mailing.opened_at, mailing.recipients = now, written
    mailing.languages = progress.count_languages(session, mailing)
    mailing.state = MailingState.SENDING
    session.flush()
    return written


def _rows(
    mailing: Mailing, reached: Select[SubscriptionId], *, now: datetime
) -> tuple[list[str], Select[Any]]:
    """The ledger's columns for each recipient, filled in the database alone."""
    chosen = reached.subquery()
    person = cast(Subscription.person_id, String)
    values: dict[str, Any] = {
        "key": literal(f"m{mailing.id}:p").concat(person),
        "kind": literal(mailing.kind.value),
        "mailing_id": literal(mailing.id),
        "series_id": literal(mailing.series_id),
        "subscription_id": Subscription.id,
        "address": Person.address,
        "language": Person.language,
        "facts": literal({}, Delivery.facts.type),
        "state": literal(DeliveryState.QUEUED, Delivery.state.type),
        "attempt": literal(0),
        "doubtful": literal(0),
        "next_at": literal(mailing.due_at, Delivery.next_at.type),  # no clock set back holds it up
        "not_after": literal(mailing.not_after, Delivery.not_after.type),
        "reply": literal(""),
        "reason": literal(""),
        "opened_at": literal(now, Delivery.opened_at.type),
    }
    rows = (
        select(*values.values())
        .join(chosen, chosen.c.id == Subscription.id)
        .join(Person, Person.id == Subscription.person_id)
    )
    return list(values), rows


def _add(
    session: Session,
    *,
    key: str,
    kind: str,
    address: EmailAddress,
    language: Locale,
    facts: dict[str, Any],
    not_after: datetime,
    now: datetime,
    series_id: Any = None,
    subscription_id: Any = None,
) -> Delivery:
    row = Delivery(
        key=key,
        kind=kind,
        series_id=series_id,
        subscription_id=subscription_id,
        address=address,
        language=language,
        facts=facts,
        state=DeliveryState.QUEUED,
        next_at=now,
        not_after=not_after,
        opened_at=now,
    )
    session.add(row)
    return row


def _confirm(session: Session, subscription: Subscription, now: datetime) -> None:
    _personal(
        session,
        subscription,
        kind="confirm",
        language=subscription.asked_language,
        facts={"request": subscription.request},
        not_after=subscription.requested_at + CONFIRM_WITHIN,
        now=now,
    )


def _welcome(session: Session, subscription: Subscription, now: datetime) -> None:
    """With the next event in it, and a note that this person knows now of all that is under way."""
    series = subscription.series
    mailings.lock_series(session, series)
    told = mailings.tell_newcomer(session, series, subscription.id, now=now)
    upcoming = next_event(series, now)
    _personal(
        session,
        subscription,
        kind="welcome",
        language=subscription.person.language,
        facts={"told": sorted(set(told)), "event": upcoming.id if upcoming else None},
        not_after=now + timedelta(days=4),
        now=now,
    )


def _already(session: Session, subscription: Subscription, now: datetime) -> None:
    _personal(
        session,
        subscription,
        kind="already",
        language=subscription.person.language,
        facts={},
        not_after=now + timedelta(days=1),
        now=now,
    )


def _access(session: Session, subscription: Subscription, now: datetime) -> None:
    _personal(
        session,
        subscription,
        kind="access",
        language=subscription.person.language,
        facts={"minute": int(now.timestamp()) // 60},
        not_after=now + ACCESS_COUNTS_FOR,
        now=now,
    )


def _personal(
    session: Session,
    subscription: Subscription,
    *,
    kind: str,
    language: Locale,
    facts: dict[str, Any],
    not_after: datetime,
    now: datetime,
) -> None:
    _add(
        session,
        key=f"{kind}:{subscription.id}:{subscription.owed_number}",
        kind=kind,
        series_id=subscription.series_id,
        subscription_id=subscription.id,
        address=subscription.person.address,
        language=language,
        facts=facts,
        not_after=not_after,
        now=now,
    )


_OWED: dict[OwedLetter, Callable[[Session, Subscription, datetime], None]] = {
    OwedLetter.CONFIRM: _confirm,
    OwedLetter.WELCOME: _welcome,
    OwedLetter.ALREADY: _already,
    OwedLetter.ACCESS: _access,
}
