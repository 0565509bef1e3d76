"""One's own clock: by which an organiser wants times told beside that of a series."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer.context import parts
from mailer.organisers import Role
from mailer.web.desk.clocks import keep_zone
from mailer.web.desk.guarding import needs
from mailer.web.languages import gettext as _

bp = Blueprint("account_clock", __name__, url_prefix="/organiser/account/clock")


@bp.post("")
@needs(Role.EDITOR)
def choose() -> AnyResponse:
    response = redirect(url_for("account.show"), 303)
    keep_zone(response, request.form.get("zone", ""), secure=parts().config.is_public)
    flash(_("Saved."), "done")
    return response
