"""Organisers, and the one-time links that sign them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mailer.core.addresses import mailbox_key
from mailer.core.errors import NotFound, Refused
from mailer.core.types import EmailAddress, Locale
from mailer.organisers.models import Organiser, Role, SignInLink

LINK_COUNTS_FOR = timedelta(minutes=30)
"""A sign-in link lies in a mailbox: half an hour is enough to fetch it."""


class UnknownOrganiser(NotFound):
    """No organiser has this address."""

    code = "unknown_organiser"


class UnknownLink(NotFound):
    """The sign-in link was made here, but its organiser is gone or disabled."""

    code = "unknown_link"


class LinkUsed(Refused):  # the web answers 410
    """Somebody signed in with this link already."""

    code = "link_used"


class SignInTooOld(Refused):  # the web answers 410
    """The sign-in link was used after LINK_COUNTS_FOR."""

    code = "sign_in_too_old"


def find_by_address(session: Session, address: EmailAddress) -> Organiser | None:
    found: Organiser | None = session.scalar(
        select(Organiser).where(Organiser.mailbox == mailbox_key(address))
    )
    return found


def get_organiser(session: Session, organiser_id: int) -> Organiser:
    """An organiser who may sign in.

    Raises UnknownOrganiser, for a disabled one too.
    """
    found = session.get(Organiser, organiser_id)
    if found is None or found.disabled_at is not None:
        raise UnknownOrganiser(organiser=organiser_id)
    return found


def list_organisers(session: Session) -> Sequence[Organiser]:
    return session.scalars(select(Organiser).order_by(Organiser.id)).all()


def add(
    session: Session,
    address: EmailAddress,
    *,
    language: Locale = "de",
    role: Role = Role.OWNER,
    now: datetime,
) -> Organiser:
    """The organiser with this address: a new one, or the old one in her old role, enabled again."""
    found = find_by_address(session, address)
    if found is None:
        mailbox = mailbox_key(address)
        found = Organiser(address=address, mailbox=mailbox, language=language, role=role, created_at=now)
        session.add(found)
    found.disabled_at = None
    session.flush()
    return found


def disable(session: Session, address: EmailAddress, *, now: datetime) -> Organiser:
    """Let an organiser in no more, not even where she is signed in already.

    Her links are gone for good, also when she is added again.

    Raises UnknownOrganiser.
    """
    found = find_by_address(session, address)
    if found is None:
        raise UnknownOrganiser()
    session.execute(delete(SignInLink).where(SignInLink.organiser_id == found.id))
    found.disabled_at = found.disabled_at or now
    return found


def open_link(session: Session, organiser: Organiser, *, to_mail: bool, now: datetime) -> SignInLink:
    """A new link for one sign-in; with ``to_mail`` the next tick mails it."""
    link = SignInLink(organiser_id=organiser.id, created_at=now, to_mail=to_mail)
    session.add(link)
    session.flush()
    return link


def sign_in(session: Session, link_id: int, *, now: datetime) -> Organiser:
    """Use a link up and say whom it signs in. Of two who press at once, one wins.

    Raises UnknownLink, LinkUsed, SignInTooOld.
    """
    link = session.get(SignInLink, link_id)
    if link is None or link.organiser.disabled_at is not None:
        raise UnknownLink(link=link_id)
    if now - link.created_at > LINK_COUNTS_FOR:
        raise SignInTooOld(link=link_id)
    used = session.scalar(
        update(SignInLink)
        .where(SignInLink.id == link_id, SignInLink.used_at.is_(None))
        .values(used_at=now)
        .returning(SignInLink.id)
    )
    if used is None:
        raise LinkUsed(link=link_id)
    return link.organiser


def links_to_mail(session: Session) -> Sequence[SignInLink]:
    return session.scalars(
        select(SignInLink).where(SignInLink.to_mail.is_(True)).order_by(SignInLink.id)
    ).all()


def forget_old_links(session: Session, *, now: datetime) -> int:
    """Drop links that count no more, a day later so that a late click still gets a helpful answer."""
    old = delete(SignInLink).where(SignInLink.created_at < now - timedelta(days=1)).returning(SignInLink.id)
    return len(session.scalars(old).all())
