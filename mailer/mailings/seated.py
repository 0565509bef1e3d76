"""Who of those with a seat a mailing goes to: they need be on no list, and get each mailing once.

See docs/decisions/0022-seats-in-mailings.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select, update
from sqlalchemy.orm import Session

from mailer import reminders
from mailer.mailings.models import Audience as MessageAudience
from mailer.mailings.models import Mailing, MailingKind
from mailer.people import Person, Suppression
from mailer.registrations import CONFIRMED, Attendance, Registration, RegistrationId, RegistrationState
from mailer.reminders import Audience, Window
from mailer.series import Event, EventId, Series
from mailer.subscriptions import Subscription, SubscriptionId, SubscriptionState

SeatKey = tuple[EventId, str, bool]
"""Event, attendance, and whether who has the seat is on the list as well."""


def seats_of(mailing: Mailing) -> Select[RegistrationId]:
    """The ids of the registrations a mailing goes to if it leaves now."""
    if mailing.event_id is None:
        return _reachable().where(false())
    if mailing.change is not None:
        return to_tell(mailing.event_id, revision=mailing.event_revision or 0)
    if mailing.kind is MailingKind.MESSAGE and mailing.audience is MessageAudience.REGISTERED:
        return _held(mailing.event_id)
    if mailing.kind not in (MailingKind.INFO, MailingKind.REMINDER) or mailing.occasion is None:
        return _reachable().where(false())
    audience, attendance = reminders.meant_by(mailing.occasion.rule)
    if audience is Audience.SUBSCRIBERS:
        return _reachable().where(false())
    held = _held(mailing.event_id)
    if attendance:
        held = held.where(Registration.attendance == Attendance(attendance))
    if not mailing.again:
        held = held.where(~_is_spoken_for(mailing))
    return held.where(~_is_on_list(mailing.series_id)) if audience is Audience.ALL else held


def count_held(session: Session, event: Event) -> int:
    """How many with a seat at an event can be written to."""
    return session.scalar(select(func.count()).select_from(_held(event.id).subquery())) or 0


def to_tell(event_id: int, *, revision: int) -> Select[RegistrationId]:
    """Who has a seat, or waits for one, and was last written to before this revision of the event."""
    return _reachable().where(
        Registration.event_id == event_id,
        Registration.state.in_(CONFIRMED),
        Registration.told_revision < revision,
    )


def mark_told(session: Session, mailing: Mailing) -> None:
    """Note what those with a seat know by this mailing, before its rows are written or after.

    A change tells them its revision, and speaks for the reminders that came due before it. What brings the
    event with its date, as a reminder does, tells them how it stands now.
    """
    event = mailing.event
    if event is None:
        return
    if mailing.change is not None:
        chosen = to_tell(event.id, revision=mailing.event_revision or 0)
        known: dict[str, object] = {"told_revision": mailing.event_revision}
        if event.is_dated:  # what says that the date is open speaks for no reminder of another one
            known["told_at"] = mailing.due_at
    elif mailing.kind in (MailingKind.INFO, MailingKind.REMINDER) or mailing.with_calendar:
        chosen = seats_of(mailing).where(Registration.told_revision < event.revision)
        known = {"told_revision": event.revision}
    else:
        return
    session.execute(
        update(Registration)
        .where(Registration.id.in_(chosen))
        .values(**known)
        .execution_options(synchronize_session=False)
    )


def has_seat(event_id: int) -> ColumnElement[bool]:
    """Whether a subscriber has a seat at the event, or waits for one: then she hears of changes as its guest."""
    return exists().where(
        Registration.event_id == event_id,
        Registration.person_id == Subscription.person_id,
        Registration.state.in_(CONFIRMED),
    )


def count_to_tell(session: Session, event: Event, *, revision: int) -> Mapping[str, int]:
    """How many with a seat have to hear what is otherwise at this revision, by language."""
    chosen = to_tell(event.id, revision=revision).subquery()
    rows = session.execute(
        select(Registration.language, func.count())
        .join(chosen, chosen.c.id == Registration.id)
        .group_by(Registration.language)
    )
    return {language: count for language, count in rows}


def count_beside(session: Session, event: Event, on_list: Select[SubscriptionId]) -> int:
    """How many who have a seat, or wait for one, are not among these subscriptions: each person once."""
    theirs = select(Subscription.person_id).where(Subscription.id.in_(on_list))
    beside = _reachable().where(
        Registration.event_id == event.id,
        Registration.state.in_(CONFIRMED),
        Registration.person_id.not_in(theirs),
    )
    return session.scalar(select(func.count()).select_from(beside.subquery())) or 0


def seated_events(session: Session, series: Series) -> set[EventId]:
    """The events at which somebody has a seat: for these alone rules for those registered count."""
    held = (
        select(Registration.event_id)
        .join(Event, Event.id == Registration.event_id)
        .where(Event.series_id == series.id, Registration.state == RegistrationState.HELD)
    )
    return set(session.scalars(held.distinct()))


def count_seats(session: Session, series: Series) -> Mapping[SeatKey, Counter[str]]:
    """How many have a seat, by language; one query for all events of the series."""
    listed = _is_on_list(series.id)
    rows = session.execute(
        _reachable()
        .with_only_columns(
            Registration.event_id, Registration.attendance, listed, Registration.language, func.count()
        )
        .join(Event, Event.id == Registration.event_id)
        .where(Event.series_id == series.id, Registration.state == RegistrationState.HELD)
        .group_by(Registration.event_id, Registration.attendance, listed, Registration.language)
    )
    found: dict[SeatKey, Counter[str]] = {}
    for event_id, attendance, on_list, language, count in rows:
        found.setdefault((event_id, attendance.value, bool(on_list)), Counter())[language] += count
    return found


def of_window(seats: Mapping[SeatKey, Counter[str]], window: Window) -> Counter[str]:
    """How many of them a window's mail reaches."""
    audience, attendance = reminders.meant_by(window.rule)
    reached: Counter[str] = Counter()
    for (event_id, way, on_list), count in seats.items():
        is_meant = audience is Audience.REGISTERED or (audience is Audience.ALL and not on_list)
        if event_id == window.event_id and is_meant and attendance in ("", way):
            reached += count
    return reached


def count_with_seats(session: Session, mailing: Mailing) -> int:
    """How many with a seat a mailing reaches if it leaves now."""
    return session.scalar(select(func.count()).select_from(seats_of(mailing).subquery())) or 0


def _held(event_id: int) -> Select[RegistrationId]:
    return _reachable().where(Registration.event_id == event_id, Registration.state == RegistrationState.HELD)


def _is_on_list(series_id: int) -> ColumnElement[bool]:
    return exists().where(
        Subscription.series_id == series_id,
        Subscription.person_id == Registration.person_id,
        Subscription.state == SubscriptionState.ACTIVE,
    )


def _is_spoken_for(mailing: Mailing) -> ColumnElement[bool]:
    """Whether a change that was told her says all that this reminder would, for it came due before."""
    return and_(Registration.told_at.is_not(None), Registration.told_at >= mailing.due_at)


def _reachable() -> Select[RegistrationId]:
    return (
        select(Registration.id)
        .join(Person, Person.id == Registration.person_id)
        .where(~exists().where(Suppression.pseudonym == Person.pseudonym))
    )
