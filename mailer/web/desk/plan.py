"""The plan of a series: every mail on one time line, and what would be if things went otherwise."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer.context import parts
from mailer.core.errors import MailerError
from mailer.organisers import Role
from mailer.web.desk import what_if
from mailer.web.desk.clocks import keep_zone, own_zone, zone_names
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs
from mailer.web.desk.time_line import tell_time_line

bp = Blueprint("plan", __name__, url_prefix="/organiser/series/<slug:slug>/plan")


@bp.get("")
@needs(Role.EDITOR)
def show(slug: str) -> Response:
    """The time line; with a question in the address, the one that would be. It changes nothing."""
    now = parts().now()
    with parts().database.reading() as session:
        found = open_series(session, slug)
        question, answer = what_if.read_question(found, now=now), None
        if question.scenario and not question.errors:
            try:
                answer = what_if.answer(session, found, question, now=now)
            except MailerError as problem:
                question = what_if.with_error(question, problem)
        page = render_template(
            "desk/plan.html",
            line=None if answer else tell_time_line(session, found, now=now),
            question=question,
            answer=answer,
            choices=what_if.choices(session, found, now=now),
            zone=found.timezone,
            own_zone=str(own_zone() or ""),
            url=url_for("plan.show", slug=slug),
            clock_url=url_for("plan.show_clock", slug=slug),
        )
    return make_response(page, 422 if question.errors else 200)


@bp.get("/clock")
@needs(Role.EDITOR)
def show_clock(slug: str) -> str:
    """Where an organiser chooses by whose clock she wants times told too."""
    with parts().database.reading() as session:
        found = open_series(session, slug)
        return render_template(
            "desk/clock.html",
            zone=found.timezone,
            own_zone=str(own_zone() or ""),
            zones=zone_names(),
            plan_url=url_for("plan.show", slug=slug),
        )


@bp.post("/clock")
@needs(Role.EDITOR)
def choose_clock(slug: str) -> AnyResponse:
    response = redirect(url_for("plan.show", slug=slug), 303)
    keep_zone(response, request.form.get("zone", ""), secure=parts().config.is_public)
    return response
