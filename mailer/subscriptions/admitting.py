"""People whom the organisers vouch for: consent was given elsewhere, on paper or in another list."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.core.addresses import mailbox_key
from mailer.core.errors import Refused
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people import Person, Suppression
from mailer.series import Series, is_over
from mailer.subscriptions.models import Consent, ConsentStep, Subscription, SubscriptionState

AT_ONCE = 500
"""People looked up and written together: three queries for all of them, not for each."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody whom the organisers vouch for. ``confirmed_at`` is absent when nobody wrote it down."""

    address: EmailAddress
    name: str
    language: Locale
    confirmed_at: datetime | None = None


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
    newcomers: Sequence[Newcomer],
    *,
    evidence: str,
    pseudonym: Pseudonym,
    now: datetime,
) -> list[Admission | NotAdmitted]:
    """Put people on the list as active, without any mail: they consented elsewhere, and ``evidence`` says where.

    What became of each, in their order. Who left, bounced or was blocked does not come back this
    way. No address may stand twice among them.
    """
    if is_over(series, now):
        return [NotAdmitted(reason="over") for _ in newcomers]
    outcomes: list[Admission | NotAdmitted] = []
    for first in range(0, len(newcomers), AT_ONCE):
        group = _Group(session, series, newcomers[first : first + AT_ONCE], pseudonym=pseudonym, now=now)
        outcomes += [group.admit(newcomer, evidence=evidence) for newcomer in group.newcomers]
        session.flush()
    return outcomes


class _Group:
    """Some newcomers, with what is known of them already."""

    def __init__(
        self,
        session: Session,
        series: Series,
        newcomers: Sequence[Newcomer],
        *,
        pseudonym: Pseudonym,
        now: datetime,
    ) -> None:
        self.session, self.series, self.newcomers, self.now = session, series, newcomers, now
        self.pseudonyms = {newcomer.address: pseudonym(newcomer.address) for newcomer in newcomers}
        known = select(Person).where(Person.mailbox.in_([mailbox_key(one.address) for one in newcomers]))
        self.people = {person.mailbox: person for person in session.scalars(known)}
        ids = [person.id for person in self.people.values()]
        subscribed = select(Subscription).where(
            Subscription.series_id == series.id, Subscription.person_id.in_(ids)
        )
        self.subscriptions = {
            found.person_id: found for found in session.scalars(subscribed.with_for_update(key_share=True))
        }
        blocked = select(Suppression.pseudonym).where(Suppression.pseudonym.in_(self.pseudonyms.values()))
        self.blocked = set(session.scalars(blocked))

    def admit(self, newcomer: Newcomer, *, evidence: str) -> Admission | NotAdmitted:
        if self.pseudonyms[newcomer.address] in self.blocked:
            return NotAdmitted(reason="blocked")
        person = self.people.get(mailbox_key(newcomer.address)) or self._new_person(newcomer)
        found = self.subscriptions.get(person.id) if person.id else None
        if found is not None and found.state in (SubscriptionState.LEFT, SubscriptionState.BOUNCED):
            return NotAdmitted(reason=found.state.value)
        was_active = found is not None and found.state is SubscriptionState.ACTIVE
        changed = _update(person, newcomer)
        if was_active:
            return Admission.UPDATED if changed else Admission.UNCHANGED
        self._activate(person, found, newcomer, evidence=evidence)
        return Admission.IMPORTED if found is None else Admission.UPDATED

    def _new_person(self, newcomer: Newcomer) -> Person:
        person = Person(
            address=newcomer.address,
            mailbox=mailbox_key(newcomer.address),
            pseudonym=self.pseudonyms[newcomer.address],
            name=newcomer.name,
            language=newcomer.language,
            created_at=self.now,
        )
        self.session.add(person)
        return person

    def _activate(
        self, person: Person, found: Subscription | None, newcomer: Newcomer, *, evidence: str
    ) -> None:
        subscription = found or Subscription(
            person=person, series_id=self.series.id, request=0, owed_number=0, requested_at=self.now
        )
        subscription.state, subscription.owed = SubscriptionState.ACTIVE, None
        subscription.asked_name, subscription.asked_language = newcomer.name, newcomer.language
        subscription.confirmed_at = newcomer.confirmed_at or self.now
        subscription.paused_until = subscription.ended_at = None
        self.session.add(subscription)
        self.session.add(
            Consent(
                series_id=self.series.id,
                pseudonym=person.pseudonym,
                step=ConsentStep.IMPORTED,
                evidence=evidence,
                at=newcomer.confirmed_at or self.now,
            )
        )


def _update(person: Person, newcomer: Newcomer) -> bool:
    before = (person.name, person.language)
    person.name, person.language = newcomer.name or person.name, newcomer.language
    return before != (person.name, person.language)
