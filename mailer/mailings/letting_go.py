"""A draft is let go: by whom it may be, when, and what must be there before."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, update
from sqlalchemy.orm import Session

from mailer.core.errors import Invalid, Refused
from mailer.mailings.audience import count_reached
from mailer.mailings.drafting import draft_of, mistakes_in, not_as_read
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.mailings.releasing import (
    MESSAGE_USEFUL_FOR,
    EmptyMessage,
    NeedsSecondPerson,
    NotByHand,
    check_imprint,
    get_mailing,
)
from mailer.organisers import OrganiserId
from mailer.series import Series, closes_at, is_over
from mailer.subscriptions import SeriesOver

FARTHEST_AHEAD = timedelta(days=2 * 366)
"""Nobody writes a message longer ahead; who seems to has mistyped the year."""


class HalfWritten(Refused):
    """In ``languages`` there is a subject without a text, or a text without a subject."""

    code = "half_written"


class NobodyReached(Refused):
    """The audience is empty at this moment."""

    code = "nobody_reached"


class NotThen(Invalid):
    """The time chosen does not do: ``reason`` is ``past``, ``after_the_end`` or ``too_far``."""

    code = "not_then"


def release_draft(
    session: Session,
    mailing_id: int,
    *,
    edition: int,
    releaser: OrganiserId | None,
    due_at: datetime | None = None,
    now: datetime,
) -> Mailing:
    """Let a draft go out, at once or at ``due_at``; the next tick from then on opens its deliveries.

    ``edition`` is the one that was read: nobody lets go what she has not seen. The same organiser's
    second click changes nothing and gets the same mailing. Who releases without being an organiser
    (None, from the command line) is somebody else than every organiser.

    Raises UnknownMailing, WrongState, DraftChanged, NeedsSecondPerson and what `check_draft` raises.
    """
    known = get_mailing(session, mailing_id)
    if _is_done_already(known, edition, releaser):
        return known
    if known.state is not MailingState.DRAFT or known.edition != edition:
        raise not_as_read(known)
    check_draft(session, known, due_at=due_at, now=now)
    leaves = due_at or now
    released = session.scalar(
        update(Mailing)
        .where(
            Mailing.id == mailing_id,
            Mailing.state == MailingState.DRAFT,
            Mailing.edition == edition,
            or_(~_asks_for_two(), Mailing.author_id.is_distinct_from(releaser)),
        )
        .values(
            state=MailingState.RELEASED,
            releaser_id=releaser,
            due_at=leaves,
            not_after=leaves + MESSAGE_USEFUL_FOR,
            event_starts_at=known.event.starts_at if known.event else None,
        )
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(known)
    if released is None and not _is_done_already(known, edition, releaser):
        raise _why_not(known, edition)
    return known


def check_draft(session: Session, mailing: Mailing, *, due_at: datetime | None, now: datetime) -> None:
    """Whether a draft could be let go now.

    Raises NotByHand, SeriesOver, NoImprint, EmptyMessage, HalfWritten, NotThen, NobodyReached, and
    the error of a placeholder that nothing can be filled in for any more.
    """
    series = mailing.series
    if mailing.kind is not MailingKind.MESSAGE:
        raise NotByHand(kind=mailing.kind.value)
    if is_over(series, now):
        raise SeriesOver(series=series.slug)
    check_imprint(series)
    _check_words(mailing)
    if due_at is None:
        if not count_reached(session, mailing, now=now):
            raise NobodyReached(mailing=mailing.id)
    else:
        _check_time(series, due_at, now=now)


def needs_second_person(mailing: Mailing, releaser: OrganiserId | None) -> bool:
    """Whether this organiser has to leave it to another one."""
    return mailing.series.second_release and mailing.author_id == releaser


def _check_words(mailing: Mailing) -> None:
    draft = draft_of(mailing)
    if not any(draft.subject.values()) or not any(draft.body.values()):
        raise EmptyMessage()
    half = [code for code in draft.languages if not (draft.subject.get(code) and draft.body.get(code))]
    if half:
        raise HalfWritten(languages=half)
    for mistake in mistakes_in(mailing.series, draft):
        raise mistake.error


def _check_time(series: Series, due_at: datetime, *, now: datetime) -> None:
    end = closes_at(series)
    if due_at <= now:
        raise NotThen(reason="past")
    if end is not None and due_at >= end:
        raise NotThen(reason="after_the_end")
    if due_at - now > FARTHEST_AHEAD:
        raise NotThen(reason="too_far")


def _asks_for_two() -> ColumnElement[bool]:
    """Asked in the statement itself, so that the setting counts as it is at that moment."""
    return exists().where(Series.id == Mailing.series_id, Series.second_release)


def _why_not(known: Mailing, edition: int) -> Exception:
    if known.state is MailingState.DRAFT and known.edition == edition:
        return NeedsSecondPerson(mailing=known.id)
    return not_as_read(known)


def _is_done_already(known: Mailing, edition: int, releaser: OrganiserId | None) -> bool:
    """Whether this very click was heard before."""
    gone = known.state in (MailingState.RELEASED, MailingState.SENDING, MailingState.DONE)
    return gone and known.edition == edition and known.releaser_id == releaser
