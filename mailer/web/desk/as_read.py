"""Markdown as its readers will see it, while it is being written."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from mailer.organisers import Role
from mailer.web.desk.guarding import needs
from mailer.web.public.telling import markdown

bp = Blueprint("as_read", __name__, url_prefix="/organiser/as-read")

LARGEST = 256 * 1024
"""Bytes of one text, quoted as forms are sent."""


@bp.post("")
@needs(Role.EDITOR, largest=LARGEST)
def show() -> str:
    """The one text that was sent, whatever its field is called. Nothing is stored."""
    sent = (text for name, text in request.form.items() if name != "csrf_token")
    return render_template("desk/_as_read.html", written=markdown(next(sent, "").strip()))
