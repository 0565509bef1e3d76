"""Public pages as they were last written, given again while nothing they could tell has changed.

A page is written anew when anything at all was committed to the database, or another second has begun: pages say
"right now". So nobody ever reads what is no longer true, and a crowd at one page costs little more than one reader.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, request

from mailer.context import parts
from mailer.core.watching import Watch
from mailer.web import languages

Asked = ParamSpec("Asked")

MOST = 256
"""Pages kept at once in one process, in all their languages: some megabytes."""

LONGEST_KEY = 300
"""Characters of path and languages of which a page is kept: what is longer nobody asks for twice."""


@dataclass(frozen=True)
class _Kept:
    state: str
    body: bytes
    headers: list[tuple[str, str]]


@dataclass
class Shelf:
    """What one process keeps."""

    watch: Watch
    pages: dict[str, _Kept] = field(default_factory=dict)
    texts: dict[Hashable, str] = field(default_factory=dict)


def kept(view: Callable[Asked, Response]) -> Callable[Asked, Response]:
    """The view's answer to everybody who asks the same in the same language. It must depend on nothing else.

    Only for answers without a cookie. Raises what the view raises, which is never kept.
    """

    @wraps(view)
    def answer(*args: Asked.args, **values: Asked.kwargs) -> Response:
        shelf = _shelf()
        key = "\n".join(
            [request.path, request.args.get("lang", ""), request.headers.get("Accept-Language", "")]
        )
        state = f"{shelf.watch.state()} {int(parts().now().timestamp())}"
        page = shelf.pages.get(key)
        if page is not None and page.state == state:
            return Response(page.body, headers=page.headers)
        response = view(*args, **values)
        if response.status_code == 200 and len(key) <= LONGEST_KEY:
            if response.mimetype == "text/html":
                response.headers["Content-Language"] = languages.locale()
            if len(shelf.pages) >= MOST:
                shelf.pages.clear()
            shelf.pages[key] = _Kept(state, response.get_data(), list(response.headers))
        return response

    return answer


def kept_text(look: Hashable, name: str, write: Callable[[], str]) -> str:
    """The answer to a form, the same for everybody who reads it in one language.

    Written again when ``look`` differs, and every minute: a picture may have been brought meanwhile.
    """
    shelf = _shelf()
    minute = int(parts().now().timestamp()) // 60
    key = (look, name, languages.locale(), languages.in_address(), minute)
    text = shelf.texts.get(key)
    if text is None:
        if len(shelf.texts) >= MOST:
            shelf.texts.clear()
        text = shelf.texts[key] = write()
    return text


def _shelf() -> Shelf:
    found: Shelf | None = current_app.extensions.get("zeitnah-pages")
    if found is None:
        found = current_app.extensions["zeitnah-pages"] = Shelf(Watch(parts().database))
    return found
