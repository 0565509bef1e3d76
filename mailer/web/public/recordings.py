"""Recordings that can be watched on our page: the player comes from its own house, and only after a click."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs, urlsplit

from mailer.series import Material, MaterialKind, Series
from mailer.web.public.facts import Recording
from mailer.web.public.telling import words
from mailer.web.public.ways_in import safe_url

_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
"""A name as it may stand in a Content-Security-Policy: nothing in it can add a word to that."""

_YOUTUBE_ID = re.compile(r"[\w-]{11}")
_PEERTUBE = re.compile(r"/(?:w|videos/watch)/([\w-]{8,40})")


def tell_recordings(
    found: Series, materials: Iterable[Material], kind: MaterialKind
) -> tuple[Recording, ...]:
    """Those of the kind that are published somewhere, in the organisers' order."""
    return tuple(
        _recording(found, material)
        for material in materials
        if material.kind is kind and safe_url(material.url)
    )


def player_origins(recordings: Iterable[Recording]) -> tuple[str, ...]:
    """The origins that a page with these recordings must let into its frames."""
    return tuple(sorted({f"https://{urlsplit(one.player).hostname}" for one in recordings if one.player}))


def _recording(found: Series, material: Material) -> Recording:
    host = _host_of(material.url)
    return Recording(
        title=words(found, material.title),
        credit=material.credit,
        url=material.url,
        host=host.removeprefix("www."),
        player=_player(material.url, host),
    )


def _host_of(url: str) -> str:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return host if _HOST.fullmatch(host) else ""


def _player(url: str, host: str) -> str:
    """The address of the page's own player for a video; empty for what is none that we know."""
    known: dict[str, Callable[[str], str]] = {
        "youtube.com": _youtube,
        "m.youtube.com": _youtube,
        "youtube-nocookie.com": _youtube,
        "youtu.be": _youtube,
        "vimeo.com": _vimeo,
        "player.vimeo.com": _vimeo,
    }
    make = known.get(host.removeprefix("www."))
    if make is not None:
        return make(url)
    video = _PEERTUBE.fullmatch(urlsplit(url).path.rstrip("/")) if host else None
    return f"https://{host}/videos/embed/{video[1]}" if video else ""


def _youtube(url: str) -> str:
    parts = urlsplit(url)
    asked = parse_qs(parts.query).get("v", [""])[0] or parts.path.rstrip("/").rpartition("/")[2]
    return f"https://www.youtube-nocookie.com/embed/{asked}" if _YOUTUBE_ID.fullmatch(asked) else ""


def _vimeo(url: str) -> str:
    """``/123`` and ``/123/hash``: the second belongs to videos that only who has the link may see."""
    numbers = re.fullmatch(
        r"(?:/video|/channels/[\w-]+)?/(\d+)(?:/([0-9a-f]+))?", urlsplit(url).path.rstrip("/")
    )
    if numbers is None:
        return ""
    return f"https://player.vimeo.com/video/{numbers[1]}?dnt=1" + (f"&h={numbers[2]}" if numbers[2] else "")
