"""A person is one mailbox and its language; a suppression is an address we must not write to."""

from mailer.people.finding import find_or_add_person, find_person, is_suppressed, suppress
from mailer.people.models import Person, PersonId, Suppression, SuppressionReason

__all__ = [
    "Person",
    "PersonId",
    "Suppression",
    "SuppressionReason",
    "find_or_add_person",
    "find_person",
    "is_suppressed",
    "suppress",
]
