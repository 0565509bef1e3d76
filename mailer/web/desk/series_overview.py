"""One series at a glance: what comes next, whether all is ready, what went out, how its list grows."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from mailer import delivery, mailings, series, subscriptions
from mailer.context import parts
from mailer.organisers import Role
from mailer.web.desk import announcing, concerns, series_figures
from mailer.web.desk.elsewhere import tell_elsewhere
from mailer.web.desk.first_steps import tell_first_steps
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs
from mailer.web.desk.mail_words import answer_words
from mailer.web.desk.readiness import tell_readiness
from mailer.web.desk.seat_words import tell_coming
from mailer.web.desk.series_words import tell_counts, tell_state
from mailer.web.desk.time_line import line_of, url_if_there
from mailer.web.public.list_telling import tell_end
from mailer.web.public.telling import tell_summary, words

bp = Blueprint("series_overview", __name__, url_prefix="/organiser/series/<slug:slug>")

WENT_OUT = 5
"""How many of the last mails are shown; the plan has them all."""


@bp.get("/")
@needs(Role.EDITOR)
def show(slug: str) -> str:
    """A constant number of queries, however many dialogues, mailings and people there are."""
    now = parts().now()
    with parts().database.reading() as session:
        found = open_series(session, slug)
        rows = mailings.list_mailings(session, found)
        counts = delivery.counts_of_several(session, rows)
        planned = mailings.upcoming_mailings(session, found, now=now, quiet=parts().quiet)
        line = line_of(session, found, rows=rows, counts=counts, planned=planned, now=now)
        worries = concerns.of_series(session, found, planned=planned, rows=rows, now=now)
        return render_template(
            "desk/series_overview.html",
            title=words(found, found.title),
            summary=tell_summary(found),
            state=tell_state(series.state_of(found, now), is_draft=found.draft),
            is_draft=found.draft,
            first_steps=tell_first_steps(found),
            ends=tell_end(found),
            counts=tell_counts(subscriptions.counts_by_state(session, found)),
            next_line=line.coming[0] if line.coming else None,
            went_out=tuple(reversed(line.past[-WENT_OUT:])),
            slug=slug,
            pending=announcing.what_waits(session, found, now=now),
            concerns=[*concerns.of_the_house(), *worries],
            readiness=tell_readiness(session, found, now=now),
            charts=series_figures.growth(session, found, now=now),
            outcomes=series_figures.outcomes(found, rows, counts),
            answers=[answer_words(one) for one in series_figures.refusals(session, rows)],
            elsewhere=tell_elsewhere(found),
            plan_url=url_for("plan.show", slug=slug),
            copy_url=url_if_there("series_copying.ask", slug=slug) if found.all_events else "",
            seats=tell_coming(session, found, now=now),
            people_url=url_if_there("people.index", slug=slug),
            dialogues_url=url_if_there("dialogues.index", slug=slug),
        )
