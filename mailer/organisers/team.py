"""Who belongs to the team of organisers, in which role, and who does not any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailer.core.addresses import mailbox_key
from mailer.core.errors import NotFound, Refused
from mailer.core.types import EmailAddress, Locale
from mailer.organisers.models import Organiser, Role, SignInLink


class UnknownOrganiser(NotFound):
    """No organiser has this address."""

    code = "unknown_organiser"


class LastOwner(Refused):
    """Without her nobody could look after the team any more."""

    code = "last_owner"


class KnownOrganiser(Refused):
    """Somebody with this address belongs to the team already."""

    code = "known_organiser"


def find_by_address(session: Session, address: EmailAddress) -> Organiser | None:
    found: Organiser | None = session.scalar(
        select(Organiser).where(Organiser.mailbox == mailbox_key(address))
    )
    return found


def get_organiser(session: Session, organiser_id: int) -> Organiser:
    """An organiser who may sign in.

    Raises UnknownOrganiser, for a disabled one too.
    """
    found = get_anybody(session, organiser_id)
    if found.disabled_at is not None:
        raise UnknownOrganiser(organiser=organiser_id)
    return found


def get_anybody(session: Session, organiser_id: int) -> Organiser:
    """An organiser, disabled or not. Raises UnknownOrganiser."""
    found = session.get(Organiser, organiser_id)
    if found is None:
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
    name: str = "",
    now: datetime,
) -> Organiser:
    """The organiser with this address: a new one, or the old one in her old role, enabled again."""
    found = find_by_address(session, address)
    if found is None:
        mailbox = mailbox_key(address)
        found = Organiser(address=address, mailbox=mailbox, language=language, role=role, created_at=now)
        session.add(found)
    found.name = name or found.name or ""
    found.disabled_at = None
    session.flush()
    return found


def invite(
    session: Session, address: EmailAddress, *, role: Role, language: Locale, now: datetime
) -> Organiser:
    """A new member of the team, who has yet to come in; her link is opened apart.

    Raises KnownOrganiser, for a disabled one too: she is enabled where she is listed.
    """
    if find_by_address(session, address) is not None:
        raise KnownOrganiser()
    return add(session, address, role=role, language=language, now=now)


def change_role(session: Session, organiser: Organiser, role: Role) -> None:
    """Give somebody another role; she signs in anew, so that no session is older than what it may do.

    Raises LastOwner.
    """
    if role is not Role.OWNER:
        _keep_an_owner(session, organiser)
    organiser.role = role
    sign_out_everywhere(organiser)


def sign_out_everywhere(organiser: Organiser) -> None:
    """Let none of her sessions open anything any more."""
    organiser.epoch += 1


def disable(session: Session, address: EmailAddress, *, now: datetime) -> Organiser:
    """Let an organiser in no more, not even where she is signed in already.

    Her links are gone for good, also when she is added again.

    Raises UnknownOrganiser, LastOwner.
    """
    found = find_by_address(session, address)
    if found is None:
        raise UnknownOrganiser()
    _keep_an_owner(session, found)
    session.execute(delete(SignInLink).where(SignInLink.organiser_id == found.id))
    sign_out_everywhere(found)
    found.disabled_at = found.disabled_at or now
    return found


def enable(organiser: Organiser) -> None:
    """Let somebody in again, in the role she had."""
    organiser.disabled_at = None


def _keep_an_owner(session: Session, leaving: Organiser) -> None:
    """Refuse to lose the last owner who may come in; one who never came is no substitute for one who did.

    The owners' rows are locked: two owners who send each other away at once must not both succeed.
    """
    owners = session.scalars(
        select(Organiser)
        .where(Organiser.role == Role.OWNER, Organiser.disabled_at.is_(None))
        .order_by(Organiser.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if leaving not in owners:
        return
    others = [one for one in owners if one is not leaving and (one.is_joined or not leaving.is_joined)]
    if not others:
        raise LastOwner(organiser=leaving.id)
