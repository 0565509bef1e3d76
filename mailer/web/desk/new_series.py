"""A series begins: its title, its address, its languages, its clock and who writes its mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import exchange, series
from mailer.context import parts
from mailer.core.i18n import LOCALES
from mailer.core.types import Locale
from mailer.exchange import BadEventForm
from mailer.organisers import Role
from mailer.series import SlugTaken
from mailer.web import languages
from mailer.web.desk.clocks import zone_names
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.series_words import form_problems
from mailer.web.languages import gettext as _

bp = Blueprint("new_series", __name__, url_prefix="/organiser/series/new")

USUAL_ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Page:
    """The form as it stands, or as it came back."""

    values: Mapping[str, str]
    languages: tuple[tuple[Locale, str], ...]
    places: tuple[tuple[str, str], ...]
    """The places a language can have, for a list to choose from."""
    zones: tuple[str, ...]
    base: str
    errors: Mapping[str, str]


@bp.get("")
@needs(Role.OWNER)
def ask() -> str:
    with parts().database.reading() as session:
        return _page(_suggest(session))


@bp.post("")
@needs(Role.OWNER)
def create() -> AnyResponse:
    """Make the series; first propose an address where none is typed, for it stays."""
    typed = _typed()
    spoken = exchange.in_order({code: typed.get(f"place.{code}", "") for code in LOCALES})
    house = parts()
    with house.database.transaction() as session:
        if not typed.get("slug"):
            typed = _with_address(session, typed)
            if typed["slug"]:
                asked = _(
                    "This is the address we propose. Please look at it once, for it cannot be changed later."
                )
                return make_response(_page(typed, {"slug": asked}), 422)
        try:
            file = exchange.read_new_series(typed, languages=spoken)
            found = exchange.create_series(session, file, now=house.now())
        except BadEventForm as problem:
            return make_response(_page(typed, form_problems(problem)), 422)
        except SlugTaken as taken:
            return make_response(_page(typed, {"slug": languages.current().sentence(taken)}), 422)
        note(session, "series.created", series=found.slug, subject=found.slug)
    flash(_("The series is there. So far only this desk knows it."), "done")
    return redirect(url_for("series_overview.show", slug=found.slug), 303)


@bp.post("/address")
@needs(Role.OWNER)
def propose() -> str:
    """The field of the address, with a proposal in it as long as nobody typed another."""
    typed = _typed()
    with parts().database.reading() as session:
        if typed.get("slug", "") == typed.get("proposed", ""):
            typed = _with_address(session, typed)
        return render_template("desk/_new_address.html", page=_shown(typed))


def _typed() -> dict[str, str]:
    return {name: text.strip() for name, text in request.form.items() if name != "csrf_token"}


def _with_address(session: Session, typed: Mapping[str, str]) -> dict[str, str]:
    spoken = exchange.in_order({code: typed.get(f"place.{code}", "") for code in LOCALES})
    titles = [title for code in spoken if (title := typed.get(f"title.{code}", ""))]
    slug = series.propose_slug(session, titles[0]) if titles else ""
    return {**typed, "slug": slug, "proposed": slug}


def _suggest(session: Session) -> dict[str, str]:
    """What the newest series says: whoever made it is likely to write this one's mails too."""
    newest = next(reversed(series.list_series(session, drafts=True)), None)
    if newest is None:
        return {f"place.{languages.locale()}": "1", "timezone": USUAL_ZONE}
    return {
        **{f"place.{code}": str(place) for place, code in enumerate(newest.languages, start=1)},
        "timezone": newest.timezone,
        "sender.name": newest.sender_name,
        "sender.address": newest.sender_address,
    }


def _page(values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    return render_template("desk/new_series.html", page=_shown(values, errors))


def _shown(values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> Page:
    names = ("slug", "proposed", "timezone", "sender.name", "sender.address")
    spread = [f"{name}.{code}" for name in ("title", "place") for code in LOCALES]
    return Page(
        values={**dict.fromkeys((*names, *spread), ""), **values},
        languages=tuple((code, languages.NAMES[code]) for code in LOCALES),
        places=(("", _("not used")), *((str(n), f"{n}.") for n in range(1, len(LOCALES) + 1))),
        zones=zone_names(),
        base=parts().config.base_url.removesuffix("/") + "/",
        errors=errors or {},
    )
