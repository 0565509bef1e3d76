"""When somebody should hear from us."""

from mailer.reminders.finding import rules_of_series
from mailer.reminders.models import Anchor, Audience, ReminderRule, RuleKind
from mailer.reminders.planning import (
    DOCUMENTATION,
    LATE_AFTER,
    USEFUL_AFTERWARDS,
    Verdict,
    Window,
    documentation_window,
    judge,
    leaves_at,
    meant_by,
    rule_words,
    rules_of,
    seat_windows,
    window_key,
    windows,
)

__all__ = [
    "DOCUMENTATION",
    "LATE_AFTER",
    "USEFUL_AFTERWARDS",
    "Anchor",
    "Audience",
    "ReminderRule",
    "RuleKind",
    "Verdict",
    "Window",
    "documentation_window",
    "judge",
    "leaves_at",
    "meant_by",
    "rule_words",
    "rules_of",
    "rules_of_series",
    "seat_windows",
    "window_key",
    "windows",
]
