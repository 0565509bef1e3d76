"""People whom the organisers vouch for: consent was given elsewhere, on paper or in another list."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.core.errors import Refused
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people import Person, find_or_add_person, is_suppressed
from mailer.series import Series, is_over
from mailer.subscriptions.models import Consent, ConsentStep, Subscription, SubscriptionState
from mailer.subscriptions.sign_up import find_of_person


class Admission(enum.StrEnum):
    IMPORTED = "imported"  # new on the list, active
    UPDATED = "updated"  # was active or pending; name, language or state changed
    UNCHANGED = "unchanged"  # was active with just these facts


class NotAdmitted(Refused):
    """An import must not override a person's own decision. ``reason``: ``blocked``, ``left``, ``bounced`` or ``over``."""

    code = "not_admitted"


def admit(
    session: Session,
    series: Series,
    address: EmailAddress,
    *,
    name: str,
    language: Locale,
    confirmed_at: datetime | None,
    evidence: str,
    pseudonym: Pseudonym,
    now: datetime,
) -> Admission:
    """Put a person on the list as active, without any mail: she consented elsewhere, and ``evidence`` says where.

    Who left, bounced or was blocked does not come back this way.

    Raises NotAdmitted.
    """
    if is_over(series, now):
        raise NotAdmitted(reason="over")
    if is_suppressed(session, pseudonym(address)):
        raise NotAdmitted(reason="blocked")
    person = find_or_add_person(session, address, name=name, language=language, pseudonym=pseudonym, now=now)
    found = find_of_person(session, person, series)
    if found is not None and found.state in (SubscriptionState.LEFT, SubscriptionState.BOUNCED):
        raise NotAdmitted(reason=found.state.value)
    if found is not None and found.state is SubscriptionState.ACTIVE:
        return _update(person, name=name, language=language)

    subscription = found or Subscription(
        person_id=person.id, series_id=series.id, request=0, owed_number=0, requested_at=now
    )
    subscription.state, subscription.owed = SubscriptionState.ACTIVE, None
    subscription.asked_name, subscription.asked_language = name, language
    subscription.confirmed_at = confirmed_at or now
    _update(person, name=name, language=language)
    session.add(subscription)
    session.add(
        Consent(
            series_id=series.id,
            pseudonym=person.pseudonym,
            step=ConsentStep.IMPORTED,
            evidence=evidence,
            at=confirmed_at or now,
        )
    )
    session.flush()
    return Admission.IMPORTED if found is None else Admission.UPDATED


def _update(person: Person, *, name: str, language: Locale) -> Admission:
    before = (person.name, person.language)
    person.name, person.language = name or person.name, language
    return Admission.UNCHANGED if before == (person.name, person.language) else Admission.UPDATED
