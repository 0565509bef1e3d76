"""A draft is let go: after a dry run over everybody it reaches, now or at a time, and by who may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, flash, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import delivery, mailings
from mailer.context import parts
from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.core.errors import MailerError
from mailer.delivery import Trial
from mailer.mailings import DraftChanged, Mailing, MailingState, NotThen, WrongState
from mailer.organisers import Role
from mailer.series import closes_at
from mailer.web import languages
from mailer.web.desk.clocks import both_clocks
from mailer.web.desk.editions import edition_seen
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.desk.mail_words import language_words
from mailer.web.desk.mailings import typed
from mailer.web.desk.mailings.entrance import bp, open_mailing, to_mailing
from mailer.web.desk.mailings.listing import title_of
from mailer.web.desk.typed_times import TypedTime, read_time
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words


@dataclass(frozen=True)
class TrialShown:
    """What a dry run found, in words."""

    recipients: int
    checked: int
    languages: tuple[tuple[str, int, str], ...]
    """Language, how many read it, and whose words they get where theirs are not written."""
    broken: tuple[tuple[str, str], ...]
    troubles: tuple[tuple[str, str], ...]
    """Address, and what is wrong."""
    trouble_count: int
    paused: int
    suppressed: int

    @property
    def is_fine(self) -> bool:
        return not (self.broken or self.trouble_count) and self.checked == self.recipients


@bp.get("/<int:number>/release")
@needs(Role.SENDER)
def weigh(slug: str, number: int) -> AnyResponse:
    """Everything one wants to know before: to how many, in which languages, and what would go wrong."""
    with parts().database.reading() as session:
        mailing = open_mailing(session, slug, number)
        if mailing.state is not MailingState.DRAFT:
            return to_mailing(slug, number)
        return _page(session, mailing, {})


@bp.post("/<int:number>/release")
@needs(Role.SENDER)
def release(slug: str, number: int) -> AnyResponse:
    """Let it go. A second click on the same form finds it gone, and changes nothing."""
    chosen = TypedTime(None, "")
    errors: dict[str, str] = {}
    try:
        with parts().database.transaction() as session:
            mailing = open_mailing(session, slug, number)
            chosen = _chosen_time(mailing)
            if not chosen.problem:
                _release(session, mailing, chosen.instant)
    except NotThen as error:
        errors["day"] = languages.current().sentence(error)
    except DraftChanged as error:
        errors["changed"] = languages.current().sentence(error)
    if chosen.problem:
        errors["day"] = chosen.problem
    if errors:
        with parts().database.reading() as session:
            mailing = open_mailing(session, slug, number)
            return _page(session, mailing, errors, chosen, status=409 if "changed" in errors else 422)
    flash(_told(mailing, chosen.instant), "done")
    return to_mailing(slug, number)


@bp.post("/<int:number>/take-back")
@needs(Role.SENDER)
def take_back(slug: str, number: int) -> AnyResponse:
    with parts().database.transaction() as session:
        open_mailing(session, slug, number)
        mailings.take_back(session, number)
        note(session, "mailing.taken_back", series=slug, subject=number)
    flash(_("The message is a draft again. Nobody has got it."), "done")
    return to_mailing(slug, number)


def _release(session: Session, mailing: Mailing, due_at: datetime | None) -> None:
    now, was_draft = parts().now(), mailing.state is MailingState.DRAFT
    released = mailings.release_draft(
        session,
        mailing.id,
        edition=edition_seen(),
        releaser=signed_in().id,
        due_at=due_at,
        now=now,
    )
    if was_draft:
        reached = mailings.count_reached(session, released, now=now)
        note(session, "mailing.released", series=mailing.series.slug, subject=mailing.id, count=reached)


def _chosen_time(mailing: Mailing) -> TypedTime:
    """When it is to leave; no instant and no problem means at once."""
    form = request.form
    if form.get("when") != "later":
        return TypedTime(None, "")
    return read_time(
        form.get("day", ""), form.get("clock", ""), mailing.series.zone, which=form.get("which", "")
    )


def _told(released: Mailing, at: datetime | None) -> str:
    if at is None:
        return _("The message is released. It leaves within seconds.")
    when = both_clocks(released.due_at, released.series)
    facts = {"day": when.day, "hour": when.hour}
    return _("The message is released. It leaves on %(day)s at %(hour)s.") % facts


def _page(
    session: Session,
    mailing: Mailing,
    errors: Mapping[str, str],
    chosen: TypedTime | None = None,
    *,
    status: int = 200,
) -> Response:
    if mailing.state is not MailingState.DRAFT:
        raise WrongState(mailing=mailing.id, state=mailing.state.value)
    house, found = parts(), mailing.series
    hindrance = _hindrance(session, mailing)
    trial = delivery.try_out(session, house.composer, mailing, now=house.now()) if not hindrance else None
    end = closes_at(found)
    page = render_template(
        "desk/mailings/release.html",
        slug=found.slug,
        number=mailing.id,
        title=title_of(mailing),
        edition=mailing.edition,
        trial=_tell(trial, mailing) if trial else None,
        hindrance=hindrance,
        settings_url=_settings_url(found.slug),
        about=words(found, mailing.event.title) if mailing.event else "",
        audience=typed.audience_words(mailing.audience, mailing.audience_language),
        needs_second=mailings.needs_second_person(mailing, signed_in().id),
        zone=found.timezone,
        ends=i18n.day(local_day(end, found.zone), languages.locale()) if end else "",
        errors=dict(errors),
        typed=request.form if request.method == "POST" else {},
        twice=chosen.twice if chosen else (),
        today=f"{local_day(house.now(), found.zone):%Y-%m-%d}",
    )
    return make_response(page, status)


def _hindrance(session: Session, mailing: Mailing) -> str:
    """Why it could not be let go at all; an audience that is empty now may not be so later."""
    try:
        mailings.check_draft(session, mailing, due_at=None, now=parts().now())
    except mailings.NobodyReached:
        return ""
    except MailerError as error:
        return languages.current().sentence(error)
    return ""


def _settings_url(slug: str) -> str:
    known = "series_settings.show" in current_app.view_functions
    return url_for("series_settings.show", slug=slug) if known else ""


def _tell(trial: Trial, mailing: Mailing) -> TrialShown:
    reasons = {
        "address": _("The address holds a character that mail cannot be sent to."),
        "letter": _("The letter cannot be written in this person's language."),
    }
    fallback = next((code for code in mailing.series.languages if mailing.body.get(code)), "")
    return TrialShown(
        recipients=trial.recipients,
        checked=trial.checked,
        languages=tuple(
            (
                language_words(code),
                number,
                language_words(fallback) if code in trial.languages_without_words else "",
            )
            for code, number in trial.by_language.items()
        ),
        broken=tuple((language_words(code), problem) for code, problem in trial.broken.items()),
        troubles=tuple((trouble.address, reasons[trouble.reason]) for trouble in trial.troubles),
        trouble_count=trial.trouble_count,
        paused=trial.left_out.paused,
        suppressed=trial.left_out.suppressed,
    )
