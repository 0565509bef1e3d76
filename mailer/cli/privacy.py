"""flask privacy …"""

from __future__ import annotations

import click

from mailer import privacy
from mailer.cli.speaking import Group, emit, house, say
from mailer.core.addresses import parse_address
from mailer.core.errors import NotFound

group = Group("privacy", help="Show and erase what is stored about a person.")


class NothingStored(NotFound):
    """Nothing is stored about this address."""

    code = "nothing_stored"


@group.command("export")
@click.argument("address")
def export(address: str) -> None:
    """Print everything stored about ADDRESS as JSON."""
    parts = house()
    with parts.database.reading() as session:
        found = privacy.everything_about(
            session, parse_address(address, reserved=True), pseudonym=parts.pseudonym
        )
    if not found:
        raise NothingStored()
    emit(found)


@group.command("erase")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(address: str, yes: bool) -> None:
    """Erase everything that names the person behind ADDRESS: on the lists, and as an organiser.

    The last owner is not erased: somebody else has to become an owner first.
    """
    parts = house()
    known = parse_address(address, reserved=True)
    if not yes:
        click.confirm("This cannot be undone. Go on?", abort=True, err=True)
    with parts.database.transaction() as session:
        was_organiser = privacy.erase_account(session, known, now=parts.now())
        if not privacy.erase(session, known, now=parts.now()) and not was_organiser:
            raise NothingStored()
    say("Erased. What stays: counts, and the proof of consent under a keyed hash.")
