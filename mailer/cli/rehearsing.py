"""flask rehearse"""

from __future__ import annotations

from pathlib import Path

import click

from mailer import rehearsal, series
from mailer.cli.speaking import emit, house, json_option, standalone, table
from mailer.core.clock import iso_in


@standalone("rehearse", help="Play a whole series on a simulated clock, in a copy; nothing is sent.")
@click.argument("slug")
@click.option("--subscribers", "count", type=click.IntRange(0, 10_000), help="How many people to play with.")
@click.option(
    "--mbox", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write the mails there."
)
@json_option
def rehearse(slug: str, count: int | None, mbox: Path | None, as_json: bool) -> None:
    """Every mail that would go out, when and to how many, up to the automatic end."""
    parts = house()
    with parts.database.reading() as session:
        script = rehearsal.script_of(session, series.get_series(session, slug), subscribers=count)
    played = rehearsal.rehearse(
        script, composer=parts.composer, pseudonym=parts.pseudonym, keep_letters=mbox is not None
    )
    if mbox is not None:
        rehearsal.write_mbox(mbox, played)
    rows = [
        {
            "at": iso_in(sent.at, played.zone),
            "event": sent.event,
            "kind": sent.kind,
            "recipients": sent.recipients,
        }
        for sent in played.mailings
    ]
    if as_json:
        emit(
            [
                {"at": r["at"], "kind": r["kind"], "event": r["event"], "recipients": r["recipients"]}
                for r in rows
            ]
        )
        return
    table(
        ["when", "dialogue", "kind", "recipients"],
        [[r["at"], r["event"] or "–", r["kind"], r["recipients"]] for r in rows],
    )
    ended = iso_in(played.ended_at, played.zone) or "never"
    click.echo(
        f"All subscriptions ended: {ended}. Personal data erased: {iso_in(played.erased_at, played.zone) or 'never'}."
    )
