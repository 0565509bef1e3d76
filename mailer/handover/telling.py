"""What the bundle says of itself, in both languages at once: who opens it may know only one."""

from __future__ import annotations

from mailer.core.text import in_language
from mailer.core.types import Locale
from mailer.series import Series

GERMAN = """\
{title}
{line}

Dies ist die ganze Dialogreihe zum Weitergeben:

series.yaml                 die Reihe mit allen Dialogen; jede Zeitnah-Installation liest sie ein, ebenso
                            diese ZIP-Datei als Ganzes, mit Bildern (flask series import DATEI)
media.csv, media/           Bilder und Materialien: die Liste, und die Dateien, soweit sie hier liegen
statistics/                 Zahlen: je Aussendung, und wie die Erinnerungsliste gewachsen ist
{pages}
Adressen von Personen auf der Erinnerungsliste sind nicht enthalten. In series.yaml können
Einwahllinks stehen, die nicht öffentlich sind.
"""
ENGLISH = """\
{title}
{line}

This is the whole series, to hand on:

series.yaml                 the series with all its dialogues; any house of Zeitnah reads it, and this
                            ZIP file as a whole, with its pictures (flask series import FILE)
media.csv, media/           pictures and materials: the list, and the files as far as they lie here
statistics/                 figures: for each mailing, and how the list of people to remind has grown
{pages}
No address of anybody on the list is included. series.yaml may hold join links that are
not public.
"""
GERMAN_PAGES = "pages/                      die öffentlichen Seiten ohne Internet zu lesen; Anfang: {start}\n"
ENGLISH_PAGES = (
    "pages/                      the public pages, to read without the internet; begin with {start}\n"
)


def explain(series: Series, *, with_pages: bool) -> str:
    """README.txt: German, then English."""
    german = _part(GERMAN, GERMAN_PAGES, series, "de", with_pages=with_pages)
    return german + "\n\n" + _part(ENGLISH, ENGLISH_PAGES, series, "en", with_pages=with_pages)


def _part(text: str, pages: str, series: Series, language: Locale, *, with_pages: bool) -> str:
    title = in_language(series.title, language, series.languages)
    start = language if language in series.languages else series.languages[0]
    listed = pages.format(start=f"pages/{start}/index.html") if with_pages else ""
    return text.format(title=title, line="=" * len(title), pages=listed)
