"""flask mailings send"""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from mailer import delivery, mailings, series
from mailer.cli.mailings import group
from mailer.cli.speaking import at, emit, house, json_option, now_option, say
from mailer.core.addresses import parse_address
from mailer.core.errors import Invalid
from mailer.core.types import Words
from mailer.mailings import MailingKind
from mailer.series import Event, Series

LONGEST_MESSAGE = 100_000
"""Bytes of a message's text: more is not a letter any more."""


class NotText(Invalid):
    """The file of a message is not UTF-8 text, or too long for a letter."""

    code = "not_text"


@group.command("send")
@click.argument("slug")
@click.argument("event", required=False)
@click.option("--kind", type=click.Choice([kind.value for kind in MailingKind]), required=True)
@click.option(
    "--to", "copy_to", metavar="ADDRESS", help="One test copy to this address; nobody else gets anything."
)
@click.option("--subject", metavar="TEXT", help="Of a message.")
@click.option(
    "--text",
    "text_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Of a message: a file of Markdown.",
)
@click.option("--again", is_flag=True, help="Also to those who were told already.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@now_option
def send(
    slug: str,
    event: str | None,
    kind: str,
    copy_to: str | None,
    subject: str | None,
    text_file: Path | None,
    again: bool,
    yes: bool,
    as_json: bool,
    moment: datetime | None,
) -> None:
    """Trigger a mailing by hand. It returns at once; a worker sends it.

    A change or a cancellation is sent if one is gathered: it goes to those who were told of the dialogue.
    """
    now, wanted = at(moment), MailingKind(kind)
    body = read_text(text_file)
    if not (yes or copy_to):
        _ask(slug, event, wanted, now=now)
    with house().database.transaction() as session:
        found, about = _named(session, slug, event)
        words: dict[str, Any] = {"subject": _words(found, subject), "body": _words(found, body)}
        if copy_to:
            number = _open_test_copy(session, found, about, wanted, copy_to, now=now, **words)
        elif wanted in mailings.OF_CHANGES:
            number = mailings.send_change_now(session, _needed(about, wanted), kind=wanted, now=now).id
        else:
            key = secrets.token_hex(8)
            mailing = mailings.release(
                session, found, about, kind=wanted, key=key, again=again, now=now, **words
            )
            number = mailing.id
    if as_json:
        emit({"id": number})
    else:
        say("The test copy is queued:" if copy_to else "The mailing is released and a worker sends it:")
        click.echo(number)


def _ask(slug: str, event: str | None, kind: MailingKind, *, now: datetime) -> None:
    """Say to how many it goes, and let the person think again."""
    with house().database.reading() as session:
        found, about = _named(session, slug, event)
        if kind in mailings.OF_CHANGES:
            question = (
                f"This goes to {_concerned(session, found, _needed(about, kind), kind, now=now)} people."
            )
        else:
            mailings.check_by_hand(found, about, kind=kind, now=now)
            reached = mailings.count(session, mailings.subscribers(found, now=now))
            question = f"This goes to the list, {reached} people at most."
    click.confirm(f"{question} Go on?", abort=True, err=True)


def _concerned(session: Session, found: Series, about: Event, kind: MailingKind, *, now: datetime) -> int:
    """How many hear of what is gathered. Raises NothingToAnnounce."""
    for pending in mailings.pending_changes(session, found, quiet=house().quiet, now=now):
        if pending.event.id == about.id and pending.kind is kind:
            return pending.recipients
    raise mailings.NothingToAnnounce(event=about.slug)


def _needed(about: Event | None, kind: MailingKind) -> Event:
    if about is None:
        raise mailings.NeedsEvent(kind=kind.value)
    return about


def _named(session: Session, slug: str, event: str | None) -> tuple[Series, Event | None]:
    found = series.get_series(session, slug)
    return found, series.get_event(session, found, event) if event else None


def _open_test_copy(
    session: Session,
    found: Series,
    about: Event | None,
    kind: MailingKind,
    to: str,
    *,
    now: datetime,
    **words: Any,
) -> int:
    mailings.check_copy(found, about, kind=kind, now=now)
    return delivery.open_test_copy(
        session,
        found,
        about,
        kind=kind,
        address=parse_address(to, reserved=house().config.in_development),
        language=found.default_language,
        key=secrets.token_hex(8),
        now=now,
        **words,
    )


def _words(found: Series, text: str | None) -> Words:
    return {found.default_language: text} if text else {}


def read_text(file: Path | None) -> str | None:
    """The text of a message. Raises NotText."""
    if file is None:
        return None
    raw = file.read_bytes()
    try:
        if len(raw) > LONGEST_MESSAGE or b"\0" in raw:
            raise NotText()
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise NotText() from problem
