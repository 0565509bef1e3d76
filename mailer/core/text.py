"""Organisers' words: the right language of them, and Markdown as safe HTML or plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_LINK = re.compile(r"\[([^\[\]]+)\]\((\S{1,2000}?)\)")
"""Bounded, so that a text of nothing but brackets costs no more than any other."""

_TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Signs that order the text behind them to run the other way (UAX 9, sections 2.1 to 2.5), so that ``gnp.exe`` reads as
``exe.png``. The mere marks U+200E and U+200F stay: names in Hebrew or Arabic need them and they turn nothing else."""


_DAY_OR_HOUR = re.compile(r"\b([0-9]{1,2}\.?|[0-9]{2}:[0-9]{2}) (?=[^\W\d])")


def unbroken(date: str) -> str:
    """A date whose lines break neither between day and month nor before „Uhr“."""
    return _DAY_OR_HOUR.sub("\\1\N{NO-BREAK SPACE}", date)


def straight(text: str) -> str:
    """Without the signs that let text read backwards: one sees what stands there, in a page, a mail and a spreadsheet."""
    return text if text.isprintable() else text.translate(_TURNS)


def in_language(words: Mapping[str, str], language: str, languages: Sequence[str] = ()) -> str:
    """What is written in ``language``, else in the first of ``languages`` that has it, else anything, else ``""``."""
    for wanted in (language, *languages):
        if words.get(wanted):
            return words[wanted]
    return next((text for text in words.values() if text), "")


@lru_cache(maxsize=512)
def markdown_html(source: str) -> str:
    """Render Markdown to HTML that is safe to show: raw HTML stays text, only plain tags and http(s) or mailto links pass."""
    import nh3

    rendered = str(_markdown().render(straight(source)))
    return nh3.clean(
        rendered,
        tags={"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "code", "hr"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


@lru_cache(maxsize=512)
def markdown_text(source: str) -> str:
    """Render Markdown for a plain-text mail: as written, with link targets spelled out and marks dropped."""
    text = _LINK.sub(r"\1 (\2)", straight(source).replace("\r\n", "\n"))
    text = re.sub(r"(\*\*|__)(.+?)\1", r"\2", text)
    text = re.sub(r"(?m)^#{1,6} +", "", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")


def one_line(text: str) -> str:
    """Fold all white space, and let nothing read backwards, so that a text fits a header, a table cell or a log line."""
    return " ".join(straight(text).split())
