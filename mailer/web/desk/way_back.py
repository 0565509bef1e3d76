"""Where somebody wanted to go before she was asked to sign in: a page of the desk, and nothing else."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from flask import current_app, url_for
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

LONGEST = 1000
_PLAIN = re.compile(r"/organiser/[\w./?&=%+,:~-]*", re.ASCII)
"""No backslash, no control character, no scheme and no host: nothing that browsers read in ways of their own."""


def local_way(asked: str) -> str:
    """The address if it shows a page of the desk; else ``""``.

    It must be one of our own views that a signed-in organiser may look at. What is encoded
    twice, climbs up with dots or begins like another host leads nowhere.
    """
    if len(asked) > LONGEST or not _PLAIN.fullmatch(asked):
        return ""
    path = urlsplit(asked).path
    plain = unquote(path)
    if "//" in plain or ".." in plain or "\\" in plain or "%" in plain:
        return ""
    return asked if _is_shown(plain) else ""


def way_after(asked: str) -> str:
    """Where to go after signing in: where she wanted to, or the first page of the desk."""
    return local_way(asked) or url_for("overview.show")


def _is_shown(path: str) -> bool:
    adapter = request_ctx.url_adapter
    if adapter is None:
        return False
    try:
        endpoint, _ = adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return hasattr(current_app.view_functions[endpoint], "needs_role")
