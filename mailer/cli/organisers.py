"""flask organisers …"""

from __future__ import annotations

import click

from mailer import letters, organisers
from mailer.cli.speaking import Group, emit, house, json_option, say, table
from mailer.core.addresses import parse_address

group = Group("organisers", help="Say who may sign in.")


@group.command("add")
@click.argument("email")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
def add(email: str, language: str) -> None:
    """Create an organiser and print a link that signs in once."""
    parts = house()
    address = parse_address(email, reserved=parts.config.in_development)
    now = parts.now()
    with parts.database.transaction() as session:
        organiser = organisers.add(session, address, language="en" if language == "en" else "de", now=now)
        link = organisers.open_link(session, organiser, to_mail=False, now=now)
    minutes = int(organisers.LINK_COUNTS_FOR.total_seconds() // 60)
    say(f"This link signs in once, within {minutes} minutes:")
    click.echo(letters.sign_in_url(parts.config.base_url, parts.links.make("signin", link.id)))


@group.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List everybody who may sign in, or might."""
    with house().database.reading() as session:
        rows = [
            {"email": one.address, "language": one.language, "disabled": one.disabled_at is not None}
            for one in organisers.list_organisers(session)
        ]
    if as_json:
        emit(rows)
    else:
        table(["email", "language", "disabled"], [list(row.values()) for row in rows])


@group.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let an organiser in no more, not even where she is signed in."""
    parts = house()
    address = parse_address(email, reserved=True)
    with parts.database.transaction() as session:
        organisers.disable(session, address, now=parts.now())
    say("Disabled.")
