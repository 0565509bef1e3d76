"""Reminder rules changed by hand: read, checked and stored just as a file's are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.exchange.collecting import collect, rule_entry
from mailer.exchange.editing import BadEventForm, edit_event, entry_of, grown
from mailer.exchange.entries import RuleEntry
from mailer.exchange.fields import Fields
from mailer.exchange.problems import Problem
from mailer.exchange.rule_importing import find_rules, replace_rules
from mailer.exchange.rule_parsing import read_rules
from mailer.reminders import ReminderRule
from mailer.series import Event, Series, claim_series


def read_rules_form(typed: Mapping[str, str]) -> tuple[RuleEntry, ...]:
    """The rules a form describes under names such as ``reminders.0.before``. Raises BadEventForm."""
    if not typed:
        return ()
    problems: list[Problem] = []
    tree, names = grown(typed)
    read = read_rules(Fields(tree, "", problems), default=())
    if problems:
        raise BadEventForm([(names.get(problem.line, problem.field), problem) for problem in problems])
    return read


def rules_entered(
    session: Session, series: Series, event: Event | None = None
) -> tuple[RuleEntry, ...] | None:
    """The rules of the series, or an event's own: None where the series' count for it."""
    return collect(session, series).rules if event is None else entry_of(session, event).rules


def proposed_rules(
    session: Session, series: Series, event: Event | None, entries: Sequence[RuleEntry], *, now: datetime
) -> list[ReminderRule]:
    """What would be stored were ``entries`` saved now: rows that no session knows.

    A rule whose words stay owes its mails from when it was made, a new one from now on.
    """
    owed_from = {rule_entry(row): row.owed_from for row in find_rules(session, series, event)}
    return [
        ReminderRule(
            series_id=series.id,
            event_id=event and event.id,
            position=position,
            owed_from=owed_from.get(entry, now),
            **vars(entry),
        )
        for position, entry in enumerate(entries)
    ]


def edit_rules(
    session: Session,
    series: Series,
    event: Event | None,
    entries: Sequence[RuleEntry] | None,
    *,
    edition: int,
    now: datetime,
) -> bool:
    """Let the series, or one event, have just these rules, if they still are what the editor saw.

    None gives an event the series' rules back. False when nothing changed. What was told stays told:
    a rule whose words stay is the same rule. Raises EditedMeanwhile.
    """
    if event is not None:
        own = None if entries is None else tuple(entries)
        return edit_event(
            session, event, replace(entry_of(session, event), rules=own), edition=edition, now=now
        )
    claim_series(session, series, edition=edition)
    changed = replace_rules(session, series, None, entries or (), now=now)
    if changed:
        series.changed_at = now
    session.flush()
    return changed
