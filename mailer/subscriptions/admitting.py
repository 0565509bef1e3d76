"""People whom the organisers vouch for: consent was given elsewhere, on paper or in another list."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from mailer.core.addresses import mailbox_key
from mailer.core.errors import Refused
from mailer.core.types import EmailAddress, Locale, Pseudonym
from mailer.people import Person, Suppression, name_keys
from mailer.series import Series, is_over
from mailer.subscriptions.models import Consent, ConsentStep, Subscription, SubscriptionState

AT_ONCE = 2000
"""People looked up and written together: a few statements for all of them, not for each."""


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
        outcomes += group.admit(evidence=evidence)
    return outcomes


def judge(
    session: Session, series: Series, newcomers: Sequence[Newcomer], *, pseudonym: Pseudonym, now: datetime
) -> list[Admission | NotAdmitted]:
    """What would become of each if `admit` were called now. Writes nothing."""
    if is_over(series, now):
        return [NotAdmitted(reason="over") for _ in newcomers]
    outcomes: list[Admission | NotAdmitted] = []
    for first in range(0, len(newcomers), AT_ONCE):
        group = _Group(session, series, newcomers[first : first + AT_ONCE], pseudonym=pseudonym, now=now)
        outcomes += [group.judge(newcomer) for newcomer in group.newcomers]
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
        self.subscriptions = {found.person_id: found for found in session.scalars(self._subscribed())}
        blocked = select(Suppression.pseudonym).where(Suppression.pseudonym.in_(self.pseudonyms.values()))
        self.blocked = set(session.scalars(blocked))

    def _lock(self) -> None:
        """Have the subscriptions as they stand now, and nobody else's to change until the transaction ends."""
        locked = self._subscribed().with_for_update(key_share=True).execution_options(populate_existing=True)
        self.subscriptions = {found.person_id: found for found in self.session.scalars(locked)}

    def judge(self, newcomer: Newcomer) -> Admission | NotAdmitted:
        if self.pseudonyms[newcomer.address] in self.blocked:
            return NotAdmitted(reason="blocked")
        person = self.people.get(mailbox_key(newcomer.address))
        found = self.subscriptions.get(person.id) if person else None
        if person is None or found is None:
            return Admission.IMPORTED
        if found.state in (SubscriptionState.LEFT, SubscriptionState.BOUNCED):
            return NotAdmitted(reason=found.state.value)
        as_it_is = found.state is SubscriptionState.ACTIVE and _facts(person) == _wanted(person, newcomer)
        return Admission.UNCHANGED if as_it_is else Admission.UPDATED

    def admit(self, *, evidence: str) -> list[Admission | NotAdmitted]:
        self._lock()
        outcomes = [self.judge(newcomer) for newcomer in self.newcomers]
        decided = list(zip(self.newcomers, outcomes, strict=True))
        for newcomer, outcome in decided:
            if outcome is Admission.UPDATED or (outcome is Admission.IMPORTED and self._is_known(newcomer)):
                self._change(newcomer, evidence=evidence)
        self.session.flush()
        self._add(
            [
                newcomer
                for newcomer, outcome in decided
                if outcome is Admission.IMPORTED and not self._is_known(newcomer)
            ],
            evidence=evidence,
        )
        return outcomes

    def _is_known(self, newcomer: Newcomer) -> bool:
        return mailbox_key(newcomer.address) in self.people

    def _change(self, newcomer: Newcomer, *, evidence: str) -> None:
        """Somebody whom the house knows already, from here or from another list."""
        person = self.people[mailbox_key(newcomer.address)]
        person.name, person.language = _wanted(person, newcomer)
        found = self.subscriptions.get(person.id)
        if found is None or found.state is not SubscriptionState.ACTIVE:
            self._activate(person, found, newcomer, evidence=evidence)

    def _add(self, strangers: Sequence[Newcomer], *, evidence: str) -> None:
        """Whom nobody knows yet. Written by statements, not as objects: a list may hold a hundred thousand."""
        if not strangers:
            return
        self.session.execute(insert(Person), [self._person(newcomer) for newcomer in strangers])
        mailboxes = [mailbox_key(newcomer.address) for newcomer in strangers]
        numbered = select(Person.mailbox, Person.id).where(Person.mailbox.in_(mailboxes))
        ids = {mailbox: number for mailbox, number in self.session.execute(numbered)}
        self.session.execute(
            insert(Subscription),
            [
                {"person_id": ids[mailbox]} | self._subscription(newcomer)
                for mailbox, newcomer in zip(mailboxes, strangers, strict=True)
            ],
        )
        self.session.execute(
            insert(Consent), [self._consent(newcomer, evidence=evidence) for newcomer in strangers]
        )

    def _person(self, newcomer: Newcomer) -> dict[str, Any]:
        return {
            "address": newcomer.address,
            "mailbox": mailbox_key(newcomer.address),
            "pseudonym": self.pseudonyms[newcomer.address],
            "name": newcomer.name,
            **name_keys(newcomer.name),
            "language": newcomer.language,
            "created_at": self.now,
        }

    def _subscription(self, newcomer: Newcomer) -> dict[str, Any]:
        return {
            "series_id": self.series.id,
            "state": SubscriptionState.ACTIVE,
            "request": 0,
            "owed_number": 0,
            "asked_name": newcomer.name,
            "asked_language": newcomer.language,
            "requested_at": self.now,
            "confirmed_at": newcomer.confirmed_at or self.now,
        }

    def _consent(self, newcomer: Newcomer, *, evidence: str) -> dict[str, Any]:
        return {
            "series_id": self.series.id,
            "pseudonym": self.pseudonyms[newcomer.address],
            "step": ConsentStep.IMPORTED,
            "wording": "",
            "evidence": evidence,
            "at": newcomer.confirmed_at or self.now,
        }

    def _subscribed(self) -> Select[Subscription]:
        ids = [person.id for person in self.people.values()]
        return select(Subscription).where(
            Subscription.series_id == self.series.id, Subscription.person_id.in_(ids)
        )

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
        self.session.add(Consent(**self._consent(newcomer, evidence=evidence)))


def _facts(person: Person) -> tuple[str, Locale]:
    return person.name, person.language


def _wanted(person: Person, newcomer: Newcomer) -> tuple[str, Locale]:
    """Name and language as the list has them; where it names nobody the known name stays."""
    return newcomer.name or person.name, newcomer.language
