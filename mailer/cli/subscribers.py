"""flask subscribers …"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from mailer import exchange, series
from mailer.cli.speaking import Group, at, emit, house, json_option, language, now_option, say
from mailer.core import i18n

group = Group("subscribers", help="Bring people in whose consent you can prove, take the list out.")


@group.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--evidence", required=True, metavar="TEXT", help="Where and how these people consented.")
@json_option
@now_option
def import_(slug: str, file: Path, evidence: str, as_json: bool, moment: datetime | None) -> None:
    """Enter the people of a CSV FILE as active: columns email,name,language,confirmed_at."""
    source = file.read_bytes()
    with house().database.transaction() as session:
        report = exchange.import_subscribers(
            session,
            series.get_series(session, slug),
            source,
            evidence=evidence,
            pseudonym=house().pseudonym,
            now=at(moment),
        )
    if as_json:
        rejected = [{"line": r.line, "email": r.email, "reason": r.reason} for r in report.rejected]
        emit({"imported": report.imported, "updated": report.updated, "rejected": rejected})
        return
    speaker = i18n.translator(language())
    say(f"{report.imported} entered, {report.updated} updated, {len(report.rejected)} rejected.")
    if report.left_out:
        say("Columns that mean nothing here: " + ", ".join(report.left_out))
    for refused in report.rejected:
        say(f"  line {refused.line}: {refused.email}: {refused.sentence(speaker)}")


@group.command("export")
@click.argument("slug")
def export(slug: str) -> None:
    """Print everybody on the list as CSV."""
    with house().database.reading() as session:
        click.echo(exchange.export_subscribers(session, series.get_series(session, slug)), nl=False)
