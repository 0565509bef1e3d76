"""Everything we hold about a person, for herself to see (GDPR articles 15 and 20)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.core.addresses import mailbox_key
from mailer.core.types import EmailAddress, Pseudonym
from mailer.delivery import Delivery
from mailer.mailings import Occasion, Told
from mailer.organisers import find_by_address, list_entries_of
from mailer.people import Person, Suppression, find_person
from mailer.registrations import Registration
from mailer.series import Event, Series
from mailer.subscriptions import Consent, Subscription


def everything_about(session: Session, address: EmailAddress, *, pseudonym: Pseudonym) -> dict[str, Any]:
    """All that is stored on the person behind an address, ready for JSON; ``{}`` when there is nothing."""
    person = find_person(session, address)
    hidden = pseudonym(address)
    found = {
        "person": _person(person),
        "subscriptions": _subscriptions(session, person),
        "registrations": _registrations(session, person),
        "consent": _consents(session, hidden),
        "mails": _mails(session, address),
        "suppression": _suppression(session, hidden),
        "organiser": _organiser(session, address),
    }
    return found if any(found.values()) else {}


def _person(person: Person | None) -> dict[str, Any] | None:
    if person is None:
        return None
    return {
        "address": person.address,
        "name": person.name,
        "language": person.language,
        "known_since": _iso(person.created_at),
    }


def _subscriptions(session: Session, person: Person | None) -> list[dict[str, Any]]:
    if person is None:
        return []
    rows = session.scalars(select(Subscription).where(Subscription.person_id == person.id))
    return [
        {
            "series": row.series.slug,
            "state": row.state.value,
            "requested_at": _iso(row.requested_at),
            "asked_name": row.asked_name,
            "asked_language": row.asked_language,
            "confirmed_at": _iso(row.confirmed_at),
            "paused_until": row.paused_until.isoformat() if row.paused_until else None,
            "left_at": _iso(row.left_at),
            "ended_at": _iso(row.ended_at),
            "bounced_at": _iso(row.bounced_at),
            "reminded_at": _iso(row.reminded_at),
            "access_asked_at": _iso(row.access_asked_at),
            "told_of": _told_of(session, row),
        }
        for row in rows
    ]


def _registrations(session: Session, person: Person | None) -> list[dict[str, Any]]:
    if person is None:
        return []
    rows = session.scalars(
        select(Registration).where(Registration.person_id == person.id).order_by(Registration.id)
    )
    return [
        {
            "series": row.event.series.slug,
            "event": row.event.slug,
            "seat": row.state.value,
            "attendance": row.attendance.value,
            "name": row.name,
            "language": row.language,
            "answers": row.answers,
            "wish": row.wish,
            "wording": row.wording,
            "requested_at": _iso(row.requested_at),
            "confirmed_at": _iso(row.confirmed_at),
            "waitlisted_at": _iso(row.waitlisted_at),
            "lapses_at": _iso(row.lapses_at),
            "withdrawn_at": _iso(row.withdrawn_at),
            "withdrawals": row.withdrawals,
            "checked_in_at": _iso(row.checked_in_at),
            "changed_at": _iso(row.changed_at),
            "repeated_at": _iso(row.repeated_at),
            "told_at": _iso(row.told_at),
            "access_asked_at": _iso(row.access_asked_at),
        }
        for row in rows
    ]


def _consents(session: Session, pseudonym: str) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Consent, Series.slug)
        .join(Series, Series.id == Consent.series_id)
        .where(Consent.pseudonym == pseudonym)
        .order_by(Consent.id)
    )
    return [
        {
            "series": slug,
            "step": consent.step.value,
            "wording": consent.wording,
            "evidence": consent.evidence,
            "at": _iso(consent.at),
        }
        for consent, slug in rows
    ]


def _told_of(session: Session, subscription: Subscription) -> list[str]:
    """The slugs of the events she was told of, or is about to be."""
    told = (
        select(Event.slug)
        .join(Occasion, Occasion.event_id == Event.id)
        .join(Told, Told.occasion_id == Occasion.id)
        .where(Told.subscription_id == subscription.id)
        .distinct()
        .order_by(Event.slug)
    )
    return list(session.scalars(told))


def _mails(session: Session, address: EmailAddress) -> list[dict[str, Any]]:
    hers = func.lower(Delivery.address) == mailbox_key(address)
    return [
        {
            "kind": row.kind,
            "series": row.series.slug if row.series else None,
            "event": row.mailing.event.slug if row.mailing and row.mailing.event else None,
            "language": row.language,
            "state": row.state.value,
            "reason": row.reason,
            "opened_at": _iso(row.opened_at),
            "done_at": _iso(row.done_at),
            "answer": f"{row.code} {row.reply}".strip() if row.code else "",
        }
        for row in session.scalars(select(Delivery).where(hers).order_by(Delivery.id))
    ]


def _suppression(session: Session, pseudonym: str) -> dict[str, Any] | None:
    row = session.get(Suppression, pseudonym)
    return None if row is None else {"reason": row.reason.value, "since": _iso(row.created_at)}


def _organiser(session: Session, address: EmailAddress) -> dict[str, Any] | None:
    found = find_by_address(session, address)
    if found is None:
        return None
    return {
        "address": found.address,
        "name": found.name,
        "role": found.role.value,
        "language": found.language,
        "known_since": _iso(found.created_at),
        "first_signed_in_at": _iso(found.joined_at),
        "last_seen_at": _iso(found.seen_at),
        "password_set_at": _iso(found.password_set_at),
        "second_factor_confirmed_at": _iso(found.factor_confirmed_at),
        "disabled_at": _iso(found.disabled_at),
        "log": [
            {"at": _iso(entry.at), "action": entry.action, "series": entry.series, "subject": entry.subject}
            for entry in list_entries_of(session, found)
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
