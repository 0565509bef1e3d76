"""Every text of the pages has its German, and every error of theirs its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_from_file

from mailer.core.errors import MailerError
from mailer.core.i18n import translator

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}


def texts() -> Iterator[str]:
    for folder in ("public", "desk"):
        for path in sorted((ROOT / "templates" / folder).glob("*.html")):
            yield from extracted("jinja2.ext:babel_extract", path)
    for path in sorted((ROOT / "mailer" / "web").rglob("*.py")):
        yield from extracted("python", path)


def extracted(method: str, path: Path) -> Iterator[str]:
    for _line, message, _comments, _context in extract_from_file(
        method, str(path), keywords=KEYWORDS, options=OPTIONS
    ):
        yield message if isinstance(message, str) else message[0]


def test_every_text_has_its_german() -> None:
    catalogue = translator("de").catalogue

    assert [text for text in texts() if text not in catalogue] == []


def test_every_sie_has_its_du() -> None:
    """A text that addresses the reader with *Sie* must read differently in a series that says *du*."""
    sie, du = translator("de").catalogue, translator("de", "du").catalogue
    marks = ("Sie ", "Ihre", "Ihnen", "Ihr ")
    public = set()
    for path in sorted((ROOT / "templates" / "public").glob("*.html")):
        public |= set(extracted("jinja2.ext:babel_extract", path))

    assert [
        text for text in public if any(mark in sie[text] for mark in marks) and sie[text] == du[text]
    ] == []


def test_every_error_of_the_pages_has_its_sentence() -> None:
    codes = {error.code for error in subclasses(MailerError) if error.__module__.startswith("mailer.web")}

    assert [code for code in codes if code not in translator("en").catalogue] == []
    assert [code for code in codes if translator("de").gettext(code) == translator("en").gettext(code)] == []


def subclasses(kind: type[MailerError]) -> Iterator[type[MailerError]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)
