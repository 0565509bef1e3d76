"""flask mailings …"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import click

from mailer import delivery, mailings, series
from mailer.cli.following import follow_to_the_end
from mailer.cli.previewing import FORMATS, KINDS, preview_letter
from mailer.cli.speaking import Group, at, emit, house, json_option, language, now_option, say, table
from mailer.core import i18n
from mailer.core.clock import iso_in, utcnow
from mailer.mailings import Mailing

group = Group("mailings", help="Look at mailings and let them go out.")


@group.command("plan")
@click.argument("slug")
@json_option
@now_option
def plan(slug: str, as_json: bool, moment: datetime | None) -> None:
    """Every mailing still to come, changes that are gathered among them."""
    with house().database.reading() as session:
        found = series.get_series(session, slug)
        rows = [
            {
                "due_at": iso_in(planned.due_at, found.zone),
                "event": planned.event.slug if planned.event else None,
                "kind": planned.kind.value,
                "recipients": planned.recipients,
            }
            for planned in mailings.upcoming_mailings(session, found, quiet=house().quiet, now=at(moment))
        ]
    if as_json:
        emit(rows)
    else:
        table(
            ["due", "dialogue", "kind", "recipients"],
            [[v if v is not None else "–" for v in r.values()] for r in rows],
        )


@group.command("preview")
@click.argument("slug")
@click.argument("event")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--language", "wanted", type=click.Choice(["de", "en"]))
@click.option("--format", "form", type=click.Choice(FORMATS), default="eml", show_default=True)
@now_option
def preview(slug: str, event: str, kind: str, wanted: str | None, form: str, moment: datetime | None) -> None:
    """Print what a recipient would get."""
    with house().database.reading() as session:
        found = series.get_series(session, slug)
        about = series.get_event(session, found, event)
        shown = preview_letter(
            session, house(), found, about, kind=kind, language=wanted, form=form, now=at(moment)
        )
    sys.stdout.buffer.write(shown)
    sys.stdout.buffer.flush()


@group.command("list")
@click.argument("slug")
@json_option
def list_(slug: str, as_json: bool) -> None:
    """Every mailing of a series that went out, goes out or was missed."""
    with house().database.reading() as session:
        found = series.get_series(session, slug)
        rows = [_facts(session, mailing) for mailing in mailings.list_mailings(session, found)]
    if as_json:
        emit(rows)
        return
    table(
        ["id", "due", "dialogue", "kind", "state", "sent", "left", "failed", "skipped"],
        [
            (
                r["id"],
                r["due_at"],
                r["event"] or "–",
                r["kind"],
                r["state"],
                r["counts"]["sent"],
                r["counts"]["queued"] + r["counts"]["sending"] + r["counts"]["deferred"],
                r["counts"]["failed"],
                r["counts"]["skipped"],
            )
            for r in rows
        ],
    )


@group.command("show")
@click.argument("mailing_id", metavar="ID", type=int)
@click.option("--follow", is_flag=True, help="Stay until it is done; on a terminal with a bar.")
@json_option
def show(mailing_id: int, follow: bool, as_json: bool) -> None:
    """One mailing, with the relay's answers."""
    if follow:
        follow_to_the_end(mailing_id)
    with house().database.reading() as session:
        mailing = mailings.get_mailing(session, mailing_id)
        facts = _facts(session, mailing)
        facts["reason"] = mailing.reason
        facts["answers"] = [
            {"state": a.state, "code": a.code, "text": a.text, "count": a.count}
            for a in delivery.answers(session, mailing)
        ]
        facts["relay"] = _relay(session)
        stands = delivery.standing(session, mailing, clock=utcnow())
        facts["rate"] = round(stands.rate, 1)
        facts["ends_at"] = iso_in(stands.ends_at, mailing.series.zone)
    if as_json:
        emit(facts)
        return
    about = facts["event"] or "whole series"
    say(f"Mailing {mailing_id}: {facts['kind']}, {about}, {facts['state']} {facts['reason']}".rstrip())
    table(list(facts["counts"]), [list(facts["counts"].values())])
    if facts["ends_at"]:
        say(f"{facts['rate']} letters a second; the last one leaves about {facts['ends_at']}.")
    if facts["relay"]:
        say(facts["relay"])
    for answer in facts["answers"]:
        click.echo(f"{answer['count']} × {answer['state']}: {answer['code'] or ''} {answer['text']}".rstrip())


@group.command("pause")
@click.argument("mailing_id", metavar="ID", type=int)
def pause(mailing_id: int) -> None:
    """Hold a mailing back; what is in flight still arrives."""
    with house().database.transaction() as session:
        mailings.pause(session, mailing_id)
    say(f"Mailing {mailing_id} is paused.")


@group.command("resume")
@click.argument("mailing_id", metavar="ID", type=int)
def resume(mailing_id: int) -> None:
    """Let a paused mailing go on."""
    with house().database.transaction() as session:
        mailings.resume(session, mailing_id)
    say(f"Mailing {mailing_id} goes on.")


@group.command("cancel")
@click.argument("mailing_id", metavar="ID", type=int)
def cancel(mailing_id: int) -> None:
    """Stop a mailing for good; what has not left stays here."""
    now = house().now()
    with house().database.transaction() as session:
        mailings.cancel(session, mailing_id, now=now)
        delivery.finish_mailings(session, now=now)
    say(f"Mailing {mailing_id} is stopped.")


@group.command("retry")
@click.argument("mailing_id", metavar="ID", type=int)
@now_option
def retry(mailing_id: int, moment: datetime | None) -> None:
    """Try the failed letters of a mailing once more."""
    with house().database.transaction() as session:
        tried = delivery.retry(session, mailing_id, now=at(moment))
    say(f"{tried} letters of mailing {mailing_id} are tried again.")


def _facts(session: Any, mailing: Mailing) -> dict[str, Any]:
    return {
        "id": mailing.id,
        "kind": mailing.kind.value,
        "event": mailing.event.slug if mailing.event else None,
        "state": mailing.state.value,
        "due_at": iso_in(mailing.due_at, mailing.series.zone),
        "counts": dict(delivery.counts_by_state(session, mailing)),
    }


def _relay(session: Any) -> str:
    """What is in the way at the relay, as a sentence; empty while the road is open."""
    closed = delivery.closed_route(session)
    if closed is None:
        return ""
    facts = {"relay": house().transport.relay, "cause": closed.cause}
    return i18n.translator(language()).say(closed.code, facts)
