"""A person is one mailbox and its language; a suppression is an address we must not write to."""

from mailer.people.finding import (
    INSERT_OF_NEWCOMER,
    Complained,
    NotBlocked,
    begins_with,
    find_or_add_person,
    find_person,
    is_suppressed,
    lift,
    list_suppressions,
    newcomer_row,
    suppress,
    suppression_of,
)
from mailer.people.models import Person, PersonId, Suppression, SuppressionReason, name_keys

__all__ = [
    "INSERT_OF_NEWCOMER",
    "Complained",
    "NotBlocked",
    "Person",
    "PersonId",
    "Suppression",
    "SuppressionReason",
    "begins_with",
    "find_or_add_person",
    "find_person",
    "is_suppressed",
    "lift",
    "list_suppressions",
    "name_keys",
    "newcomer_row",
    "suppress",
    "suppression_of",
]
