"""What the desk says of a series as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailer.series import SeriesState
from mailer.subscriptions import SubscriptionState
from mailer.web.languages import gettext as _


@dataclass(frozen=True)
class Count:
    label: str
    number: int


def tell_counts(counts: Mapping[SubscriptionState, int]) -> tuple[Count, ...]:
    """How many people stand where; how many are active comes first."""
    labels = {
        SubscriptionState.ACTIVE: _("active"),
        SubscriptionState.PENDING: _("not yet confirmed"),
        SubscriptionState.LEFT: _("left"),
        SubscriptionState.BOUNCED: _("undeliverable"),
        SubscriptionState.ENDED: _("ended"),
    }
    return tuple(Count(label, counts[state]) for state, label in labels.items())


def tell_state(state: SeriesState, *, is_draft: bool) -> str:
    if is_draft:
        return _("draft")
    return {
        SeriesState.PLANNED: _("planned"),
        SeriesState.RUNNING: _("running"),
        SeriesState.ENDED: _("over"),
        SeriesState.ERASED: _("over, personal data erased"),
    }[state]
