"""flask series …"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mailer import exchange, handover, media, series, subscriptions
from mailer.cli.speaking import Group, at, emit, house, json_option, now_option, say, sentence, table
from mailer.context import asking
from mailer.core.clock import iso_in
from mailer.core.text import in_language

group = Group("series", help="Bring series in, look at them, take them out.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--next-in",
    type=click.IntRange(0, 3650),
    metavar="DAYS",
    help="Move all dates: the next dialogue is in DAYS.",
)
@now_option
def import_(file: Path, next_in: int | None, moment: datetime | None) -> None:
    """Create or update a series from a YAML FILE, or from the ZIP of a handover with its pictures and documents."""
    parts = house()
    incoming = handover.read_incoming(file.read_bytes())
    with parts.database.transaction() as session:
        report = handover.bring_in(session, incoming, shelf=parts.shelf, next_in=next_in, now=at(moment))
        missing = media.missing_files(session, report.series)
        slug, done = (
            report.series.slug,
            "created" if report.created else "updated" if report.changed else "unchanged",
        )
    say(f"Series {slug} {done}.")
    for gone in report.cancelled:
        say(f"  {gone} is not in the file any more and is cancelled.")
    for name in missing:
        problem = incoming.unusable.get(name)
        say(f"  {name}: {sentence(problem) if problem else 'there is no file of this name here.'}")


@group.command("export")
@click.argument("slug")
def export(slug: str) -> None:
    """Print a series as YAML."""
    with house().database.reading() as session:
        click.echo(exchange.export_series(session, series.get_series(session, slug, drafts=True)), nl=False)


@group.command("handover")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def hand_over(slug: str, file: Path) -> None:
    """Write the whole series into FILE, a ZIP: series file, figures, and its pages to read offline."""
    parts = house()
    with parts.database.reading() as session:
        found = series.get_series(session, slug, drafts=True)
        bundle = handover.gather(session, found, base_url=parts.config.base_url, shelf=parts.shelf)
    growing = file.with_name(f"{file.name}.part")
    try:
        with growing.open("wb") as target:
            target.writelines(handover.pack(bundle.members(asking()), now=parts.now()))
        growing.replace(file)
    finally:
        growing.unlink(missing_ok=True)
    say(f"Series {slug} is in {file}.")


@group.command("show")
@click.argument("slug")
@json_option
@now_option
def show(slug: str, as_json: bool, moment: datetime | None) -> None:
    """Say how a series stands."""
    with house().database.reading() as session:
        facts = _facts(session, series.get_series(session, slug, drafts=True), now=at(moment))
    if as_json:
        emit(facts)
        return
    say(f"{facts['slug']}: {facts['state']}, ends {facts['ends_at'] or 'never'}")
    say("subscribers: " + ", ".join(f"{count} {state}" for state, count in facts["subscribers"].items()))
    table(
        ["dialogue", "when", "state", "revision"],
        [(e["slug"], e["starts_at"] or e["month"], e["state"], e["revision"]) for e in facts["events"]],
    )


@group.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List every series."""
    now = house().now()
    with house().database.reading() as session:
        rows = [
            {
                "slug": one.slug,
                "title": in_language(one.title, one.languages[0]),
                "state": series.state_of(one, now).value,
            }
            for one in series.list_series(session)
        ]
    if as_json:
        emit(rows)
    else:
        table(["series", "title", "state"], [list(row.values()) for row in rows])


def _facts(session: Any, found: series.Series, *, now: datetime) -> dict[str, Any]:
    counts = subscriptions.counts_by_state(session, found)
    return {
        "slug": found.slug,
        "state": series.state_of(found, now).value,
        "ends_at": iso_in(series.closes_at(found), found.zone),
        "subscribers": {state.value: count for state, count in counts.items()},
        "events": [
            {
                "slug": event.slug,
                "starts_at": iso_in(event.starts_at, found.zone),
                "month": event.month,
                "state": event.state.value,
                "revision": event.revision,
            }
            for event in found.events
        ],
    }
