"""Placeholders in organisers' words: ``{name}``, ``{date}`` and few more. They are looked up, never evaluated."""

from __future__ import annotations

import enum
import re
import secrets
from collections.abc import Callable, Iterator, Mapping

from markupsafe import Markup, escape

from mailer.core.errors import Invalid
from mailer.core.text import markdown_html
from mailer.letters.cleaning import plain, plain_line
from mailer.letters.facts import View, of_event, of_series, web_address
from mailer.series import Event


class Placeholder(enum.StrEnum):
    """What organisers may leave open in a message."""

    NAME = "name"  # how the reader calls herself; goes away, with the blank before it, where there is no name
    DIALOGUE = "dialogue"  # the title of the dialogue the message is about
    DATE = "date"  # when it is: weekday, date, hours, zone
    JOIN_LINK = "join_link"  # where one takes part online
    SERIES = "series"  # the title of the series
    END = "end"  # the day on which the mails end by themselves


OF_A_DIALOGUE = frozenset({Placeholder.DIALOGUE, Placeholder.DATE, Placeholder.JOIN_LINK})
"""Those that only a message about a dialogue can fill."""

_BRACED = re.compile(r"\{[ \t]*([^\W\d]\w{0,39})[ \t]*\}")
_STAND_INS = {each: f"word{secrets.token_hex(4)}{each.value.replace('_', '')}" for each in Placeholder}
"""Plain words that stand in the text while Markdown is read, so that no value is ever read as Markdown."""

NAME_STAND_IN = _STAND_INS[Placeholder.NAME]
_STAND_IN = re.compile("|".join(_STAND_INS.values()))
_BY_STAND_IN = {word: each for each, word in _STAND_INS.items()}
_NAMELESS = re.compile(rf"(?m)^{NAME_STAND_IN}[,;:]?[ \t]*|[ \t]*{NAME_STAND_IN}")
_ANCHOR = re.compile(r"(<a\b[^>]*>.*?</a>)", re.DOTALL)


class UnknownPlaceholder(Invalid):
    """There is no placeholder of this name."""

    code = "unknown_placeholder"


class NoNameInSubject(Invalid):
    """The subject is the same for everybody of one language; a name cannot stand in it."""

    code = "no_name_in_subject"


class NothingToFillIn(Invalid):
    """The placeholder has no value here: ``reason`` is ``no_event``, ``no_join_link``, ``no_end``."""

    code = "nothing_to_fill_in"


def placeholders_in(text: str) -> list[str]:
    """What stands in braces and could be a placeholder, known or not, each once, in order."""
    return list(dict.fromkeys(found[1].lower() for found in _BRACED.finditer(text)))


def check_placeholders(text: str, *, in_subject: bool, view: View, event: Event | None) -> None:
    """Whether every placeholder in ``text`` can be filled in. Raises UnknownPlaceholder, NoNameInSubject, NothingToFillIn."""
    for name in placeholders_in(text):
        if name not in list(Placeholder):
            known = [f"{{{each.value}}}" for each in Placeholder]
            raise UnknownPlaceholder(placeholder=name, known=known)
        placeholder = Placeholder(name)
        if placeholder is Placeholder.NAME and in_subject:
            raise NoNameInSubject()
        if placeholder in OF_A_DIALOGUE and event is None:
            raise NothingToFillIn(placeholder=name, reason="no_event")
        if placeholder is Placeholder.JOIN_LINK and not fillings(view, event)[placeholder]:
            raise NothingToFillIn(placeholder=name, reason="no_join_link")
        if placeholder is Placeholder.END and not fillings(view, event)[placeholder]:
            raise NothingToFillIn(placeholder=name, reason="no_end")


def fillings(view: View, event: Event | None) -> Mapping[Placeholder, str]:
    """What each placeholder but the name becomes in the view's language; empty where there is nothing."""
    told = of_event(view, event) if event else None
    series = of_series(view)
    return {
        Placeholder.DIALOGUE: told.title if told else "",
        Placeholder.DATE: told.when if told else "",
        Placeholder.JOIN_LINK: web_address(event.join_url) if event else "",
        Placeholder.SERIES: series.title,
        Placeholder.END: series.ends_on,
    }


def with_titles(text: str, *, dialogue: str, series: str) -> str:
    """A subject for lists at the desk: titles are filled in, other placeholders stay as they were written."""
    known = {"dialogue": dialogue or "{dialogue}", "series": series}
    return plain_line(_BRACED.sub(lambda found: known.get(found[1].lower(), found[0]), text))


def line_with(text: str, known: Mapping[Placeholder, str]) -> str:
    """A subject with its placeholders filled in."""
    return plain_line(_filled(_marked(text), lambda each: known.get(each, "")))


def text_with(markdown: str, known: Mapping[Placeholder, str], *, has_name: bool) -> str:
    """A message's text part. Of the name only NAME_STAND_IN stands there, to be replaced when lines are folded."""
    return _filled(plain(_prepared(markdown, has_name)), lambda each: known.get(each, NAME_STAND_IN))


def html_with(markdown: str, known: Mapping[Placeholder, str], *, has_name: bool) -> Markup:
    """The same as HTML: values are escaped, and a web address that stands alone becomes a link."""
    html = markdown_html(_prepared(markdown, has_name))
    return Markup("".join(_html_pieces(html, known)))  # noqa: S704  # cleaned by nh3; what is put in is escaped


def _html_pieces(html: str, known: Mapping[Placeholder, str]) -> Iterator[str]:
    for piece in _ANCHOR.split(html):
        in_anchor = piece.startswith("<a")
        yield _filled(piece, lambda each, inside=in_anchor: _as_html(each, known, inside=inside))  # type: ignore[misc]


def _as_html(each: Placeholder, known: Mapping[Placeholder, str], *, inside: bool) -> str:
    value = escape(known.get(each, NAME_STAND_IN))
    if each is Placeholder.JOIN_LINK and value and not inside:
        return Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(value)
    return value


def _prepared(text: str, has_name: bool) -> str:
    marked = _marked(text)
    return marked if has_name else _NAMELESS.sub("", marked)


def _marked(text: str) -> str:
    """The text with a stand-in for each placeholder; what is none stays as it was written."""
    return _BRACED.sub(lambda found: _stand_in(found[1].lower()) or found[0], text)


def _stand_in(name: str) -> str:
    return _STAND_INS[Placeholder(name)] if name in list(Placeholder) else ""


def _filled(text: str, value_of: Callable[[Placeholder], str]) -> str:
    return _STAND_IN.sub(lambda found: value_of(_BY_STAND_IN[found[0]]), text)
