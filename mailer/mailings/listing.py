"""The mailings of a series, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from mailer.mailings.models import Mailing, MailingState
from mailer.series import Series


def count_by_state(session: Session, series: Series) -> Mapping[MailingState, int]:
    """How many mailings of the series stand where; every state is there."""
    rows = session.execute(
        select(Mailing.state, func.count()).where(Mailing.series_id == series.id).group_by(Mailing.state)
    )
    return dict.fromkeys(MailingState, 0) | {state: number for state, number in rows}


def page_of_mailings(
    session: Session,
    series: Series,
    *,
    states: Sequence[MailingState],
    before: int | None = None,
    most: int = 30,
) -> Sequence[Mailing]:
    """The latest first, with their dialogue and author; ``before`` pages on from a mailing's id."""
    wanted = (
        select(Mailing)
        .options(joinedload(Mailing.event), joinedload(Mailing.author), joinedload(Mailing.releaser))
        .where(Mailing.series_id == series.id, Mailing.state.in_(states))
        .order_by(Mailing.id.desc())
    )
    if before is not None:
        wanted = wanted.where(Mailing.id < before)
    return session.scalars(wanted.limit(most)).all()


def ever_opened(session: Session) -> set[int]:
    """The ids of all mailings of which letters left, leave, or may leave."""
    return set(session.scalars(select(Mailing.id).where(Mailing.opened_at.is_not(None))))
