"""The second factor: codes of an app that knows the time (TOTP, RFC 6238), and recovery codes for when it is lost.

The secret is kept nowhere. It is derived from the house's key and a random salt that stands with the
organiser: who steals the database alone cannot make a single code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mailer.core.errors import Invalid, Refused
from mailer.organisers.models import Organiser, RecoveryCode

STEP = 30
"""Seconds that a code is shown for (RFC 6238 section 5.2)."""

DRIFT = 1
"""Steps that the clock of a phone may be off in either direction (RFC 6238 section 5.2)."""

RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What recovery codes are made of: nothing that is mistaken for something else. Ten of them are 49 bits."""

SECRET_BYTES = 20
"""What RFC 4226 section 4 recommends."""


class WrongCode(Invalid):
    """The code is not the one of the moment, or was used already."""

    code = "wrong_code"


class FactorOn(Refused):
    """There is a second factor already; it must be switched off before another can be set up."""

    code = "factor_on"


class FactorOff(Refused):
    """No second factor is being set up, or none is on."""

    code = "factor_off"


def begin_factor(organiser: Organiser) -> None:
    """Prepare a new secret; it counts for nothing until a code has confirmed it. Raises FactorOn."""
    if organiser.factor_confirmed_at is not None:
        raise FactorOn()
    organiser.factor_salt, organiser.factor_step = secrets.token_hex(16), 0


def secret_for(organiser: Organiser, key: bytes) -> str:
    """The secret as apps take it, in base32. Raises FactorOff."""
    if not organiser.factor_salt:
        raise FactorOff()
    derived = hmac.digest(key, f"{organiser.id}:{organiser.factor_salt}".encode(), hashlib.sha256)
    return base64.b32encode(derived[:SECRET_BYTES]).decode("ascii")


def address_for_app(organiser: Organiser, key: bytes, *, issuer: str) -> str:
    """The ``otpauth:`` address that the QR code holds."""
    import pyotp

    return pyotp.TOTP(secret_for(organiser, key)).provisioning_uri(name=organiser.address, issuer_name=issuer)


def confirm_factor(
    session: Session, organiser: Organiser, typed: str, *, key: bytes, now: datetime
) -> list[str]:
    """Switch the second factor on, now that the app has shown it knows the secret; the recovery codes, to show once.

    Raises FactorOn, FactorOff, WrongCode.
    """
    if organiser.factor_confirmed_at is not None:
        raise FactorOn()
    _accept_app_code(session, organiser, typed, key=key, now=now)
    organiser.factor_confirmed_at = now
    return renew_recovery_codes(session, organiser, key=key)


def accept_code(session: Session, organiser: Organiser, typed: str, *, key: bytes, now: datetime) -> bool:
    """Use up a code of the app or a recovery code; whether it was the latter. Of two with one code, one passes.

    Raises FactorOff, WrongCode.
    """
    if organiser.factor_confirmed_at is None:
        raise FactorOff()
    plain = _bare(typed)
    if len(plain) == 6 and plain.isdigit():
        _accept_app_code(session, organiser, plain, key=key, now=now)
        return False
    used = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.organiser_id == organiser.id,
            RecoveryCode.code_hash == _hash(organiser, plain, key),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if used is None:
        raise WrongCode()
    return True


def renew_recovery_codes(session: Session, organiser: Organiser, *, key: bytes) -> list[str]:
    """Ten new codes, to be shown once; earlier ones count no more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.organiser_id == organiser.id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(organiser_id=organiser.id, code_hash=_hash(organiser, code, key)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def drop_factor(session: Session, organiser: Organiser) -> None:
    """Ask for no second factor any more; its secret and its recovery codes are worth nothing."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.organiser_id == organiser.id))
    organiser.factor_salt, organiser.factor_confirmed_at = "", None


def count_recovery_codes(session: Session, organiser: Organiser) -> int:
    """How many still count."""
    unused = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.organiser_id == organiser.id, RecoveryCode.used_at.is_(None))
    )
    return session.scalar(unused) or 0


def _accept_app_code(
    session: Session, organiser: Organiser, typed: str, *, key: bytes, now: datetime
) -> None:
    step = _step_of(secret_for(organiser, key), _bare(typed), now)
    accepted = step is not None and session.scalar(
        update(Organiser)
        .where(Organiser.id == organiser.id, Organiser.factor_step < step)
        .values(factor_step=step)
        .returning(Organiser.id)
    )
    if not accepted:
        raise WrongCode()


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step that a code belongs to, among those near ``now``; every one is compared, whatever matches."""
    import pyotp

    totp, current = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    near = range(current - DRIFT, current + DRIFT + 1)
    fitting = [step for step in near if hmac.compare_digest(totp.at(step * STEP), _ascii(code))]
    return fitting[-1] if fitting else None


def _bare(typed: str) -> str:
    """A code without the blanks and hyphens that people and apps put into it."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())[:64]


def _ascii(code: str) -> str:
    return code if code.isascii() else ""


def _hash(organiser: Organiser, code: str, key: bytes) -> str:
    return hmac.digest(key, f"recovery:{organiser.id}:{code}".encode(), hashlib.sha256).hex()
