"""flask subscribers …"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from mailer import exchange, people, series, subscriptions
from mailer.cli.speaking import Group, at, emit, house, json_option, language, now_option, say
from mailer.core import i18n
from mailer.core.addresses import parse_address
from mailer.core.types import EmailAddress
from mailer.exchange import SubscriberReport
from mailer.subscriptions import SubscriptionState

group = Group(
    "subscribers", help="Bring people in whose consent you can prove, take the list out, block addresses."
)


@group.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--evidence", required=True, metavar="TEXT", help="Where and how these people consented.")
@click.option("--check", is_flag=True, help="Say what would be taken over and what refused; change nothing.")
@json_option
@now_option
def import_(
    slug: str, file: Path, evidence: str, check: bool, as_json: bool, moment: datetime | None
) -> None:
    """Enter the people of a CSV FILE as active: columns email,name,language,confirmed_at."""
    source, now = file.read_bytes(), at(moment)
    exchange.parse_evidence(evidence)
    with house().database.reading() as session:
        understood = exchange.understand_list(series.get_series(session, slug), source, now=now)
    if check:
        with house().database.reading() as session:
            found = series.get_series(session, slug)
            report = exchange.judge_list(session, found, understood, pseudonym=house().pseudonym, now=now)
    else:
        with house().database.transaction() as session:
            report = exchange.take_list(
                session,
                series.get_series(session, slug),
                understood,
                evidence=evidence,
                pseudonym=house().pseudonym,
                now=now,
            )
    _tell(report, as_json=as_json, checked=check)


@group.command("export")
@click.argument("slug")
@click.option(
    "--state",
    type=click.Choice([state.value for state in SubscriptionState]),
    help="Only those in this state.",
)
def export(slug: str, state: str | None) -> None:
    """Print everybody on the list as CSV."""
    wanted = SubscriptionState(state) if state else None
    with house().database.reading() as session:
        for line in exchange.export_subscribers(session, series.get_series(session, slug), state=wanted):
            click.echo(line, nl=False)


@group.command("block")
@click.argument("address")
@now_option
def block(address: str, moment: datetime | None) -> None:
    """Never write to ADDRESS again, and take it off every list. Kept as a keyed hash."""
    with house().database.transaction() as session:
        lists = subscriptions.block(session, _parse(address), pseudonym=house().pseudonym, now=at(moment))
    say(f"The address is blocked; it was taken off {lists} lists.")


@group.command("unblock")
@click.argument("address")
def unblock(address: str) -> None:
    """Let ADDRESS be written to again; nobody comes back onto a list by that."""
    with house().database.transaction() as session:
        people.lift(session, house().pseudonym(_parse(address)))
    say("The address is not blocked any more.")


def _parse(address: str) -> EmailAddress:
    """Raises BadAddress."""
    return parse_address(address, reserved=house().config.in_development)


def _tell(report: SubscriberReport, *, as_json: bool, checked: bool) -> None:
    if as_json:
        rejected = [{"line": r.line, "email": r.email, "reason": r.reason} for r in report.rejected]
        emit({"imported": report.imported, "updated": report.updated, "rejected": rejected})
        return
    speaker = i18n.translator(language())
    would = " Nothing was changed." if checked else ""
    say(f"{report.imported} entered, {report.updated} updated, {len(report.rejected)} rejected.{would}")
    if report.left_out:
        say("Columns that mean nothing here: " + ", ".join(report.left_out))
    for refused in report.rejected:
        say(f"  line {refused.line}: {refused.email}: {refused.sentence(speaker)}")
