"""A mailing written for everybody and sent to nobody: what would go wrong is known before it is let go."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import letters, mailings
from mailer.core.types import EmailAddress, Locale
from mailer.delivery.composing import Composer
from mailer.delivery.previewing import specimen_of_mailing
from mailer.mailings import LeftOut, Mailing
from mailer.people import Person
from mailer.registrations import Registration
from mailer.subscriptions import Subscription

AT_ONCE = 2_000
"""Recipients read in one go: few enough to keep little in memory."""

SHOWN = 100
"""Troubles that are named one by one; of the others their number is told."""

PATIENCE = 8.0
"""Seconds a trial may take; then it says how far it came."""


class _Reader(NamedTuple):
    """One recipient, as far as her letter differs from the others'."""

    id: int
    address: EmailAddress
    name: str
    language: str


@dataclass(frozen=True)
class Trouble:
    """One recipient whose letter could not leave. ``reason``: ``address`` or ``letter``."""

    subscription_id: int
    address: EmailAddress
    reason: str


@dataclass(frozen=True)
class Trial:
    """What came of writing a mailing for everybody it reaches now."""

    recipients: int
    """Whom it reaches now."""
    checked: int
    """How many of them were looked at: all, unless time ran out."""
    by_language: Mapping[str, int]
    broken: Mapping[str, str]
    """Languages in which the letter cannot be written at all, and what went wrong."""
    troubles: tuple[Trouble, ...]
    """The first of those who could not be written to."""
    trouble_count: int
    left_out: LeftOut
    languages_without_words: tuple[str, ...] = field(default=())
    """Languages of recipients in which nothing is written: they read another."""

    @property
    def is_complete(self) -> bool:
        return self.checked == self.recipients


def try_out(
    session: Session, composer: Composer, mailing: Mailing, *, patience: float = PATIENCE, now: datetime
) -> Trial:
    """Write the mailing once per language, and see for each recipient whether it can be made hers.

    For reading only: no row is written and no lock is held, however long it takes. Letters that were
    written once differ in name, address and links alone, so only those are looked at for each person.
    """
    ends = time.monotonic() + patience
    languages: Counter[str] = Counter()
    broken: dict[str, str] = {}
    compiled: set[tuple[str, bool]] = set()
    troubles: list[Trouble] = []
    count = 0
    for person in _recipients(session, mailing, now=now):
        key = (person.language, bool(letters.plain_line(person.name)))
        if key not in compiled:
            compiled.add(key)
            _compile(session, composer, mailing, key, broken, now=now)
        languages[person.language] += 1
        reason = "letter" if person.language in broken else _wrong_with(person)
        if reason:
            count += 1
            if len(troubles) < SHOWN:
                troubles.append(Trouble(person.id, person.address, reason))
        if languages.total() % AT_ONCE == 0 and time.monotonic() > ends:
            break
    written = [code for code in mailing.subject if mailing.subject[code] and mailing.body.get(code)]
    is_message = mailing.kind is mailings.MailingKind.MESSAGE
    checked = languages.total()
    return Trial(
        recipients=checked if time.monotonic() <= ends else mailings.count_reached(session, mailing, now=now),
        checked=checked,
        by_language=dict(languages.most_common()),
        broken=broken,
        troubles=tuple(troubles),
        trouble_count=count,
        left_out=mailings.left_out(session, mailing, now=now),
        languages_without_words=tuple(c for c in languages if c not in written) if is_message else (),
    )


def _recipients(session: Session, mailing: Mailing, *, now: datetime) -> Iterator[_Reader]:
    """Everybody the mailing reaches now, read while they are looked at."""
    chosen = mailings.audience_of(mailing, now=now).subquery()
    people = session.execute(
        select(Subscription.id, Person.address, Person.name, Person.language)
        .join(chosen, chosen.c.id == Subscription.id)
        .join(Person, Person.id == Subscription.person_id)
        .execution_options(yield_per=AT_ONCE)
    )
    seated = session.execute(
        select(Registration.id, Person.address, Registration.name, Registration.language)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.id.in_(mailings.seats_of(mailing)))
    )
    return (_Reader(*row) for row in chain(people, seated))


def _compile(
    session: Session,
    composer: Composer,
    mailing: Mailing,
    key: tuple[str, bool],
    broken: dict[str, str],
    *,
    now: datetime,
) -> None:
    """Write the letter once for one language, with a name or without; note the language if that cannot be done."""
    language: Locale = "en" if key[0] == "en" else "de"
    row = specimen_of_mailing(mailing, language=language, now=now)
    row.facts = {"name": "Name" if key[1] else ""}
    try:
        composer.stencil(session, row, now=now)
    except (ValueError, LookupError, TypeError) as problem:
        broken[key[0]] = str(problem)[:200]


def _wrong_with(person: _Reader) -> str:
    try:
        letters.check_personal(person.address, person.name)
    except ValueError:
        return "address"
    return ""
