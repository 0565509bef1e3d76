"""flask mailings draft, release, take-back: messages that are written first and let go later."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

import click

from mailer import mailings, series
from mailer.cli.mailings import group
from mailer.cli.sending import read_text
from mailer.cli.speaking import MOMENT, at, emit, house, json_option, now_option, say
from mailer.mailings import Draft, WrongState


@group.command("draft")
@click.argument("slug")
@click.argument("event", required=False)
@click.option("--subject", metavar="TEXT", required=True)
@click.option(
    "--text",
    "text_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="A file of Markdown.",
)
@json_option
@now_option
def draft(
    slug: str, event: str | None, subject: str, text_file: Path, as_json: bool, moment: datetime | None
) -> None:
    """Keep a message for somebody at the desk to look at; nothing is sent."""
    with house().database.transaction() as session:
        found = series.get_series(session, slug)
        about = series.get_event(session, found, event) if event else None
        language = found.default_language
        words = Draft({language: subject}, {language: read_text(text_file) or ""}, event=about)
        kept = mailings.write_draft(
            session, found, words, key=secrets.token_hex(8), author=None, now=at(moment)
        )
        number = kept.id
    if as_json:
        emit({"id": number})
    else:
        say("The draft is kept:")
        click.echo(number)


@group.command("release")
@click.argument("mailing_id", metavar="ID", type=int)
@click.option("--at", "due_at", type=MOMENT, metavar="TIME", help="Not at once, but at this moment.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@now_option
def release(mailing_id: int, due_at: datetime | None, yes: bool, moment: datetime | None) -> None:
    """Let a draft go out. It returns at once; a worker sends it."""
    now = at(moment)
    with house().database.reading() as session:
        known = mailings.get_mailing(session, mailing_id)
        if known.state is not mailings.MailingState.DRAFT:
            raise WrongState(mailing=mailing_id, state=known.state.value)
        edition = known.edition
        mailings.check_draft(session, known, due_at=due_at, now=now)
        reached = mailings.count_reached(session, known, now=now)
    if not yes:
        click.confirm(f"This goes to {reached} people as of now. Go on?", abort=True, err=True)
    with house().database.transaction() as session:
        mailings.release_draft(session, mailing_id, edition=edition, releaser=None, due_at=due_at, now=now)
    say(f"Mailing {mailing_id} is released and a worker sends it.")


@group.command("take-back")
@click.argument("mailing_id", metavar="ID", type=int)
def take_back(mailing_id: int) -> None:
    """Make a draft again of a message that has not begun to leave."""
    with house().database.transaction() as session:
        mailings.take_back(session, mailing_id)
    say(f"Mailing {mailing_id} is a draft again.")
