"""What came out of the dialogues: conditions, by level of government."""

from mailer.outcomes.conditions import (
    Condition,
    conditions_of,
    conditions_of_series,
    list_conditions,
    replace_conditions,
)
from mailer.outcomes.models import FrameworkCondition, Level

__all__ = [
    "Condition",
    "FrameworkCondition",
    "Level",
    "conditions_of",
    "conditions_of_series",
    "list_conditions",
    "replace_conditions",
]
