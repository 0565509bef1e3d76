"""The settings of a series: who writes, how it reads, when it ends, and what must stand in every mail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, media
from mailer.context import parts
from mailer.core.colours import Shades, shades_of
from mailer.exchange import BadEventForm
from mailer.organisers import Role
from mailer.series import MOST_FUNDERS, EditedMeanwhile, Series
from mailer.web import languages
from mailer.web.desk import uploads
from mailer.web.desk.editions import edition_seen
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.languages import gettext as _
from mailer.web.pictures import Picture, tell_picture
from mailer.web.public.list_telling import tell_end

bp = Blueprint("series_settings", __name__, url_prefix="/organiser/series/<slug:slug>/settings")

_FUNDER = re.compile(r"funders\.[0-9]{1,4}\.(name|logo|url)$")

LARGEST = 512 * 1024
"""Bytes: five long texts in two languages."""


@dataclass(frozen=True)
class FunderRow:
    """One of those who pay, as the form shows it."""

    key: str
    """What the names of its fields begin with: ``funders.0.``"""
    name: str
    logo: str
    url: str
    picture: Picture | None
    """Absent where the house has no file of that name."""


@dataclass(frozen=True)
class Page:
    """The form as it stands, or as it came back."""

    slug: str
    values: Mapping[str, str]
    edition: int
    languages: tuple[languages.LanguageChoice, ...]
    ends: str
    """When the series ends by itself, in words; empty while nobody knows."""
    quiet_hint: str
    may_change: bool
    errors: Mapping[str, str]
    theirs: Mapping[str, str]
    """What somebody else wrote meanwhile, by field; empty where nobody did."""
    logo: Picture | None
    """Absent where the house has no file of that name."""
    logo_limits: str
    funders: tuple[FunderRow, ...]
    """Who pays, and one empty row while there may be more."""
    shades: Shades | None
    """Of the colour as it is saved."""


@bp.get("")
@needs(Role.EDITOR)
def show(slug: str) -> str:
    with parts().database.reading() as session:
        found = open_series(session, slug)
        return _render(session, found, exchange.settings_of(session, found))


@bp.post("")
@needs(Role.OWNER, largest=LARGEST, files=3 * media.LARGEST_PICTURE + LARGEST)
def save(slug: str) -> AnyResponse:
    house = parts()
    typed = {
        name: text.strip() for name, text in request.form.items() if name not in ("csrf_token", "edition")
    }
    does_preview = typed.pop("do", "") == "preview"
    edition = edition_seen()
    errors = uploads.take_logos(slug, typed)
    if errors:
        return _again(slug, typed, edition=edition, errors=errors)
    if does_preview:
        with house.database.reading() as session:
            found = open_series(session, slug)
            return make_response(_render(session, found, typed, edition=edition, shows_preview=True))
    try:
        with house.database.transaction() as session:
            found = open_series(session, slug)
            file = exchange.read_settings_form(session, found, typed)
            if exchange.edit_settings(session, found, file, edition=edition, now=house.now()):
                note(session, "series.settings_changed", series=found.slug)
    except BadEventForm as problem:
        return _again(slug, typed, edition=edition, errors=problem.sentences(languages.current()))
    except EditedMeanwhile:
        return _overtaken(slug, typed)
    flash(_("The settings are saved."), "done")
    return redirect(url_for(".show", slug=slug), 303)


def _again(slug: str, typed: Mapping[str, str], *, edition: int, errors: Mapping[str, str]) -> Response:
    with parts().database.reading() as session:
        found = open_series(session, slug)
        return make_response(_render(session, found, typed, edition=edition, errors=errors), 422)


def _overtaken(slug: str, typed: Mapping[str, str]) -> Response:
    """Somebody else saved meanwhile: what is hers stands beside each field that differs, nothing is overwritten."""
    with parts().database.reading() as session:
        found = open_series(session, slug)
        now = exchange.settings_of(session, found)
        theirs = {name: text for name, text in now.items() if text != typed.get(name, "")}
        return make_response(_render(session, found, typed, theirs=theirs), 409)


def _render(
    session: Session,
    found: Series,
    values: Mapping[str, str],
    *,
    edition: int | None = None,
    errors: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None,
    shows_preview: bool = False,
) -> str:
    logo = values.get("logo", "")
    page = Page(
        slug=found.slug,
        values={**dict.fromkeys(exchange.settings_of(session, found), ""), **values},
        logo=tell_picture(media.files_of(session, found, [logo]).get(logo), ""),
        logo_limits=uploads.tell_limits()["picture"],
        funders=_funder_rows(session, found, values),
        shades=shades_of(found.colour) if found.colour else None,
        edition=found.edition if edition is None else edition,
        languages=tuple(
            languages.LanguageChoice(code, languages.NAMES[code], code == found.default_language)
            for code in found.languages
        ),
        ends=tell_end(found),
        quiet_hint=_(
            "Then people are told once of all of them. Empty: %(minutes)s minutes, as for the whole house."
        )
        % {"minutes": parts().config.quiet_minutes},
        may_change=signed_in().may(Role.OWNER),
        errors=errors or {},
        theirs=theirs or {},
    )
    return render_template("desk/series_settings.html", page=page, shows_preview=shows_preview)


def _funder_rows(session: Session, found: Series, values: Mapping[str, str]) -> tuple[FunderRow, ...]:
    numbers = sorted(
        {int(name.split(".")[1]) for name, text in values.items() if _FUNDER.match(name) and text}
    )
    texts = [[values.get(f"funders.{n}.{part}", "") for part in ("name", "logo", "url")] for n in numbers]
    files = media.files_of(session, found, [logo for _name, logo, _url in texts])
    if len(texts) < MOST_FUNDERS:
        texts.append(["", "", ""])
    return tuple(
        FunderRow(f"funders.{number}.", name, logo, url, tell_picture(files.get(logo), ""))
        for number, (name, logo, url) in enumerate(texts)
    )
