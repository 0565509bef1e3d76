"""The command line: flask <noun> <verb>."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
from flask import Flask

COMMANDS = {
    "db": ("database:group", "Look after the database."),
    "series": ("series:group", "Bring series in, look at them, take them out."),
    "subscribers": ("subscribers:group", "Bring people in whose consent you can prove, take the list out."),
    "mailings": ("drafts:group", "Look at mailings and let them go out."),
    "bounces": ("returned_mail:group", "Read mail that came back."),
    "organisers": ("organisers:group", "Say who may sign in."),
    "privacy": ("privacy:group", "Show and erase what is stored about a person."),
    "worker": ("working:worker", "Look every second for what is due, and send it, until SIGTERM."),
    "rehearse": (
        "rehearsing:rehearse",
        "Play a whole series on a simulated clock, in a copy; nothing is sent.",
    ),
    "doctor": ("checking:doctor", "Say whether everything mail needs is in order, and what to do."),
    "demo": ("demonstrating:demo", "Run web, worker and a mail catcher, with the example series."),
}
"""Every command of ours: where it lives, and what the list of commands says of it."""

ASKING_FOR_PAGES = frozenset({"handover"})
"""Words of commands that need the pages in the house."""


def register(app: Flask) -> None:
    """Hang every command under `flask`."""
    for name, (place, help_text) in COMMANDS.items():
        app.cli.add_command(_OnDemand(name, place, help_text))


class _OnDemand(click.Group):
    """A command whose module is imported when it is called: each answers sooner without the others."""

    def __init__(self, name: str, place: str, help_text: str) -> None:
        super().__init__(name, help=help_text)
        self._place = place

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> click.Context:
        return self._command().make_context(info_name, args, parent, **extra)

    def _command(self) -> click.Command:
        module, _, attribute = self._place.partition(":")
        found: click.Command = getattr(import_module(f"{__name__}.{module}"), attribute)
        return found
