"""How commands speak: results on standard output, messages and errors on standard error, an exit status for scripts."""

from __future__ import annotations

import json
import locale
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from mailer.context import Parts, parts
from mailer.core import clock, i18n
from mailer.core.errors import Invalid, MailerError, NotFound, Refused, Unavailable
from mailer.core.types import Locale

log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[MailerError], int], ...] = (
    (Invalid, 2),
    (NotFound, 3),
    (Refused, 4),
    (Unavailable, 5),
)


class Group(AppGroup):
    """A group of commands in which an error raised on purpose becomes a sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MailerError as error:
            raise Mishap(error) from error


class Command(click.Command):
    """The same for a command that stands alone."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MailerError as error:
            raise Mishap(error) from error


class Mishap(click.ClickException):
    """What Click shows and exits with."""

    def __init__(self, error: MailerError) -> None:
        super().__init__(sentence(error))
        self.exit_code = next((status for family, status in _STATUS if isinstance(error, family)), 5)  # type: ignore[misc]

    def show(self, file: Any = None) -> None:  # noqa: ARG002  # Click hands it in
        click.echo(self.message, err=True)


class Moment(click.ParamType[datetime]):
    """An ISO 8601 time with its zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return clock.parse_instant(value)
        except MailerError as error:
            self.fail(i18n.translator(language()).sentence(error), param, ctx)


MOMENT = Moment()

now_option = click.option(
    "--now",
    "moment",
    type=MOMENT,
    metavar="TIME",
    help="Decide by this moment instead of the clock: ISO 8601 with zone, such as 2023-04-26T09:00+02:00.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def standalone(name: str, help: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A command outside any group."""

    def made(function: Callable[..., Any]) -> click.Command:
        return click.command(name, cls=Command, help=help)(with_appcontext(function))

    return made


def sentence(error: MailerError) -> str:
    """What is wrong, in the language of the person at the keyboard."""
    return i18n.translator(language()).sentence(error)


def at(moment: datetime | None) -> datetime:
    """The moment given with --now, or the house's clock."""
    return moment or parts().now()


def house() -> Parts:
    return parts()


def say(text: str) -> None:
    """A message for the person at the keyboard."""
    click.echo(text, err=True)


def emit(document: Any) -> None:
    """One JSON document on standard output, and nothing else there."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on standard output; one that is not a terminal is never cut."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    width = None if sys.stdout.isatty() else 200
    Console(width=width, soft_wrap=not sys.stdout.isatty()).print(shown)


def language() -> Locale:
    """The language of the person at the keyboard."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return i18n.choose_locale(wanted or locale.getlocale()[0]) or "en"
