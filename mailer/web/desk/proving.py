"""Proving once more who is there, before something is changed that lets people in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from mailer import organisers
from mailer.context import parts
from mailer.core.errors import Invalid, Refused
from mailer.web.attempts import begin_attempt
from mailer.web.desk import sessions
from mailer.web.desk.guarding import signed_in
from mailer.web.desk.known_browsers import account_of


class WrongPassword(Invalid):
    """The password given as proof is not hers."""

    code = "wrong_password"


class ProofNeeded(Refused):
    """There is no password to ask for, and the mailed link she came by is too long ago."""

    code = "proof_needed"


@dataclass(frozen=True)
class Proof:
    """What is needed to prove it."""

    is_fresh: bool
    """A mailed link has just done so; nothing more is asked."""
    has_password: bool

    @property
    def by_password(self) -> bool:
        return self.has_password and not self.is_fresh

    @property
    def by_link(self) -> bool:
        """Nothing but a new link can prove it."""
        return not self.has_password and not self.is_fresh


def proof_needed() -> Proof:
    house = parts()
    with house.database.reading() as session:
        found = sessions.find(session, now=house.now())
        return Proof(
            is_fresh=found is not None and sessions.is_fresh(found, now=house.now()),
            has_password=found is not None and bool(found.organiser.password_hash),
        )


def prove(field: str = "current") -> None:
    """Go on only for who gave her password in the form, or has just come by a mailed link.

    Slow on purpose: no open transaction. Raises WrongPassword, ProofNeeded, TryLater.
    """
    needed = proof_needed()
    if needed.is_fresh:
        return
    if not needed.has_password:
        raise ProofNeeded()
    with parts().database.reading() as session:
        organiser = organisers.get_organiser(session, signed_in().id)
    attempt = begin_attempt("password", account_of(organiser.address, organiser))
    if not organisers.matches(organiser.password_hash, request.form.get(field, "")[: organisers.LONGEST + 1]):
        raise WrongPassword()
    with parts().database.transaction() as session:
        attempt.succeeded(session)
