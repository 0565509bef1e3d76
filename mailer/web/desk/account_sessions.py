"""One's own open sessions: ending one of them, or all others."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer.context import parts
from mailer.organisers import Role
from mailer.web.desk import sessions
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext

bp = Blueprint("account_sessions", __name__, url_prefix="/organiser/account/sessions")


@bp.post("/end")
@needs(Role.EDITOR)
def end() -> AnyResponse:
    """Sign one browser out, named by its handle; one that is gone already is as good as ended."""
    with parts().database.transaction() as session:
        if sessions.end_one(session, signed_in().id, request.form.get("session", "")):
            note(session, "organiser.sessions_ended", count=1)
    flash(_("That browser is signed out."), "done")
    return redirect(url_for("account.show"), 303)


@bp.post("/end-others")
@needs(Role.EDITOR)
def end_others() -> AnyResponse:
    with parts().database.transaction() as session:
        count = sessions.end_others(session, signed_in().id)
        if count:
            note(session, "organiser.sessions_ended", count=count)
    words = ngettext("One other browser was signed out.", "%(count)s other browsers were signed out.", count)
    flash(words % {"count": count}, "done")
    return redirect(url_for("account.show"), 303)
