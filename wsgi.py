"""The door for web servers and for the flask command: `app`."""

from __future__ import annotations

import sys

import click

from config import BadSetting, Config
from mailer.app import create_app
from mailer.cli import ASKING_FOR_PAGES, COMMANDS


def _needs_pages() -> bool:
    """Whether somebody may ask for a page: commands of ours do not, and answer sooner without."""
    called_by_flask = click.get_current_context(silent=True) is not None
    words = {*sys.argv[1:]}
    return not (called_by_flask and COMMANDS.keys() & words) or bool(ASKING_FOR_PAGES & words)


try:
    app = create_app(Config.from_env(), with_pages=_needs_pages())
except BadSetting as problem:
    sys.stderr.write(f"zeitnah: {problem}\n")
    raise SystemExit(2) from problem
