"""The templates of letters: plain Jinja, with MJML turned into HTML once per process."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from mjml import mjml2html

from mailer.core.i18n import translator
from mailer.core.text import markdown_html
from mailer.core.types import Form, Locale
from mailer.letters.cleaning import compact, folded, labelled, plain, underlined

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "email"

_INCLUDE = re.compile(r'<mj-include path="([\w./-]+)" />')


class _LetterLoader(FileSystemLoader):
    """Reads templates; what ends in .mjml is HTML by the time Jinja sees it."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, unchanged = super().get_source(environment, template)
        return (compiled(template) if template.endswith(".mjml") else source), path, unchanged


@lru_cache(maxsize=8)
def environment(locale: Locale, form: Form) -> Environment:
    """Templates that speak one language in one form of address.

    Organisers' words are values here, never templates: what looks like a tag in them stays text.
    """
    env = Environment(
        loader=_LetterLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(enabled_extensions=("mjml",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    env.policies["ext.i18n.trimmed"] = True
    speak = translator(locale, form)
    env.install_gettext_callables(speak.gettext, speak.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters |= {
        "compact": compact,
        "folded": folded,
        "labelled": labelled,
        "markdown": _markdown,
        "plain": plain,
        "underlined": underlined,
    }
    return env


@lru_cache(maxsize=64)
def compiled(template: str) -> str:
    """A letter's MJML as HTML with its Jinja tags untouched. No font is fetched from anywhere.

    Parts are put in as text before MJML sees them: its own include would lay them out
    without knowing what they stand in.
    """
    return str(mjml2html(_assembled(template), disable_comments=True, fonts={}))


def _assembled(template: str) -> str:
    source = (TEMPLATES / template).read_text("utf-8")
    return _INCLUDE.sub(lambda part: _assembled(part.group(1)), source)


def _markdown(source: str) -> Markup:
    return Markup(markdown_html(source))  # noqa: S704  # cleaned by nh3, see mailer.core.text
