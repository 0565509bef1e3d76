"""People whose consent was given elsewhere: a list is looked at first, then taken over; one person at once."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange
from mailer.context import parts
from mailer.core import i18n
from mailer.core.errors import Invalid
from mailer.core.i18n import choose_locale
from mailer.exchange import SubscriberReport
from mailer.organisers import Role
from mailer.web import languages
from mailer.web.desk import sessions
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.import_telling import as_kept, tell_preview, tell_result
from mailer.web.desk.people import bp
from mailer.web.desk.people_telling import language_options
from mailer.web.languages import gettext as _
from mailer.web.public.forms import clean, explain_bad_address

LARGEST_UPLOAD = exchange.LARGEST + 100_000
"""The largest list, and what a form wraps around it."""

MOST_LINES = 100_000
"""Taking them over keeps SQLite's one write lock for some seconds; the command line takes twice as many."""

SHOWN_AGAIN = 100_000
"""Characters of a pasted list that come back with a mistake; who pasted more pastes again."""


@bp.get("/import")
@needs(Role.SENDER)
def bring(slug: str) -> str:
    return _form(slug, {}, {})


@bp.post("/import")
@needs(Role.SENDER, largest=LARGEST_UPLOAD)
def look(slug: str) -> AnyResponse:
    """Read a list, keep it aside, and go to the preview: nobody is taken over yet."""
    house, now = parts(), parts().now()
    source, evidence = _source(), request.form.get("evidence", "")
    errors = {} if source.strip() else {"file": _("Please choose a file, or paste the list below.")}
    try:
        exchange.parse_evidence(evidence)
    except exchange.NoEvidence as problem:
        errors["evidence"] = languages.current().sentence(problem)
    if errors:
        return _look_again(slug, errors)
    try:
        with house.database.reading() as session:
            found = open_series(session, slug)
            understood = exchange.understand_list(found, source, now=now, most=MOST_LINES)
            report = exchange.judge_list(session, found, understood, pseudonym=house.pseudonym, now=now)
    except exchange.BadSubscriberFile as problem:
        return _look_again(slug, {"file": languages.current().sentence(problem)})
    with house.database.transaction() as session:
        word = exchange.hold_list(
            session,
            found,
            source,
            evidence=exchange.parse_evidence(evidence),
            judgement=as_kept(report),
            owner=sessions.name(),
            now=now,
        )
    return redirect(url_for(".preview", slug=slug, word=word), 303)


@bp.get("/import/<word>")
@needs(Role.SENDER)
def preview(slug: str, word: str) -> str:
    """What will be taken over, and why some lines will not."""
    with parts().database.reading() as session:
        found = open_series(session, slug)
        held = exchange.get_held(session, found, word, owner=sessions.name(), now=parts().now())
        return render_template(
            "desk/import_preview.html", slug=slug, word=word, preview=tell_preview(found, held)
        )


@bp.post("/import/<word>")
@needs(Role.SENDER)
def take(slug: str, word: str) -> AnyResponse:
    """Take over exactly the list that was shown. Who left or was blocked meanwhile does not come back by it."""
    house, now = parts(), parts().now()
    with house.database.reading() as session:
        found = open_series(session, slug)
        held = exchange.get_held(session, found, word, owner=sessions.name(), now=now, whole=True)
        evidence, understood = held.evidence, exchange.understand_list(found, held.source, now=now)
    with house.database.transaction() as session:
        exchange.let_go(session, word)
        found = open_series(session, slug)
        report = exchange.take_list(
            session, found, understood, evidence=evidence, pseudonym=house.pseudonym, now=now
        )
        note(session, "people.imported", series=slug, **_numbers(report))
    flash(tell_result(report), "done")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/import/<word>/drop")
@needs(Role.SENDER)
def drop(slug: str, word: str) -> AnyResponse:
    """Keep the list no longer; nobody is taken over."""
    with parts().database.transaction() as session:
        found = open_series(session, slug)
        exchange.get_held(session, found, word, owner=sessions.name(), now=parts().now())
        exchange.let_go(session, word)
    flash(_("The list was deleted, and nobody was taken over."), "done")
    return redirect(url_for(".bring", slug=slug), 303)


@bp.post("/add")
@needs(Role.SENDER)
def add(slug: str) -> AnyResponse:
    """One person, as a list of one line."""
    house, now = parts(), parts().now()
    typed = {name: clean(request.form.get(name, "")) for name in ("email", "name", "language", "proof")}
    source = "".join(
        exchange.line_of(cells, ",")
        for cells in (("email", "name", "language"), (typed["email"], typed["name"], typed["language"]))
    )
    try:
        with house.database.transaction() as session:
            report = exchange.import_subscribers(
                session,
                open_series(session, slug),
                source.encode("utf-8", "replace"),
                evidence=typed["proof"],
                pseudonym=house.pseudonym,
                now=now,
            )
            if report.accepted:
                note(session, "people.added", series=slug, **_numbers(report))
    except Invalid as problem:
        errors = {"proof": languages.current().sentence(problem)}
        return make_response(_form(slug, errors, typed), 422)
    if not report.accepted:
        return make_response(_form(slug, _explain(report, typed), typed), 422)
    flash(tell_result(report), "done")
    return redirect(url_for(".index", slug=slug), 303)


def _source() -> bytes:
    """The list that was uploaded, else the one that was pasted."""
    upload = request.files.get("file")
    uploaded = upload.read() if upload else b""
    return uploaded or request.form.get("pasted", "").encode("utf-8", "replace")


def _explain(report: SubscriberReport, typed: dict[str, str]) -> dict[str, str]:
    """Which field is wrong: of one line there is one reason at most."""
    if not report.rejected:
        return {"email": explain_bad_address("")}
    refused = report.rejected[0]
    if refused.code == "not_an_address":
        return {"email": explain_bad_address(typed["email"])}
    field = "name" if refused.code in ("too_long", "control_character") else "email"
    sentence = refused.sentence(languages.current())
    return {field: f"{sentence[:1].upper()}{sentence[1:]}."}


def _look_again(slug: str, errors: dict[str, str]) -> AnyResponse:
    pasted = request.form.get("pasted", "")
    typed = {
        "evidence": clean(request.form.get("evidence", ""))[:1000],
        "pasted": pasted if len(pasted) <= SHOWN_AGAIN else "",
    }
    return make_response(_form(slug, errors, typed), 422)


def _form(slug: str, errors: dict[str, str], typed: dict[str, str]) -> str:
    with parts().database.reading() as session:
        found = open_series(session, slug)
        language = choose_locale(typed.get("language"), found.languages) or found.default_language
        return render_template(
            "desk/people_import.html",
            slug=slug,
            errors=errors,
            typed=typed,
            language=language,
            languages=language_options(found),
            most=i18n.number(MOST_LINES, languages.locale()),
        )


def _numbers(report: SubscriberReport) -> dict[str, int]:
    """What the log says of it: who they are stands on the list."""
    return {"imported": report.imported, "updated": report.updated, "rejected": len(report.rejected)}
