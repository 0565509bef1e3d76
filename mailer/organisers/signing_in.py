"""The one-time links that let organisers in: for one sign-in, or for the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from mailer.core.errors import NotFound, Refused
from mailer.organisers.models import Organiser, SignInLink

LINK_COUNTS_FOR = timedelta(minutes=30)
"""A sign-in link lies in a mailbox: half an hour is enough to fetch it."""

INVITATION_COUNTS_FOR = timedelta(days=7)
"""Nobody waits for an invitation: it may lie in a mailbox over a week's holiday."""

KEPT_FOR = timedelta(days=1)
"""How long a link that counts no more is kept, so that a late click still gets a helpful answer."""


class UnknownLink(NotFound):
    """The sign-in link was made here, but its organiser is gone or disabled."""

    code = "unknown_link"


class LinkUsed(Refused):  # the web answers 410
    """Somebody signed in with this link already."""

    code = "link_used"


class SignInTooOld(Refused):  # the web answers 410
    """The sign-in link was used after LINK_COUNTS_FOR."""

    code = "sign_in_too_old"


class InvitationUsed(Refused):  # the web answers 410
    """The invitation was accepted already."""

    code = "invitation_used"


class InvitationTooOld(Refused):  # the web answers 410
    """The invitation was opened after INVITATION_COUNTS_FOR."""

    code = "invitation_too_old"


def open_link(session: Session, organiser: Organiser, *, to_mail: bool, now: datetime) -> SignInLink:
    """A new link for one sign-in; with ``to_mail`` the next tick mails it."""
    return _open(session, SignInLink(organiser_id=organiser.id, created_at=now, to_mail=to_mail))


def open_invitation(session: Session, organiser: Organiser, *, now: datetime) -> SignInLink:
    """A new invitation, which the next tick mails; earlier ones to the same person count no more."""
    session.execute(
        delete(SignInLink).where(SignInLink.organiser_id == organiser.id, SignInLink.invites.is_(True))
    )
    return _open(session, SignInLink(organiser_id=organiser.id, created_at=now, invites=True, to_mail=True))


def sign_in(session: Session, link_id: int, *, now: datetime) -> Organiser:
    """Use a link up and say whom it signs in. Of two who press at once, one wins.

    Raises UnknownLink, LinkUsed, SignInTooOld.
    """
    link = _get(session, link_id, invites=False)
    if now - link.created_at > LINK_COUNTS_FOR:
        raise SignInTooOld(link=link_id)
    if not _use_up(session, link_id, now=now):
        raise LinkUsed(link=link_id)
    return link.organiser


def find_invited(session: Session, link_id: int, *, now: datetime) -> Organiser:
    """Whom an invitation is for; nothing is used up. Who came in on another way needs none any more.

    Raises UnknownLink, InvitationUsed, InvitationTooOld.
    """
    link = _get(session, link_id, invites=True)
    if link.used_at is not None or link.organiser.joined_at is not None:
        raise InvitationUsed(link=link_id)
    if now - link.created_at > INVITATION_COUNTS_FOR:
        raise InvitationTooOld(link=link_id)
    return link.organiser


def accept_invitation(session: Session, link_id: int, *, now: datetime) -> Organiser:
    """Use an invitation up and say who came. Of two who press at once, one wins.

    Raises UnknownLink, InvitationUsed, InvitationTooOld.
    """
    invited = find_invited(session, link_id, now=now)
    if not _use_up(session, link_id, now=now):
        raise InvitationUsed(link=link_id)
    return invited


def come_in(organiser: Organiser, *, now: datetime) -> None:
    """Note that she is here: from the first time on she has joined."""
    organiser.joined_at = organiser.joined_at or now
    organiser.seen_at = now


def links_to_mail(session: Session) -> Sequence[SignInLink]:
    return session.scalars(
        select(SignInLink).where(SignInLink.to_mail.is_(True)).order_by(SignInLink.id)
    ).all()


def forget_links_of(session: Session, organiser: Organiser) -> None:
    """Let no link count that was sent to her so far."""
    session.execute(delete(SignInLink).where(SignInLink.organiser_id == organiser.id))


def forget_old_links(session: Session, *, now: datetime) -> int:
    """Drop links that count no more, a day later so that a late click still gets a helpful answer."""
    over = or_(
        and_(SignInLink.invites.is_(False), SignInLink.created_at < now - KEPT_FOR),
        SignInLink.created_at < now - INVITATION_COUNTS_FOR - KEPT_FOR,
    )
    return len(session.scalars(delete(SignInLink).where(over).returning(SignInLink.id)).all())


def _open(session: Session, link: SignInLink) -> SignInLink:
    session.add(link)
    session.flush()
    return link


def _get(session: Session, link_id: int, *, invites: bool) -> SignInLink:
    link = session.get(SignInLink, link_id)
    if link is None or link.invites is not invites or link.organiser.disabled_at is not None:
        raise UnknownLink(link=link_id)
    return link


def _use_up(session: Session, link_id: int, *, now: datetime) -> bool:
    used = session.scalar(
        update(SignInLink)
        .where(SignInLink.id == link_id, SignInLink.used_at.is_(None))
        .values(used_at=now)
        .returning(SignInLink.id)
    )
    return used is not None
