"""The people of a series as a list: to look through, to search, to take out."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, series, subscriptions
from mailer.context import parts
from mailer.core.i18n import choose_locale
from mailer.organisers import Role
from mailer.subscriptions import Look, SubscriptionState
from mailer.web import languages
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.people_telling import tell_people
from mailer.web.public.forms import clean

bp = Blueprint("people", __name__, url_prefix="/organiser/series/<slug:slug>/people")

SOUGHT = "people_sought"
"""Where the browser's cookie keeps what is searched for: in the page's address it would stand in every log."""

LONGEST_SEARCH = 254
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something older."""


@bp.get("")
@needs(Role.SENDER)
def index(slug: str) -> str:
    """A page of the list, the latest request first."""
    house, look = parts(), _look()
    with house.database.reading() as session:
        found = open_series(session, slug)
        counts = subscriptions.counts_on_list(session, found)
        page = subscriptions.list_page(session, found, look)
        return render_template(
            "desk/people.html", people=tell_people(found, look, counts, page, now=house.now())
        )


@bp.post("/search")
@needs(Role.SENDER)
def search(slug: str) -> AnyResponse:
    """Remember what is searched for, and go to what was found."""
    words = clean(request.form.get("words", ""))[:LONGEST_SEARCH].strip()
    if words:
        cookie[SOUGHT] = words
    else:
        cookie.pop(SOUGHT, None)
    found = url_for(
        ".index",
        slug=slug,
        state=request.form.get("state") or None,
        language=request.form.get("language") or None,
        sought=1 if words else None,
    )
    return redirect(found, 303)


@bp.post("/export")
@needs(Role.SENDER)
def export(slug: str) -> Response:
    """The list as CSV, in one state or in all, written while it is read."""
    house, state = parts(), _state(request.form.get("state", ""))
    with house.database.transaction() as session:
        found = series.get_series(session, slug)
        note(session, "people.exported", series=slug, state=state.value if state else "all")
    separator = ";" if languages.locale() == "de" else ","  # what spreadsheets there expect

    def lines() -> Iterator[str]:
        with house.database.reading() as reading:
            yield BYTE_ORDER_MARK
            yield from exchange.export_subscribers(reading, found, state=state, separator=separator)

    response = Response(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{state or "all"}.csv"'
    return response


def _look() -> Look:
    """What the page's address asks for; what it cannot mean is as if it were not there."""
    asked = request.args
    words = cookie.get(SOUGHT, "") if asked.get("sought") else ""
    return Look(
        state=_state(asked.get("state", "")),
        language=choose_locale(asked.get("language")),
        words=words if isinstance(words, str) else "",
        older_than=asked.get("older", type=row_number),
        newer_than=asked.get("newer", type=row_number),
    )


def _state(text: str) -> SubscriptionState | None:
    return SubscriptionState(text) if text in list(SubscriptionState) else None


def row_number(text: str) -> int:
    """Raises ValueError, also for a number that no database would take."""
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(text[:20])
    return number
