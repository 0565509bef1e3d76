"""The same steps on a simulated clock, in a copy."""

from mailer.rehearsal.asking import BadMove, BadOutage, parse_move, parse_outage
from mailer.rehearsal.comparing import Compared, Difference, compare
from mailer.rehearsal.foreseeing import MOST_EVENTS, Foreseen, Outlook, foresee
from mailer.rehearsal.playing import Played, Script, Sent, rehearse, script_of, write_mbox
from mailer.rehearsal.scenarios import (
    CannotMove,
    DateTooFar,
    Move,
    Outage,
    OutageBackwards,
    OutageOver,
    RuleChange,
    Scenario,
    UnknownRule,
)

__all__ = [
    "MOST_EVENTS",
    "BadMove",
    "BadOutage",
    "CannotMove",
    "Compared",
    "DateTooFar",
    "Difference",
    "Foreseen",
    "Move",
    "Outage",
    "OutageBackwards",
    "OutageOver",
    "Outlook",
    "Played",
    "RuleChange",
    "Scenario",
    "Script",
    "Sent",
    "UnknownRule",
    "compare",
    "foresee",
    "parse_move",
    "parse_outage",
    "rehearse",
    "script_of",
    "write_mbox",
]
