"""What happened between a series and one person, for its organisers: her steps, her mails, what was done for her."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from mailer.core.types import EmailAddress, Words
from mailer.delivery import Delivery
from mailer.mailings import Mailing
from mailer.organisers import AuditEntry, Organiser
from mailer.people import Person
from mailer.series import Event, Series
from mailer.subscriptions import Consent, ConsentStep, Subscription

MOST_MAILS = 300
"""The latest of them: no series has as many for one person."""


class MomentKind(enum.StrEnum):
    STEP = "step"  # of her consent
    MAIL = "mail"  # a letter to her
    ACT = "act"  # of an organiser, for her


@dataclass(frozen=True)
class Moment:
    """One thing that happened; ``code`` is a consent step, a kind of letter or an action of the desk."""

    kind: MomentKind
    at: datetime
    code: str
    wording: str = ""
    evidence: str = ""
    state: str = ""
    """Of a letter, as are the ones below."""
    reason: str = ""
    answer: str = ""
    done_at: datetime | None = None
    event_title: Words | None = None
    who: str = ""
    """Which organiser; empty where she is not there any more."""


def moments_of(session: Session, series: Series, subscription: Subscription) -> list[Moment]:
    """Everything that happened, the latest first. Three queries, however much it is.

    Who was erased and came back is somebody new: what happened before is not told.
    """
    found = [_step(consent) for consent in session.scalars(_steps_of(subscription))]
    found += [_mail(*row) for row in session.execute(_mails_of(subscription))]
    found += [_act(*row) for row in session.execute(_acts_for(series, subscription))]
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def _steps_of(subscription: Subscription) -> Select[Consent]:
    """An import is written down with the moment the consent was given elsewhere: that may be before we knew her."""
    hers = or_(
        Consent.at >= Person.created_at,
        and_(Consent.step == ConsentStep.IMPORTED, Consent.at == Subscription.confirmed_at),
    )
    return (
        select(Consent)
        .join(Person, Person.pseudonym == Consent.pseudonym)
        .join(Subscription, Subscription.person_id == Person.id)
        .where(Subscription.id == subscription.id, Consent.series_id == subscription.series_id, hers)
        .order_by(Consent.id.desc())
    )


def _mails_of(subscription: Subscription) -> Select[Delivery, Words]:
    return (
        select(Delivery, Event.title)
        .outerjoin(Mailing, Mailing.id == Delivery.mailing_id)
        .outerjoin(Event, Event.id == Mailing.event_id)
        .where(Delivery.subscription_id == subscription.id)
        .order_by(Delivery.id.desc())
        .limit(MOST_MAILS)
    )


def _acts_for(series: Series, subscription: Subscription) -> Select[datetime, str, str, EmailAddress]:
    return (
        select(AuditEntry.at, AuditEntry.action, Organiser.name, Organiser.address)
        .outerjoin(Organiser, Organiser.id == AuditEntry.organiser_id)
        .where(
            AuditEntry.series == series.slug,
            AuditEntry.subject == str(subscription.id),
            AuditEntry.action.startswith("person.", autoescape=True),
        )
        .order_by(AuditEntry.id.desc())
    )


def _step(consent: Consent) -> Moment:
    return Moment(
        MomentKind.STEP,
        consent.at,
        consent.step.value,
        wording=consent.wording,
        evidence=consent.evidence,
    )


def _mail(row: Delivery, event_title: Words | None) -> Moment:
    return Moment(
        MomentKind.MAIL,
        row.opened_at,
        row.kind,
        state=row.state.value,
        reason=row.reason,
        answer=f"{row.code} {row.reply}".strip() if row.code else "",
        done_at=row.done_at,
        event_title=event_title,
    )


def _act(at: datetime, action: str, name: str | None, address: str | None) -> Moment:
    return Moment(MomentKind.ACT, at, action, who=name or address or "")
