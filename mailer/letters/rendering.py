"""The templates of letters: plain Jinja, with MJML turned into HTML once per process."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from jinja2.bccache import Bucket, BytecodeCache
from markupsafe import Markup
from mjml import mjml2html

from mailer.core.i18n import LOCALES, translator
from mailer.core.text import markdown_html
from mailer.core.types import Form, Locale
from mailer.letters.cleaning import compact, folded, labelled, plain, underlined

log = logging.getLogger(__name__)

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
        bytecode_cache=_CODE,
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


def read_templates() -> None:
    """Read every template in every language and form of address, so that no letter waits for that: half a second.

    One that is broken is told in the log; its letters fail one by one, with their reason.
    """
    names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.glob("[!_]*/*.*")]
    for locale, form in itertools.product(LOCALES, get_args(Form)):
        speaking = environment(locale, form)
        for name in names:
            try:
                speaking.get_template(name)
            except TemplateError:
                log.exception("template=%s cannot be read", name)


class _Translated(BytecodeCache):
    """Templates turned into code once for all languages: what they say is looked up when they run."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_CODE = _Translated()


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
