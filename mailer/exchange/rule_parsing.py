"""The reminder rules of a series file."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from mailer.exchange.entries import RuleEntry
from mailer.exchange.fields import Fields
from mailer.exchange.values import parse_clock, parse_offset, parse_word
from mailer.reminders import Anchor, Audience, RuleKind

D = TypeVar("D", tuple[RuleEntry, ...], None)

ATTENDANCES = ("online", "on_site")


def read_rules(fields: Fields, *, default: D) -> tuple[RuleEntry, ...] | D:
    """The rules under ``reminders``; ``default`` when the key is absent. An empty list means no reminder at all."""
    if fields.is_left_empty("reminders"):
        fields.note("reminders", "reminders_left_empty")
    if not fields.has("reminders"):
        fields.take("reminders")
        return default
    seen: set[RuleEntry] = set()

    def read(rule: Fields) -> RuleEntry:
        told = len(rule.problems)
        entry = _read_rule(rule)
        if entry in seen and len(rule.problems) == told:
            rule.note("", "rule_twice")
        seen.add(entry)
        return entry

    return tuple(fields.rows("reminders", read))


def _read_rule(fields: Fields) -> RuleEntry:
    anchors = [anchor for anchor in Anchor if fields.has(anchor)]
    if len(anchors) != 1 and fields.is_mapping:
        fields.note("", "before_or_after")
    offsets = {anchor: fields.value(anchor, parse_offset, "") for anchor in Anchor}
    anchor = anchors[0] if anchors else Anchor.BEFORE
    if "T" in offsets[anchor] and fields.has("at"):
        fields.note("at", "hour_and_clock_time")
    return RuleEntry(
        kind=fields.one_of("kind", RuleKind, RuleKind.REMINDER, required=True),
        anchor=anchor,
        offset=offsets[anchor],
        at=fields.value("at", parse_clock, ""),
        audience=fields.one_of("audience", Audience, Audience.SUBSCRIBERS),
        attendance=fields.value("attendance", partial(parse_word, ATTENDANCES), ""),
    )
