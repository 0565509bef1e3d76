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
@click.option(
    "--down",
    "outages",
    multiple=True,
    metavar="FROM/UNTIL",
    help="What if no worker runs meanwhile: 2023-04-25T08:00/2023-04-27T10:00, by the series' clock.",
)
@click.option(
    "--move",
    "moves",
    multiple=True,
    metavar="EVENT=+1d",
    help="What if a dialogue moves: by hours (h), days (d) or weeks (w), or to 2023-05-26T17:00.",
)
@json_option
def rehearse(
    slug: str,
    count: int | None,
    mbox: Path | None,
    outages: tuple[str, ...],
    moves: tuple[str, ...],
    as_json: bool,
) -> None:
    """Every mail that would go out, when and to how many, up to the automatic end."""
    parts = house()
    with parts.database.reading() as session:
        found = series.get_series(session, slug)
        script = rehearsal.script_of(session, found, subscribers=count)
        scenario = rehearsal.Scenario(
            outages=tuple(rehearsal.parse_outage(text, found.zone) for text in outages),
            moves=tuple(rehearsal.parse_move(text, found.zone) for text in moves),
        )
    played = rehearsal.rehearse(
        script,
        composer=parts.composer,
        pseudonym=parts.pseudonym,
        keep_letters=mbox is not None,
        scenario=scenario,
    )
    if mbox is not None:
        rehearsal.write_mbox(mbox, played)
    rows = [
        {
            "at": iso_in(sent.at, played.zone),
            "event": sent.event,
            "kind": sent.kind,
            "recipients": sent.recipients,
            "missed": sent.missed,
        }
        for sent in played.mailings
    ]
    if as_json:
        emit([row if row["missed"] else {k: v for k, v in row.items() if k != "missed"} for row in rows])
        return
    table(
        ["when", "dialogue", "kind", "recipients"],
        [
            [
                r["at"],
                r["event"] or "–",
                f"{r['kind']} (missed)" if r["missed"] else r["kind"],
                r["recipients"],
            ]
            for r in rows
        ],
    )
    ended = iso_in(played.ended_at, played.zone) or "never"
    click.echo(
        f"All subscriptions ended: {ended}. Personal data erased: {iso_in(played.erased_at, played.zone) or 'never'}."
    )
