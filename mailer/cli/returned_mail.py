"""flask bounces …"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from mailer import returns
from mailer.cli.speaking import Group, emit, house, json_option, say
from mailer.returns import Kind, Outcome, Taken, Verdict

group = Group("bounces", help="Read mail that came back.")

NOT_ALL_UNDERSTOOD = 2


@group.command("ingest")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@json_option
def ingest(files: tuple[Path, ...], as_json: bool) -> None:
    """Read returned mail: each FILE one message, an mbox or a Maildir; standard input without FILE.

    The files stay as they are, and reading them twice is the same as once. 2 if a message was not understood.
    """
    parts = house()
    told: list[dict[str, object]] = []
    outcomes: Counter[Outcome] = Counter()
    for source, number, raw in _messages(files):
        with parts.database.transaction() as session:
            taken = returns.take(session, raw, composer=parts.composer, now=parts.now())
        say(f"{source}, message {number}: {_sentence(taken)}")
        told.append({"source": source, "number": number, **_facts(taken)})
        outcomes[taken.outcome] += 1
    if as_json:
        emit({"messages": told, "counts": {one.value: outcomes[one] for one in Outcome}})
    if outcomes[Outcome.NOT_UNDERSTOOD]:
        raise click.exceptions.Exit(NOT_ALL_UNDERSTOOD)


def _messages(files: tuple[Path, ...]) -> Iterator[tuple[str, int, bytes]]:
    if not files:
        for number, raw in enumerate(returns.messages_of(sys.stdin.buffer, source="standard input"), 1):
            yield "standard input", number, raw
    for file in files:
        for number, raw in enumerate(returns.messages_in(file), 1):
            yield file.name, number, raw


def _facts(taken: Taken) -> dict[str, object]:
    return {
        "kind": taken.kind.value,
        "outcome": taken.outcome.value,
        "verdict": taken.verdict.value if taken.verdict else None,
        "status": taken.status or None,
        "delivery": taken.delivery_id,
    }


def _sentence(taken: Taken) -> str:
    """Without a name or an address: it may stand in a log of cron."""
    letter = f"letter {taken.delivery_id}" if taken.delivery_id else "no letter of ours"
    match taken.outcome:
        case Outcome.NOT_UNDERSTOOD:
            return f"not understood ({letter}); please read it yourself."
        case Outcome.KNOWN:
            return f"{letter}: known already."
        case Outcome.TOO_OLD:
            return f"{letter}: left too long ago; nothing was changed."
        case Outcome.LEFT:
            return "somebody left the list by mail."
        case Outcome.BLOCKED:
            return f"{letter}: reported as spam; the address is not written to any more."
        case Outcome.PASSED_OVER if taken.kind is not Kind.REPORT:
            return f"{letter}: an automatic answer; nothing to do."
        case _ if taken.verdict is not None:
            ended = " The subscription is over." if taken.outcome is Outcome.ENDED else ""
            return f"{letter}: {_MEANS[taken.verdict]}{f' ({taken.status})' if taken.status else ''}.{ended}"
        case _:
            return f"{letter}: noted."


_MEANS = {
    Verdict.GONE: "the address does not exist",
    Verdict.REFUSED: "refused for good; it counts when that happens on two days",
    Verdict.OUR_FAULT: "refused because of the sender or of the letter itself; the address is not to blame",
    Verdict.FOR_NOW: "did not arrive this time; the address stays good",
    Verdict.PASSED_ON: "another address failed, to which this one passes its mail on; nothing follows",
    Verdict.UNDER_WAY: "still under way, or arrived",
    Verdict.COMPLAINT: "reported as spam",
}
