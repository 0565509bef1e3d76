"""Which edition of what she changes an organiser saw in her form."""

from __future__ import annotations

from flask import request


def edition_seen() -> int:
    """As the form that was sent says it; one that never was where it says none, or a number no database would take."""
    sent = request.form.get("edition", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else -1
