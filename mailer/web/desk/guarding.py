"""Who may use which page of the desk: every view says which role it needs, and is asked before it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import organisers
from mailer.context import parts
from mailer.core.errors import Refused
from mailer.core.types import EmailAddress, Locale
from mailer.organisers import OrganiserId, Role
from mailer.web import languages
from mailer.web.desk import sessions
from mailer.web.desk.way_back import local_way

P = ParamSpec("P")
R = TypeVar("R")

MANY_PARTS = 2000
"""Fields of the largest form of the desk: a dialogue with all its speakers and conditions in two languages."""


class NotAllowed(Refused):  # the web answers 403
    """The organiser's role does not reach this far; ``role`` is the one that would."""

    code = "not_allowed"


@dataclass(frozen=True)
class SignedIn:
    """Who is at the desk, for as long as one request takes."""

    id: OrganiserId
    address: EmailAddress
    name: str
    role: Role
    language: Locale

    @property
    def shown(self) -> str:
        """What the pages call her."""
        return self.name or self.address

    def may(self, role: str) -> bool:
        return self.role.covers(Role(role))


def needs(
    role: Role, *, largest: int = 0, files: int = 0
) -> Callable[[Callable[P, R]], Callable[P, R | AnyResponse]]:
    """Let only organisers of this role, or of one above it, use the view; a stranger is asked to sign in.

    ``largest`` is how many bytes its form may have, where that is more than usual; ``files`` how many
    more may come as files, from who is signed in.
    Raises NotAllowed.
    """

    def guard(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | AnyResponse:
            found = _find()
            if found is None:
                return redirect(url_for("signing_in.ask", next=_way_back()), 303)
            g.signed_in = found
            languages.speak(prefer=found.language)
            if not found.may(role):
                raise NotAllowed(role=role.value)
            return view(*args, **kwargs)

        guarded.needs_role = role  # type: ignore[attr-defined]  # for the test that no view is without
        guarded.largest_form = largest  # type: ignore[attr-defined]
        guarded.largest_files = files  # type: ignore[attr-defined]
        return guarded

    return guard


def signed_in() -> SignedIn:
    """Who is at the desk. Only for views that `needs` guards."""
    return cast("SignedIn", g.signed_in)


def note(session: Session, action: str, *, series: str = "", subject: object = "", **details: object) -> None:
    """Write down in the log of the desk that who is signed in did this, with what she did."""
    who = signed_in().id
    organisers.note(
        session,
        action,
        organiser_id=who,
        series=series,
        subject=subject,
        now=parts().now(),
        **details,
    )


def set_up(app: Flask) -> None:
    """Let the forms of the desk be as large as their views say. Before CSRF is checked, for that reads the form."""
    app.before_request(_allow_larger_forms)


def _allow_larger_forms() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if hasattr(view, "needs_role"):
        request.max_form_parts = MANY_PARTS
        largest = getattr(view, "largest_form", 0)
        if largest:
            request.max_content_length = request.max_form_memory_size = largest
        files = getattr(view, "largest_files", 0)
        if files and request.method == "POST" and _find() is not None:
            request.max_content_length = largest + files


def _find() -> SignedIn | None:
    house = parts()
    with house.database.reading() as session:
        found = sessions.find(session, now=house.now())
        if found is None:
            return None
        who = found.organiser
    if sessions.is_stale(found, now=house.now()):
        with house.database.transaction() as session:
            sessions.note_seen(session, found, now=house.now())
    return SignedIn(who.id, who.address, who.name, who.role, who.language)


def _way_back() -> str | None:
    """Where she wanted to go, for after signing in; a form that was sent is not sent again by itself.

    Absent for what signing in would not lead to: an address may be longer than any header.
    """
    return local_way(request.full_path.rstrip("?")) or None if request.method == "GET" else None
