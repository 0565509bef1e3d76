"""The languages of a series: which come, which go, which is first; and what goes with one that goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, mailings
from mailer.context import parts
from mailer.core.i18n import LOCALES
from mailer.core.types import Locale
from mailer.exchange import LanguageNeeded
from mailer.organisers import Role
from mailer.series import EditedMeanwhile, Series
from mailer.web import languages
from mailer.web.desk.editions import edition_seen
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.languages import gettext as _

bp = Blueprint("series_languages", __name__, url_prefix="/organiser/series/<slug:slug>/settings/languages")

GO = "go"
"""The button of who has read what goes with a language."""


@dataclass(frozen=True)
class Going:
    """A language that would go: what nobody sees then, and who reads another instead."""

    name: str
    texts: int
    people: int
    instead: str


@bp.get("")
@needs(Role.EDITOR)
def show(slug: str) -> str:
    with parts().database.reading() as session:
        found = open_series(session, slug)
        return _page(found, _places(found.languages), edition=found.edition)


@bp.post("")
@needs(Role.OWNER)
def save(slug: str) -> AnyResponse:
    """Store the order; where a language goes, first say what goes with it."""
    house, edition = parts(), edition_seen()
    places = {code: request.form.get(f"place.{code}", "") for code in LOCALES}
    wanted = exchange.in_order(places)
    with house.database.transaction() as session:
        found = open_series(session, slug)
        if errors := _wrong(places, wanted):
            return _again(found, places, edition, errors)
        try:
            exchange.check_languages(session, found, wanted)
            gone = [code for code in LOCALES if code in found.languages and code not in wanted]
            if gone and request.form.get("do") != GO:
                going = [_tell_going(session, found, code, wanted) for code in gone]
                return make_response(_page(found, places, edition=edition, going=going))
            if exchange.change_languages(session, found, wanted, edition=edition, now=house.now()):
                note(session, "series.languages_changed", series=slug, languages=wanted)
        except LanguageNeeded as problem:
            return _again(found, places, edition, {"place.de": languages.current().sentence(problem)})
        except EditedMeanwhile:
            session.refresh(found)
            return make_response(
                _page(found, places, edition=found.edition, theirs=_names(found.languages)), 409
            )
    flash(_("The languages are saved."), "done")
    return redirect(url_for("series_settings.show", slug=slug), 303)


def _places(spoken: Sequence[str]) -> dict[Locale, str]:
    return {code: str(spoken.index(code) + 1) if code in spoken else "" for code in LOCALES}


def _names(codes: Sequence[str]) -> str:
    return ", ".join(languages.NAMES[code] for code in codes)


def _wrong(places: Mapping[Locale, str], wanted: Sequence[Locale]) -> dict[str, str]:
    given = [place for place in places.values() if place]
    if wanted and len(set(given)) == len(given) == len(wanted):
        return {}
    return {"place.de": _("Please choose at least one language, and each place only once.")}


def _tell_going(session: Session, found: Series, code: Locale, wanted: Sequence[Locale]) -> Going:
    sizes = mailings.audience_sizes(session, found, None, now=parts().now())
    return Going(
        name=languages.NAMES[code],
        texts=exchange.count_texts(session, found, code),
        people=sizes.by_language.get(code, 0),
        instead=languages.NAMES[wanted[0]],
    )


def _again(found: Series, places: Mapping[Locale, str], edition: int, errors: Mapping[str, str]) -> Response:
    return make_response(_page(found, places, edition=edition, errors=errors), 422)


def _page(
    found: Series,
    places: Mapping[Locale, str],
    *,
    edition: int,
    going: Sequence[Going] = (),
    errors: Mapping[str, str] | None = None,
    theirs: str = "",
) -> str:
    return render_template(
        "desk/series_languages.html",
        slug=found.slug,
        places=places,
        names=languages.NAMES,
        choices=(("", _("not used")), *((str(n), f"{n}.") for n in range(1, len(LOCALES) + 1))),
        edition=edition,
        going=going,
        errors=errors or {},
        theirs=theirs,
        may_change=signed_in().may(Role.OWNER),
    )
