"""What came out of a dialogue, in a few words that lead to their places on its page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from mailer.series import Event, MaterialKind
from mailer.web.languages import ngettext
from mailer.web.public.ways_in import safe_url


@dataclass(frozen=True)
class Remain:
    words: str
    """``Mitschnitt``, ``17 Rahmenbedingungen``."""
    url: str


def tell_remains(event: Event, url: str, *, conditions: int) -> tuple[Remain, ...]:
    """One for each kind of material the dialogue at ``url`` has, and one for its framework conditions."""
    kinds = Counter(material.kind for material in event.materials)
    recordings, addenda = kinds[MaterialKind.RECORDING], kinds[MaterialKind.ADDENDUM]
    presentations, links = kinds[MaterialKind.PRESENTATION], kinds[MaterialKind.LINK]
    told = {
        ngettext("recording", "%(count)s recordings", recordings): (
            recordings,
            _place(event, MaterialKind.RECORDING, "recordings"),
        ),
        ngettext("addendum", "%(count)s addenda", addenda): (
            addenda,
            _place(event, MaterialKind.ADDENDUM, "addenda"),
        ),
        ngettext("presentations", "%(count)s presentations", presentations): (presentations, "materials"),
        ngettext("link", "%(count)s links", links): (links, "materials"),
        ngettext("%(count)s framework condition", "%(count)s framework conditions", conditions): (
            conditions,
            "conditions",
        ),
    }
    return tuple(
        Remain(text % {"count": count}, f"{url}#{place}") for text, (count, place) in told.items() if count
    )


def _place(event: Event, kind: MaterialKind, player: str) -> str:
    """What can be watched has a place of its own; without an address it stands among the materials."""
    watched = any(one.kind is kind and safe_url(one.url) for one in event.materials)
    return player if watched else "materials"
