"""The figures of a series as charts: how its list grows, and what became of its mails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from mailer import delivery, subscriptions
from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.delivery import Answer
from mailer.mailings import Mailing, MailingId
from mailer.series import Series
from mailer.web import languages
from mailer.web.desk.charts import Chart, Column, Row, stacked
from mailer.web.desk.mail_words import kind_words
from mailer.web.languages import gettext as _

WEEKS = 16
MAILINGS = 10
"""How many weeks, and how many of the last mailings, a chart shows."""


def growth(session: Session, found: Series, *, now: datetime) -> tuple[Chart, Chart]:
    """Who came and who left, week by week, up to this one."""
    this = _monday(local_day(now, found.zone))
    weeks = [this - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    came: Counter[date] = Counter()
    left: Counter[date] = Counter()
    for one in subscriptions.days_of_list(session, found, since=now - timedelta(weeks=WEEKS)):
        came[_monday(one.day)] += one.came
        left[_monday(one.day)] += one.left
    joined = _of_weeks("came", _("Confirmed, week by week"), Row(_("confirmed"), "row-1"), weeks, came)
    gone = _of_weeks("left", _("Left, week by week"), Row(_("left the list"), "row-3"), weeks, left)
    return joined, gone


def outcomes(found: Series, rows: Sequence[Mailing], counts: Mapping[MailingId, Mapping[str, int]]) -> Chart:
    """What became of the letters of the last mailings."""
    shown = _latest(rows)
    columns = [
        Column(_label(found, row), tuple(counts[row.id][state] for state in ("sent", "deferred", "failed")))
        for row in shown
    ]
    total = Counter[str]()
    for row in shown:
        total.update(counts[row.id])
    facts = {
        "sent": total["sent"],
        "deferred": total["deferred"],
        "failed": total["failed"],
        "mails": len(shown),
    }
    return stacked(
        "outcomes",
        _("What the relay answered, mailing by mailing"),
        summary=_(
            "Of the last %(mails)s mailings %(sent)s letters were taken over, %(deferred)s are tried again, %(failed)s failed."
        )
        % facts,
        heading=_("Mailing"),
        rows=[Row(_("taken over"), "row-1"), Row(_("tried again"), "row-2"), Row(_("failed"), "row-3")],
        columns=columns,
    )


def refusals(session: Session, rows: Sequence[Mailing]) -> Sequence[Answer]:
    """In its own words, why letters of the last mailings did not simply leave."""
    return delivery.refusals_of(session, [row.id for row in _latest(rows)])


def _latest(rows: Sequence[Mailing]) -> list[Mailing]:
    return [row for row in rows if row.opened_at is not None][-MAILINGS:]


def _label(found: Series, row: Mailing) -> str:
    day = local_day(row.opened_at or row.due_at, found.zone)
    return f"{kind_words(row.kind.value)[:3]}. {_short(day)}"


def _of_weeks(key: str, title: str, row: Row, weeks: Sequence[date], counts: Mapping[date, int]) -> Chart:
    numbers = [counts.get(week, 0) for week in weeks]
    summary = _("%(all)s in %(weeks)s weeks, %(most)s in the strongest of them.")
    facts = {"all": sum(numbers), "weeks": len(weeks), "most": max(numbers)}
    columns = [Column(_short(week), (number,)) for week, number in zip(weeks, numbers, strict=True)]
    heading = _("Week from")
    return stacked(key, title, summary=summary % facts, heading=heading, rows=[row], columns=columns)


def _short(day: date) -> str:
    """``26. 3.``, ``26 Mar``."""
    return (
        f"{day.day}.\u202f{day.month}."
        if languages.locale() == "de"
        else f"{day.day} {i18n.day(day, 'en').split()[1][:3]}"
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
