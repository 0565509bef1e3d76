"""What the templates about seats are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from mailer.web.public.facts import When
from mailer.web.qr_code import QrCode


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """One of the organisers' questions, with what was answered."""

    field: str
    kind: str
    text: str
    needed: bool
    options: tuple[Option, ...]
    """What may be chosen; empty for a text."""
    value: str


@dataclass(frozen=True)
class Dialogue:
    """What somebody registers for."""

    title: str
    url: str
    when: When
    where: str


@dataclass(frozen=True)
class SeatFields:
    """What is asked of who registers, and may be changed later."""

    name: str
    questions: tuple[Asked, ...]
    wish: str
    errors: Mapping[str, str] = field(default_factory=dict)
    """One sentence per field that must be mended, in the order of the form."""


@dataclass(frozen=True)
class RegisterForm:
    """The form, empty or as it came back."""

    action: str
    dialogue: Dialogue
    ways: tuple[Option, ...]
    """Online or on site, where both are possible; else the only one."""
    seats: str
    """How many seats on site are left, in a sentence; empty where nobody counts them."""
    fields: SeatFields
    wording: str
    consent: str
    privacy_url: str
    email: str = ""
    agreed: bool = False


@dataclass(frozen=True)
class SeatPage:
    """Somebody's seat, and what she may do with it."""

    action: str
    dialogue: Dialogue
    state: str
    """One sentence on how things stand."""
    hint: str
    """One more, where there is more to say."""
    is_offered: bool
    can_change: bool
    to_online: bool
    """Whether she may switch to taking part online."""
    to_on_site: bool
    can_stop_waiting: bool
    """Whether she waits beside a seat online, and may leave the waiting list alone."""
    join_url: str
    calendar_url: str
    register_url: str
    """Where to register anew; empty while she has something to give back."""
    arrival: Markup
    """How to get there; empty for who does not come on site."""
    code: QrCode | None
    """For the entrance; absent without a seat on site."""
    fields: SeatFields
    done: str = ""
    """What was just done, in one sentence."""
