"""flask doctor"""

from __future__ import annotations

import click

from mailer import checkup
from mailer.checkup import Level, Told
from mailer.cli.speaking import emit, house, json_option, language, standalone
from mailer.core.clock import utcnow
from mailer.core.i18n import translator

SIGNS = {Level.GOOD.value: "✓", Level.ADVICE.value: "·", Level.MEND.value: "✗"}
MUST_BE_MENDED = 5


@standalone("doctor", help="Say whether everything mail needs is in order, and what to do.")
@json_option
def doctor(as_json: bool) -> None:
    """Look at settings, database, worker, relay and the senders' domains. Sends nothing; 5 if something must be mended."""
    parts = house()
    found = checkup.examine(
        parts.config,
        parts.database,
        parts.transport,
        resolving=checkup.Resolving(parts.config.dns_server, parts.config.dkim_selector),
        clock=utcnow(),
    )
    told = [checkup.told(finding, translator(language())) for finding in found]
    is_fine = all(finding.level is not Level.MEND for finding in found)
    if as_json:
        emit({"ok": is_fine, "findings": [vars(one) for one in told]})
    else:
        _show(told)
    if not is_fine:
        raise click.exceptions.Exit(MUST_BE_MENDED)


def _show(told: list[Told]) -> None:
    area = ""
    for one in told:
        if one.area != area:
            area = one.area
            click.echo(f"\n{area}" if one is not told[0] else area)
        click.echo(f"  {SIGNS[one.level]} {one.sentence}")
        if one.advice:
            click.echo(f"    → {one.advice}")
