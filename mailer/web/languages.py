"""Which language a page speaks, and how templates translate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from sqlalchemy.orm import object_session

from mailer import media
from mailer.core.i18n import LOCALES, Translator, choose_locale, translator
from mailer.core.text import in_language, unbroken
from mailer.core.types import Form, Locale
from mailer.series import Event, Series
from mailer.web.pictures import Picture, tell_picture

NAMES: dict[str, str] = {"de": "Deutsch", "en": "English"}
_TERRITORIES = {"de": "de_DE", "en": "en_GB"}
"""The English here is British: its dates are."""


@dataclass(frozen=True)
class LanguageChoice:
    """One entry of the language switch, or of a form that asks for a language."""

    code: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class SeriesLink:
    """Whose page this is: stands at the top of it, and is a way on when something goes wrong."""

    title: str
    url: str
    colours: str = ""
    """The address of its style sheet; empty where it has no colour of its own."""
    logo: Picture | None = None


def set_up(app: Flask) -> None:
    """Let templates translate, and keep a language chosen by ``?lang=`` in every link of the page."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters["unbroken"] = unbroken
    install: Any = app.jinja_env  # the method comes with the extension; Jinja's types do not know it
    install.install_gettext_callables(gettext, ngettext, newstyle=True)
    app.url_defaults(_keep_language)
    app.context_processor(_for_every_page)


def speak(
    languages: Sequence[str] = LOCALES, form: Form = "sie", *, prefer: Locale | None = None
) -> Translator:
    """Choose the page's language among ``languages``: what ``?lang=`` says, else the browser, else the first.

    ``prefer`` is what a reader whom we know has chosen; it goes before what her browser says.
    """
    known = [code for code in dict.fromkeys(languages) if code in LOCALES]
    g.languages = known or list(LOCALES)
    chosen = translator(best(wished(prefer), g.languages), form)
    g.translator = chosen
    return chosen


def speak_for(series: Series) -> Translator:
    """Speak one of the series' languages, and German in its form of address; from here on the page is the series'."""
    chosen = speak(series.languages, series.form_of_address)
    title = in_language(series.title, chosen.locale, series.languages)
    g.series_link = SeriesLink(
        title,
        url_for("series_pages.show_series", slug=series.slug),
        colours=url_for("files.colours", colour=series.colour[1:]) if series.colour else "",
        logo=_logo_of(series),
    )
    return chosen


def in_address() -> Locale | None:
    """What ``?lang=`` says, where that is a language of ours."""
    return next((code for code in LOCALES if request.args.get("lang") == code), None)


def wished(prefer: Locale | None = None) -> tuple[str, ...]:
    """The languages the reader would like, the best first: the address, what we know of her, her browser."""
    known = [code for code in (in_address(), prefer) if code is not None]
    return (*known, *(code for code, quality in request.accept_languages if quality > 0))


def best(wished: Iterable[str], languages: Sequence[str]) -> Locale:
    """The first wished language that is among ``languages``; else the first of these."""
    for code in wished:
        if found := choose_locale(code, languages):
            return found
    return choose_locale(languages[0]) or "de"


def _logo_of(series: Series) -> Picture | None:
    session = object_session(series)
    if not series.logo or session is None:
        return None
    return tell_picture(media.files_of(session, series, [series.logo]).get(series.logo), "")


def point_to_event(event: Event) -> None:
    """Remember which event the page is about: its own page is a way on when something goes wrong."""
    title = in_language(event.title, locale(), event.series.languages)
    url = url_for("series_pages.show_event", slug=event.series.slug, event_slug=event.slug)
    g.event_link = SeriesLink(title, url)


def current() -> Translator:
    """The translator of this request; outside of any series it speaks every language of the house."""
    found: Translator | None = g.get("translator")
    return found or speak()


def locale() -> Locale:
    return current().locale


def asked_for() -> Locale | None:
    """The language that the address asks for by ``?lang=``, where this page can speak it."""
    here = locale()
    return here if in_address() == here else None


def with_territory(code: str) -> str:
    """``de_DE``, as Open Graph writes languages."""
    return _TERRITORIES.get(code, code)


def gettext(message: str) -> str:
    return current().gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    return current().ngettext(singular, plural, count)


def choices(chosen: str) -> tuple[LanguageChoice, ...]:
    """The languages this page could speak, for a switch or a form."""
    current()
    return tuple(LanguageChoice(code, NAMES[code], code == chosen) for code in g.languages)


def _for_every_page() -> dict[str, Any]:
    return {"language": locale(), "language_switch": choices(locale()), "series_link": g.get("series_link")}


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """There is no cookie for it: a language somebody chose travels in the links."""
    asked = in_address() if request else None
    if asked is not None and not endpoint.endswith(("static", "files.show", "files.colours")):
        values.setdefault("lang", asked)
