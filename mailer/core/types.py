"""Types that several rooms speak."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NewType, TypeAlias

EmailAddress = NewType("EmailAddress", str)
"""An address as the address parser returned it: trimmed, domain in lower
case and IDNA, local part untouched (RFC 5321 section 2.4). Never build one by hand."""

Locale: TypeAlias = Literal["de", "en"]
"""A language we have a complete catalogue for. Not a browser's ``Accept-Language``."""

Form: TypeAlias = Literal["sie", "du"]
"""How a series addresses its people in German."""

Words: TypeAlias = dict[str, str]
"""Organisers' words, by language: ``{"de": …, "en": …}``. Markdown where the field says so; empty when unwritten."""

Pseudonym: TypeAlias = Callable[[EmailAddress], str]
"""Turns an address into its keyed hash (64 hex digits): the same for the same mailbox, useless without the key."""
