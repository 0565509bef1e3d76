"""flask organisers …"""

from __future__ import annotations

import click

from mailer import delivery, letters, organisers
from mailer.cli.speaking import Group, emit, house, json_option, say, table
from mailer.core.addresses import parse_address
from mailer.organisers import AccountChange, Role, UnknownOrganiser

group = Group("organisers", help="Say who may sign in.")


@group.command("add")
@click.argument("email")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="What she may do; a new organiser is an owner, a known one keeps her role unless this is given.",
)
@click.option("--name", default="", help="What colleagues call her.")
def add(email: str, language: str, role: str | None, name: str) -> None:
    """Create an organiser, or let a disabled one in again, and print a link that signs in once."""
    parts = house()
    address = parse_address(email, reserved=parts.config.in_development)
    now, wanted = parts.now(), Role(role) if role else None
    with parts.database.transaction() as session:
        organiser = organisers.add(
            session,
            address,
            language="en" if language == "en" else "de",
            role=wanted or Role.OWNER,
            name=" ".join(name.split())[:200],
            now=now,
        )
        if wanted is not None and organiser.role is not wanted:
            organisers.change_role(session, organiser, wanted)
        link = organisers.open_link(session, organiser, to_mail=False, now=now)
        organisers.note(
            session,
            "organiser.added",
            organiser_id=None,
            subject=address,
            role=organiser.role.value,
            now=now,
        )
    minutes = int(organisers.LINK_COUNTS_FOR.total_seconds() // 60)
    say(f"This link signs in once, within {minutes} minutes:")
    click.echo(letters.sign_in_url(parts.config.base_url, parts.links.make("signin", link.id)))


@group.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List everybody who may sign in, or might."""
    with house().database.reading() as session:
        rows = [
            {
                "email": one.address,
                "name": one.name,
                "role": one.role.value,
                "language": one.language,
                "invited": one.joined_at is None,
                "second_factor": one.factor_confirmed_at is not None,
                "disabled": one.disabled_at is not None,
            }
            for one in organisers.list_organisers(session)
        ]
    if as_json:
        emit(rows)
    else:
        headings = ["email", "name", "role", "language", "invited", "second_factor", "disabled"]
        table(headings, [list(row.values()) for row in rows])


@group.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let an organiser in no more, not even where she is signed in; never the last owner."""
    parts = house()
    address = parse_address(email, reserved=True)
    with parts.database.transaction() as session:
        organisers.disable(session, address, now=parts.now())
        organisers.note(session, "organiser.disabled", organiser_id=None, subject=address, now=parts.now())
    say("Disabled.")


@group.command("drop-factor")
@click.argument("email")
def drop_factor(email: str) -> None:
    """Ask an organiser for no second factor any more: she lost her phone and her recovery codes."""
    parts = house()
    address = parse_address(email, reserved=True)
    with parts.database.transaction() as session:
        organiser = organisers.find_by_address(session, address)
        if organiser is None:
            raise UnknownOrganiser()
        organisers.drop_factor(session, organiser)
        organisers.sign_out_everywhere(organiser)
        organisers.note(
            session, "organiser.factor_dropped", organiser_id=None, subject=address, now=parts.now()
        )
        delivery.open_account_notice(session, organiser, AccountChange.FACTOR_DROPPED, now=parts.now())
    say("The second factor is off.")
