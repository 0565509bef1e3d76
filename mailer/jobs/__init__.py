"""The tick: every step of the house in order, and the clockwork that turns it."""

from mailer.jobs.collecting import Collector
from mailer.jobs.models import Heartbeat
from mailer.jobs.steps import STEPS, TIDYING, catch_up, prepare, steps_with, tidying_with
from mailer.jobs.working import beat, last_seen, stop_on_signals, work, work_once

__all__ = [
    "STEPS",
    "TIDYING",
    "Collector",
    "Heartbeat",
    "beat",
    "catch_up",
    "last_seen",
    "prepare",
    "steps_with",
    "stop_on_signals",
    "tidying_with",
    "work",
    "work_once",
]
