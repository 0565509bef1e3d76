"""Mail addresses: the one parser, and what may stand for an address where it must not be kept."""

from __future__ import annotations

import hashlib
import hmac

from mailer.core.errors import Invalid
from mailer.core.types import EmailAddress, Pseudonym

LONGEST = 254
"""Characters of an address that fits a mail path (RFC 5321 section 4.5.3.1.3)."""


class BadAddress(Invalid):
    """The text is no address that mail can be sent to."""

    code = "bad_address"


def parse_address(text: str, *, reserved: bool = False) -> EmailAddress:
    """Read what a person typed as her address.

    A domain with umlauts becomes its A-label; a local part outside ASCII is refused,
    since few relays carry it (RFC 6531). DNS is not asked: a sign-up must work while it is slow.
    ``reserved`` lets ``.test`` pass (not ``.invalid``), for the tests and the catcher.

    Raises BadAddress.
    """
    from email_validator import EmailNotValidError, validate_email

    text = text.strip(" \t")
    if len(text) > LONGEST:
        raise BadAddress(reason="too long")
    try:
        found = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, test_environment=reserved, strict=True
        )
    except EmailNotValidError as problem:
        raise BadAddress(reason=type(problem).__name__) from None
    return EmailAddress(f"{found.ascii_local_part}@{found.ascii_domain}")


def mailbox_key(address: EmailAddress) -> str:
    """Two spellings with one key are one mailbox to us: hardly a server tells letter case apart."""
    return address.casefold()


def pseudonyms(key: bytes) -> Pseudonym:
    """A function that turns addresses into keyed hashes (HMAC-SHA256)."""

    def pseudonym(address: EmailAddress) -> str:
        return hmac.new(key, mailbox_key(address).encode(), hashlib.sha256).hexdigest()

    return pseudonym
