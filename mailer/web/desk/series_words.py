"""What the desk says of a series as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailer.exchange import BadEventForm, Copy
from mailer.series import SeriesState
from mailer.subscriptions import SubscriptionState
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext


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


def form_problems(problem: BadEventForm) -> dict[str, str]:
    """One sentence for each field of a series' form; what the form words otherwise than a file stands here."""
    own = {
        "not_languages": _("Please choose at least one language, and each place only once."),
        "unknown_language": _("There is a text here, but the series does not speak this language."),
    }
    reasons = {name: own[one.reason] for name, one in problem.problems if one.reason in own}
    said = problem.sentences(languages.current())
    return {_shown_at(name): reasons.get(name, sentence) for name, sentence in said.items()}


def _shown_at(name: str) -> str:
    return "place.de" if name.startswith("languages") else name


def tell_copied(copy: Copy) -> tuple[str, ...]:
    """What a copy of a series would hold, in numbers."""
    return (
        ngettext("%(count)s dialogue", "%(count)s dialogues", copy.events) % {"count": copy.events},
        ngettext("%(count)s speaker", "%(count)s speakers", copy.speakers) % {"count": copy.speakers},
        ngettext("%(count)s reminder rule", "%(count)s reminder rules", copy.rules) % {"count": copy.rules},
        _("all settings and texts of the series"),
    )


def tell_left(copy: Copy, *, people: int) -> tuple[str, ...]:
    """What it would not."""
    accounts, materials = copy.accounts_left, copy.materials_left
    return (
        ngettext("%(count)s person on the list", "%(count)s people on the list", people) % {"count": people},
        ngettext("%(count)s documentation", "%(count)s documentations", accounts) % {"count": accounts},
        ngettext(
            "%(count)s recording or other material", "%(count)s recordings and other materials", materials
        )
        % {"count": materials},
        _(
            "what speakers said, framework conditions, links to video conferences and to registration elsewhere"
        ),
    )
