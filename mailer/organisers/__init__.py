"""Who may sign in, and the links that let them."""

from mailer.organisers.auditing import list_entries, note
from mailer.organisers.models import AuditEntry, Organiser, OrganiserId, Role, SignInLink
from mailer.organisers.signing_in import (
    LINK_COUNTS_FOR,
    LinkUsed,
    SignInTooOld,
    UnknownLink,
    UnknownOrganiser,
    add,
    disable,
    find_by_address,
    forget_old_links,
    get_organiser,
    links_to_mail,
    list_organisers,
    open_link,
    sign_in,
)

__all__ = [
    "LINK_COUNTS_FOR",
    "AuditEntry",
    "LinkUsed",
    "Organiser",
    "OrganiserId",
    "Role",
    "SignInLink",
    "SignInTooOld",
    "UnknownLink",
    "UnknownOrganiser",
    "add",
    "disable",
    "find_by_address",
    "forget_old_links",
    "get_organiser",
    "links_to_mail",
    "list_entries",
    "list_organisers",
    "note",
    "open_link",
    "sign_in",
]
