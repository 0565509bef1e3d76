"""Members of the team as the page shows them, and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.core.types import Locale
from mailer.organisers import Organiser, OrganiserId, Role
from mailer.web.desk.moments import tell_moment
from mailer.web.languages import gettext as _


@dataclass(frozen=True)
class RoleWords:
    """A role, its name and what it may do."""

    value: str
    name: str
    meaning: str


@dataclass(frozen=True)
class Member:
    """One line of the list."""

    number: int
    called: str
    address: str
    role: str
    role_name: str
    state: str
    """``active``, ``invited`` or ``disabled``."""
    seen: str
    """Empty for who never came."""
    has_password: bool
    has_factor: bool
    is_self: bool


def tell_roles() -> tuple[RoleWords, ...]:
    """From the smallest role to the largest."""
    return (
        RoleWords(Role.EDITOR.value, _("Editor"), _("plans series and dialogues, and drafts mailings")),
        RoleWords(
            Role.SENDER.value, _("Sender of mailings"), _("also releases mailings and looks after the people")
        ),
        RoleWords(Role.OWNER.value, _("Owner"), _("everything, also settings and this team")),
    )


def tell_member(
    one: Organiser, *, own_id: OrganiserId, zone: ZoneInfo, now: datetime, locale: Locale
) -> Member:
    return Member(
        number=one.id,
        called=one.name or one.address,
        address=one.address if one.name else "",
        role=one.role.value,
        role_name=next(words.name for words in tell_roles() if words.value == one.role.value),
        state=_state(one),
        seen=tell_moment(one.seen_at, zone=zone, now=now, locale=locale) if one.seen_at else "",
        has_password=bool(one.password_hash),
        has_factor=one.factor_confirmed_at is not None,
        is_self=one.id == own_id,
    )


def _state(one: Organiser) -> str:
    if one.disabled_at is not None:
        return "disabled"
    return "active" if one.joined_at is not None else "invited"
