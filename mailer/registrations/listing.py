"""Who registered for an event, as a list: counted, filtered, and paged by a key that never moves."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, joinedload

from mailer.core.types import EmailAddress
from mailer.people import Person
from mailer.registrations.models import Attendance, Registration, RegistrationId, RegistrationState
from mailer.registrations.refusing import UnknownRegistration
from mailer.series import Event, EventId, Series


class Standing(enum.StrEnum):
    """How a registration stands, as organisers look for it."""

    ON_SITE = "on_site"  # has a seat on site
    ONLINE = "online"  # takes part online, perhaps waiting for one on site
    WAITING = "waiting"  # has none, and waits for one on site
    PENDING = "pending"  # not confirmed
    WITHDRAWN = "withdrawn"  # given back, lapsed, or taken away


@dataclass(frozen=True)
class ListedSeat:
    """One registration of the list."""

    id: RegistrationId
    name: str
    address: EmailAddress
    standing: Standing
    waitlisted_at: datetime | None
    lapses_at: datetime | None
    requested_at: datetime
    checked_in_at: datetime | None
    answers: Mapping[str, str]
    """As `Registration.answers`."""


@dataclass(frozen=True)
class SeatPage:
    """Some rows, the latest request first, and where the pages beside it begin; absent where there is none."""

    rows: Sequence[ListedSeat]
    newer_than: int | None
    older_than: int | None


def counts_of_events(session: Session, series: Series) -> Mapping[EventId, Counter[Standing]]:
    """How many registrations stand how, for every event of the series that has any; one query."""
    standing = _standing()
    rows = session.execute(
        select(Registration.event_id, standing, func.count())
        .join(Event, Event.id == Registration.event_id)
        .where(Event.series_id == series.id)
        .group_by(Registration.event_id, standing)
    )
    found: dict[EventId, Counter[Standing]] = {}
    for event_id, name, count in rows:
        found.setdefault(event_id, Counter())[Standing(name)] += count
    return found


def counts_of_event(session: Session, event: Event) -> Counter[Standing]:
    """How many registrations of an event stand how; one query."""
    standing = _standing()
    rows = session.execute(
        select(standing, func.count()).where(Registration.event_id == event.id).group_by(standing)
    )
    return Counter({Standing(name): count for name, count in rows})


def count_answers(session: Session, event: Event) -> Counter[str]:
    """How many registrations of an event hold an answer to which question, by its name; one query.

    Those given back count as well, and questions that nobody is asked any more.
    """
    rows = session.scalars(select(Registration.answers).where(Registration.event_id == event.id))
    return Counter(name for answers in rows for name in answers)


def last_change(session: Session, series: Series) -> datetime | None:
    """When a registration of any of the series' events last changed; None without any. One query."""
    found: datetime | None = session.scalar(
        select(func.max(Registration.changed_at))
        .join(Event, Event.id == Registration.event_id)
        .where(Event.series_id == series.id)
    )
    return found


def seat_page(
    session: Session,
    event: Event,
    *,
    standing: Standing | None = None,
    older_than: int | None = None,
    newer_than: int | None = None,
    most: int = 50,
) -> SeatPage:
    """A page of the list; one query, however long it is.

    Ids are given once and never again, so nobody is missed or shown twice while others come and go.
    """
    wanted = _rows(event)
    if standing is not None:
        wanted = wanted.where(_standing() == standing.value)
    if older_than is not None:
        wanted = wanted.where(Registration.id < older_than)
    if newer_than is not None:
        wanted = wanted.where(Registration.id > newer_than)
    backwards = newer_than is not None
    order = Registration.id.asc() if backwards else Registration.id.desc()
    rows = [_listed(*row) for row in session.execute(wanted.order_by(order).limit(most + 1))]
    goes_on, rows = len(rows) > most, rows[:most]
    if backwards:
        rows.reverse()
    has_newer = goes_on if backwards else older_than is not None
    has_older = True if backwards else goes_on
    return SeatPage(
        rows,
        newer_than=rows[0].id if rows and has_newer else None,
        older_than=rows[-1].id if rows and has_older else None,
    )


def get_of_event(session: Session, event: Event, number: int) -> Registration:
    """One registration of an event by its id, with its person. Raises UnknownRegistration."""
    found: Registration | None = session.scalar(
        select(Registration)
        .where(Registration.id == number, Registration.event_id == event.id)
        .options(joinedload(Registration.person))
    )
    if found is None:
        raise UnknownRegistration(registration=number)
    return found


def standing_of(found: Registration) -> Standing:
    if found.state is RegistrationState.HELD:
        return Standing(found.attendance.value)
    return Standing(found.state.value)


def _standing() -> ColumnElement[str]:
    """`standing_of`, in the database."""
    held = Registration.state == RegistrationState.HELD
    return case(
        (and_(held, Registration.attendance == Attendance.ON_SITE), Standing.ON_SITE.value),
        (held, Standing.ONLINE.value),
        (Registration.state == RegistrationState.WAITING, Standing.WAITING.value),
        (Registration.state == RegistrationState.PENDING, Standing.PENDING.value),
        else_=Standing.WITHDRAWN.value,
    )


def _rows(event: Event) -> Select[*tuple[Any, ...]]:
    """The columns of `ListedSeat`, in its order."""
    return (
        select(
            Registration.id,
            Registration.name,
            Person.address,
            _standing(),
            Registration.waitlisted_at,
            Registration.lapses_at,
            Registration.requested_at,
            Registration.checked_in_at,
            Registration.answers,
        )
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.event_id == event.id)
    )


def _listed(
    number: RegistrationId, name: str, address: EmailAddress, standing: str, *more: Any
) -> ListedSeat:
    return ListedSeat(number, name, address, Standing(standing), *more)
