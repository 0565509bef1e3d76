"""The people of a series as a list: filtered, searched, and paged by a key that never moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from mailer.core.errors import NotFound
from mailer.core.types import EmailAddress, Locale
from mailer.people import Person, Suppression, begins_with
from mailer.series import Series
from mailer.subscriptions.models import Subscription, SubscriptionId, SubscriptionState

FEW = 1000
"""Up to so many people found, the list is made from them; of more, the list is walked until a page is full."""


class NotOnList(NotFound):
    """Nobody of this number is on the list, or not any more."""

    code = "not_on_list"


@dataclass(frozen=True)
class Look:
    """What of a list is wanted: filters, what to search for, and the row to go on from."""

    state: SubscriptionState | None = None
    language: Locale | None = None
    words: str = ""
    """Beginning of an address, a name or a last name; nothing in it is a wildcard."""
    older_than: int | None = None
    """Rows before this one, by the subscription's id."""
    newer_than: int | None = None


@dataclass(frozen=True)
class Listed:
    """One person on the list."""

    id: SubscriptionId
    address: EmailAddress
    name: str
    language: Locale
    state: SubscriptionState
    requested_at: datetime
    confirmed_at: datetime | None
    paused_until: date | None
    left_at: datetime | None
    ended_at: datetime | None
    bounced_at: datetime | None
    is_suppressed: bool

    @property
    def since(self) -> datetime:
        """Since when she is in her state."""
        moments = {
            SubscriptionState.ACTIVE: self.confirmed_at,
            SubscriptionState.LEFT: self.left_at,
            SubscriptionState.ENDED: self.ended_at,
            SubscriptionState.BOUNCED: self.bounced_at,
        }
        return moments.get(self.state) or self.requested_at


@dataclass(frozen=True)
class Page:
    """Some rows, the latest request first, and where the pages beside it begin; absent where there is none."""

    rows: Sequence[Listed]
    newer_than: int | None
    older_than: int | None


def list_page(session: Session, series: Series, look: Look, *, most: int = 50) -> Page:
    """A page of the list. Two queries with words to search for, one without, however long the list is.

    Ids are given once and never again, so nobody is missed or shown twice while others come and go.
    """
    backwards = look.newer_than is not None
    order = Subscription.id.asc() if backwards else Subscription.id.desc()
    found = session.execute(_narrowed(session, series, look).order_by(order).limit(most + 1))
    rows = [Listed(*row) for row in found]
    goes_on, rows = len(rows) > most, rows[:most]
    if backwards:
        rows.reverse()
    has_newer = goes_on if backwards else look.older_than is not None
    has_older = True if backwards else goes_on
    return Page(
        rows,
        newer_than=rows[0].id if rows and has_newer else None,
        older_than=rows[-1].id if rows and has_older else None,
    )


def counts_on_list(session: Session, series: Series) -> dict[SubscriptionState, int]:
    """How many stand on the list in each state, read from an index alone; those erased are not among them."""
    rows = session.execute(
        select(Subscription.state, func.count())
        .where(Subscription.series_id == series.id)
        .group_by(Subscription.state)
    )
    return dict.fromkeys(SubscriptionState, 0) | {state: count for state, count in rows}


def get_listed(session: Session, series: Series, number: int) -> Subscription:
    """One person of the list by her subscription's id, with what we know of her. Raises NotOnList."""
    found: Subscription | None = session.scalar(
        select(Subscription)
        .where(Subscription.id == number, Subscription.series_id == series.id)
        .options(joinedload(Subscription.person))
    )
    if found is None:
        raise NotOnList(subscription=number)
    return found


def _narrowed(session: Session, series: Series, look: Look) -> Select[*tuple[Any, ...]]:
    wanted = _rows(series)
    if look.state is not None:
        wanted = wanted.where(Subscription.state == look.state)
    if look.language is not None:
        wanted = wanted.where(Person.language == look.language)
    if look.older_than is not None:
        wanted = wanted.where(Subscription.id < look.older_than)
    if look.newer_than is not None:
        wanted = wanted.where(Subscription.id > look.newer_than)
    return _found(session, wanted, look.words) if look.words else wanted


def _found(session: Session, wanted: Select[*tuple[Any, ...]], words: str) -> Select[*tuple[Any, ...]]:
    """Few people found are looked up one by one; of many, the next on the list are never far."""
    ids = session.scalars(select(Person.id).where(begins_with(words)).limit(FEW + 1)).all()
    if len(ids) <= FEW:
        return wanted.where(Subscription.person_id.in_(ids))
    return wanted.where(begins_with(words))


def _rows(series: Series) -> Select[*tuple[Any, ...]]:
    """The columns of `Listed`, in its order."""
    suppressed = exists().where(Suppression.pseudonym == Person.pseudonym)
    return (
        select(
            Subscription.id,
            Person.address,
            Person.name,
            Person.language,
            Subscription.state,
            Subscription.requested_at,
            Subscription.confirmed_at,
            Subscription.paused_until,
            Subscription.left_at,
            Subscription.ended_at,
            Subscription.bounced_at,
            suppressed,
        )
        .join(Person, Person.id == Subscription.person_id)
        .where(Subscription.series_id == series.id)
    )
