"""Languages: catalogues read from their .po files, and dates as each language writes them.

English stands in the source. ``translations/de`` holds the German with *Sie*, ``translations/de_du``
only what reads differently with *du*; ``translations/en`` holds the sentences for error codes.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale as BabelLocale
from babel import dates, numbers
from babel.messages.pofile import read_po

from mailer.core.clock import month_bounds
from mailer.core.errors import MailerError
from mailer.core.types import Form, Locale

CATALOGUES = Path(__file__).resolve().parents[1] / "translations"
LOCALES: tuple[Locale, ...] = ("de", "en")

_BABEL = {"de": BabelLocale("de"), "en": BabelLocale("en", "GB")}
_LONG_DAY = {"de": "EEEE, d. MMMM y", "en": "EEEE, d MMMM y"}
_DAY = {"de": "d. MMMM y", "en": "d MMMM y"}
_DAY_IN_YEAR = {"de": "EEEE, d. MMMM", "en": "EEEE, d MMMM"}
_MONTH = {"de": "MMMM y", "en": "MMMM y"}


@dataclass
class Translator(gettext.NullTranslations):
    """Speaks one language in one form of address; a text without translation is English."""

    locale: Locale
    form: Form = "sie"
    catalogue: dict[str, str | tuple[str, ...]] = field(default_factory=dict, repr=False)

    def gettext(self, message: str) -> str:
        found = self.catalogue.get(message, message)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        found = self.catalogue.get(msgid1, (msgid1, msgid2))
        return found if isinstance(found, str) else found[0 if n == 1 else 1]

    def sentence(self, error: MailerError) -> str:
        """The sentence for a person behind an error's code."""
        return error.in_words(self)

    def say(self, code: str, facts: Mapping[str, object]) -> str:
        """The sentence of a code, with its facts filled in; one of its ``reason`` goes before the general one."""
        special = f"{code}.{facts.get('reason', '')}"
        text = self.gettext(special if special in self.catalogue else code)
        return text % {name: _readable(value) for name, value in facts.items()}


@lru_cache(maxsize=8)
def translator(locale: Locale, form: Form = "sie") -> Translator:
    catalogue = dict(_read(CATALOGUES / "en"))
    if locale == "de":
        catalogue.update(_read(CATALOGUES / "de"))
        if form == "du":
            catalogue.update(_read(CATALOGUES / "de_du"))
    return Translator(locale, form, catalogue)


def _read(folder: Path) -> Iterable[tuple[str, str | tuple[str, ...]]]:
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="de"):
                if isinstance(message.string, (list, tuple)):
                    if all(message.string):
                        yield message.id[0], tuple(map(str, message.string))
                elif message.id and message.string:
                    yield str(message.id), str(message.string)


def _readable(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def choose_locale(wanted: str | None, allowed: Iterable[str] = LOCALES) -> Locale | None:
    """The locale named by something like ``de``, ``de-AT`` or ``en_GB``, if it is among ``allowed``."""
    short = (wanted or "")[:2].lower()
    if short not in allowed:
        return None
    return "de" if short == "de" else "en" if short == "en" else None


def long_day(moment: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """``Donnerstag, 28. September 2023``, ``Thursday, 28 September 2023``."""
    return dates.format_date(moment.astimezone(zone).date(), _LONG_DAY[locale], _BABEL[locale])


def day_in_year(moment: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """``Donnerstag, 28. September``: for a day so near that the year goes without saying."""
    return dates.format_date(moment.astimezone(zone).date(), _DAY_IN_YEAR[locale], _BABEL[locale])


def day(value: date, locale: Locale) -> str:
    """``28. September 2023``, ``28 September 2023``."""
    return dates.format_date(value, _DAY[locale], _BABEL[locale])


def hour(moment: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """``17:00 Uhr``, ``17:00``."""
    clock = f"{moment.astimezone(zone):%H:%M}"
    return f"{clock} Uhr" if locale == "de" else clock


def hours(start: datetime, end: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """``17:00–18:30 Uhr``, ``17:00–18:30``."""
    return f"{start.astimezone(zone):%H:%M}–{hour(end, zone, locale)}"


def number(value: int, locale: Locale) -> str:
    """``200.000``, ``200,000``."""
    return numbers.format_decimal(value, locale=_BABEL[locale])


def megabytes(count: int, locale: Locale) -> str:
    """``2,4 MB``, ``2.4 MB``; less than a tenth of one in ``kB``. Powers of ten, as shops and browsers count."""
    if count < 100_000:
        return f"{number(max(1, round(count / 1000)), locale)} kB"
    return f"{numbers.format_decimal(round(count / 1_000_000, 1), locale=_BABEL[locale])} MB"


def zone_name(moment: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """What the clock there is called at that moment: ``MESZ``, ``CEST``; else its offset, ``GMT+05:45``."""
    local = moment.astimezone(zone)
    for name in (dates.get_timezone_name(local, width="short", locale=_BABEL[locale]), local.tzname() or ""):
        if name.isalpha():
            return name
    return dates.get_timezone_gmt(local, width="long", locale=_BABEL[locale])


def month_name(month: str, locale: Locale) -> str:
    """``August 2023`` for ``"2023-08"``."""
    return dates.format_date(month_bounds(month)[0], _MONTH[locale], _BABEL[locale])
