"""The name by which colleagues know an organiser, as she types it."""

from __future__ import annotations

from mailer.web.languages import gettext as _
from mailer.web.public.forms import LONGEST_NAME, clean


def read_name(typed: str) -> tuple[str, dict[str, str]]:
    """The name, and what is wrong with it by field."""
    name = clean(typed)
    if not name:
        return "", {"name": _("Please say how your colleagues know you.")}
    if len(name) > LONGEST_NAME:
        return name[:1000], {"name": _("Please give a name of at most 200 characters.")}
    return name, {}
