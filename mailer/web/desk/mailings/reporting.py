"""Who a mailing goes to and what became of each letter: as a list to search, and as a file for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, render_template, request, url_for

from mailer import delivery
from mailer.context import parts
from mailer.core import i18n
from mailer.core.clock import iso_in
from mailer.core.db import Database
from mailer.core.i18n import translator
from mailer.core.types import Locale
from mailer.delivery import DeliveryState, Recipient
from mailer.exchange import line_of
from mailer.mailings import Mailing
from mailer.organisers import Role
from mailer.series import Series
from mailer.web import languages
from mailer.web.desk.guarding import needs
from mailer.web.desk.mailings.entrance import bp, open_mailing
from mailer.web.desk.mailings.listing import title_of
from mailer.web.desk.mailings.watching import count_labels
from mailer.web.desk.relay_words import answer_words
from mailer.web.languages import gettext as _
from mailer.web.public.forms import clean

PAGE = 50
AT_ONCE = 2_000
"""Lines of a report that are read in one go."""

LONGEST_SEARCH = 100
BYTE_ORDER_MARK = "\ufeff"
"""By it spreadsheets know that a file is UTF-8."""

_SEEN = {state: seen for seen, states in delivery.SEEN_AS.items() if seen != "held" for state in states}


@dataclass(frozen=True)
class Line:
    id: int
    address: str
    name: str
    state: str
    badge: str
    answer: str
    worded: str
    """The relay's own words."""
    when: str
    is_held: bool


@bp.get("/<int:number>/recipients")
@needs(Role.SENDER)
def recipients(slug: str, number: int) -> str:
    """In the order of their addresses; a constant number of queries, however many there are."""
    search = clean(request.args.get("q", ""))[:LONGEST_SEARCH]
    state = request.args.get("state", "")
    state = state if state in delivery.SEEN_AS else ""
    after = request.args.get("after", "")[:254].replace("\0", "")
    with parts().database.reading() as session:
        mailing = open_mailing(session, slug, number)
        page = delivery.page_of_recipients(
            session, mailing, state=state, search=search, after=after, most=PAGE + 1
        )
        kept: dict[str, Any] = {"state": state or None, "q": search or None}
        return render_template(
            "desk/mailings/recipients.html",
            slug=slug,
            number=number,
            title=title_of(mailing),
            total=mailing.recipients,
            lines=[_line(one, mailing.series) for one in page[:PAGE]],
            search=search,
            state=state,
            states=[("", _("all")), *count_labels(languages.locale()).items(), ("held", _("in doubt"))],
            next_url=url_for(".recipients", slug=slug, number=number, after=page[PAGE - 1].address, **kept)
            if len(page) > PAGE
            else "",
            first_url=url_for(".recipients", slug=slug, number=number, **kept) if after else "",
        )


@bp.get("/<int:number>/report.csv")
@needs(Role.SENDER)
def report(slug: str, number: int) -> Response:
    """Every letter and what became of it; streamed, for there may be a hundred thousand."""
    house = parts()
    with house.database.reading() as session:
        mailing = open_mailing(session, slug, number)
        found = mailing.series
    lines = _report(house.database, mailing, found, languages.locale())
    response = Response(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{number}.csv"'
    return response


def _report(database: Database, mailing: Mailing, found: Series, locale: Locale) -> Iterator[str]:
    """Some lines at a time, each with a look at the database of its own: a slow reader holds nothing up.

    It runs after the request is over, and asks nothing of it.
    """
    labels = count_labels(locale)
    separator = ";" if locale == "de" else ","
    yield BYTE_ORDER_MARK + line_of(_heads(locale), separator)
    last = ""
    while True:
        with database.reading() as session:
            page = delivery.page_of_recipients(session, mailing, after=last, most=AT_ONCE)
        if not page:
            return
        yield "".join(line_of(_cells(one, found, labels, locale), separator) for one in page)
        last = page[-1].address


def _heads(locale: Locale) -> tuple[str, ...]:
    _ = translator(locale).gettext
    return (
        _("Address"),
        _("Name"),
        _("Language"),
        _("State"),
        _("What became of it"),
        _("The mail server's words"),
        _("Attempts"),
        _("When"),
    )


def _cells(one: Recipient, found: Series, labels: Mapping[str, str], locale: Locale) -> tuple[str, ...]:
    return (
        one.address,
        one.name,
        one.language,
        labels[_SEEN[one.state]],
        _answer(one, locale),
        f"{one.code} {one.reply}" if one.code else "",
        str(one.attempt),
        iso_in(one.done_at, found.zone) or "",
    )


def _line(one: Recipient, found: Series) -> Line:
    seen = _SEEN[one.state]
    badges = {"sent": "badge-good", "failed": "badge-wrong", "skipped": "badge-quiet", "sending": "badge-now"}
    return Line(
        id=one.id,
        address=one.address,
        name=one.name,
        state=_("in doubt") if one.state is DeliveryState.HELD else count_labels(languages.locale())[seen],
        badge=badges.get(seen, ""),
        answer=_answer(one, languages.locale()),
        worded=f"{one.code} {one.reply}" if one.code and one.code >= 400 else "",
        when=_when(one, found),
        is_held=one.state is DeliveryState.HELD,
    )


def _answer(one: Recipient, locale: Locale) -> str:
    seen = _SEEN[one.state]
    if seen == "sent":
        return ""
    text = one.reply if one.code and one.code >= 400 else one.reason
    return answer_words(seen, one.code if one.code and one.code >= 400 else None, text, locale)


def _when(one: Recipient, found: Series) -> str:
    if one.done_at:
        return _moment(one.done_at, found)
    if one.state is DeliveryState.DEFERRED:
        return _("next try: %(when)s") % {"when": _moment(one.next_at, found)}
    return ""


def _moment(moment: datetime, found: Series) -> str:
    local = moment.astimezone(found.zone)
    locale = languages.locale()
    return f"{i18n.day(local.date(), locale)}, {i18n.hour(moment, found.zone, locale)}"
