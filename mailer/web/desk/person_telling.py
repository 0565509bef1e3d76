"""One person of the list in words: facts, what may be done, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer import people, privacy, subscriptions
from mailer.core import i18n
from mailer.core.text import in_language
from mailer.core.types import Pseudonym
from mailer.privacy import Moment, MomentKind
from mailer.series import Series, is_over
from mailer.subscriptions import Subscription, SubscriptionState
from mailer.web import languages
from mailer.web.desk.people_telling import BADGES, language_options, state_labels, tell_moment
from mailer.web.languages import gettext as _


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class TimeLineEntry:
    """One thing that happened."""

    when: str
    what: str
    details: tuple[str, ...]
    is_wrong: bool


@dataclass(frozen=True)
class PersonPage:
    """Everything the page says, and what may be done now."""

    number: int
    address: str
    name: str
    language: str
    languages: tuple[tuple[str, str], ...]
    state: str
    badge: str
    facts: tuple[Fact, ...]
    entries: tuple[TimeLineEntry, ...]
    list_count: int
    zone: str
    tomorrow: str
    is_suppressed: bool
    may_pause: bool
    may_resume: bool
    may_ask_again: bool
    ask_again_from: str
    """When the confirmation mail may go out anew; empty when it may now."""
    may_remove: bool
    may_restore: bool


def tell_person(
    session: Session, found: Series, subscription: Subscription, *, pseudonym: Pseudonym, now: datetime
) -> PersonPage:
    """A constant number of queries, however much happened."""
    person, state = subscription.person, subscription.state
    suppression = people.suppression_of(session, pseudonym(person.address))
    paused = _is_paused(found, subscription, now=now)
    again_at = subscriptions.may_ask_again_at(subscription)
    is_pending = state is SubscriptionState.PENDING
    moments = privacy.moments_of(session, found, subscription)
    return PersonPage(
        number=subscription.id,
        address=person.address,
        name=person.name,
        language=subscription.asked_language if is_pending else person.language,
        languages=language_options(found),
        state=state_labels()[state],
        badge=BADGES[state],
        facts=tuple(_facts(found, subscription, suppression, now=now)),
        entries=tuple(_tell_entry(found, moment) for moment in moments),
        list_count=_count_lists(session, subscription),
        zone=i18n.zone_name(now, found.zone, languages.locale()),
        tomorrow=(
            now.astimezone(found.zone).date().fromordinal(now.astimezone(found.zone).toordinal() + 1)
        ).isoformat(),
        is_suppressed=suppression is not None,
        may_pause=state is SubscriptionState.ACTIVE and not paused,
        may_resume=paused and state is SubscriptionState.ACTIVE,
        may_ask_again=is_pending and suppression is None and not is_over(found, now),
        ask_again_from=tell_moment(found, again_at) if again_at > now else "",
        may_remove=state in (SubscriptionState.ACTIVE, SubscriptionState.PENDING),
        may_restore=suppression is None and subscriptions.can_restore(session, subscription, now=now),
    )


def _facts(
    found: Series, subscription: Subscription, suppression: people.Suppression | None, *, now: datetime
) -> list[Fact]:
    person = subscription.person
    told = [
        (_("Address"), person.address),
        (_("Name"), person.name),
        (_("Name in the form"), "" if subscription.asked_name == person.name else subscription.asked_name),
        (_("Language"), languages.NAMES.get(person.language, person.language)),
        (_("Asked for"), tell_moment(found, subscription.requested_at)),
        (_("Confirmed"), _moment(found, subscription.confirmed_at)),
        (_("Left"), _moment(found, subscription.left_at)),
        (_("Ended with the series"), _moment(found, subscription.ended_at)),
        (_("Undeliverable since"), _moment(found, subscription.bounced_at)),
        (_("Paused until"), _paused(found, subscription, now=now)),
        (_("Blocked"), _tell_suppression(found, suppression)),
    ]
    return [Fact(label, value) for label, value in told if value]


def _moment(found: Series, moment: datetime | None) -> str:
    return "" if moment is None else tell_moment(found, moment)


def _is_paused(found: Series, subscription: Subscription, *, now: datetime) -> bool:
    until = subscription.paused_until
    return until is not None and until > now.astimezone(found.zone).date()


def _paused(found: Series, subscription: Subscription, *, now: datetime) -> str:
    if subscription.paused_until is None or not _is_paused(found, subscription, now=now):
        return ""
    return i18n.day(subscription.paused_until, languages.locale())


def _tell_suppression(found: Series, suppression: people.Suppression | None) -> str:
    if suppression is None:
        return ""
    why = {
        people.SuppressionReason.BLOCKED: _("by the organisers, since %(when)s"),
        people.SuppressionReason.COMPLAINT: _("the mail was reported as spam, since %(when)s"),
    }[suppression.reason]
    return why % {"when": tell_moment(found, suppression.created_at)}


def _count_lists(session: Session, subscription: Subscription) -> int:
    """On how many lists of the house this mailbox stands, whatever its state there."""
    return session.scalar(select(func.count()).where(Subscription.person_id == subscription.person_id)) or 0


def _tell_entry(found: Series, moment: Moment) -> TimeLineEntry:
    tell = {MomentKind.STEP: _tell_step, MomentKind.MAIL: _tell_mail, MomentKind.ACT: _tell_act}
    what, details, is_wrong = tell[moment.kind](found, moment)
    return TimeLineEntry(tell_moment(found, moment.at), what, tuple(filter(None, details)), is_wrong)


def _tell_step(found: Series, moment: Moment) -> tuple[str, list[str], bool]:  # noqa: ARG001  # told as the others are
    what = _("Consent: %(step)s") % {"step": _in_catalogue(f"stored: step={moment.code}", moment.code)}
    wording = _("wording %(version)s") % {"version": moment.wording} if moment.wording else ""
    evidence = _("evidence: %(words)s") % {"words": moment.evidence} if moment.evidence else ""
    return what, [wording, evidence], False


def _tell_mail(found: Series, moment: Moment) -> tuple[str, list[str], bool]:
    kind = _in_catalogue(f"stored: kind={moment.code}", moment.code)
    title = in_language(moment.event_title or {}, languages.locale(), found.languages)
    what = _("Mail: %(kind)s – %(title)s") if title else _("Mail: %(kind)s")
    state = _in_catalogue(f"stored: state={moment.state}", moment.state)
    if moment.reason:
        state = f"{state} ({_in_catalogue(f'stored: reason={moment.reason}', moment.reason)})"
    if moment.done_at:
        state = f"{state}, {tell_moment(found, moment.done_at)}"
    answer = _("answer of the mail server: %(words)s") % {"words": moment.answer} if moment.answer else ""
    return what % {"kind": kind, "title": title}, [state, answer], moment.state == "failed"


def _tell_act(found: Series, moment: Moment) -> tuple[str, list[str], bool]:  # noqa: ARG001  # told as the others are
    acts = {
        "person.corrected": _("Name or language corrected"),
        "person.asked_again": _("Confirmation mail asked for anew"),
        "person.paused": _("Paused"),
        "person.resumed": _("Pause ended"),
        "person.removed": _("Taken off the list"),
        "person.restored": _("Removal taken back"),
        "person.blocked": _("Address blocked"),
    }
    return (
        acts.get(moment.code, moment.code),
        [_("by %(who)s") % {"who": moment.who} if moment.who else ""],
        False,
    )


def _in_catalogue(key: str, plain: str) -> str:
    """What the catalogue says for a code; the code itself where it does not know it."""
    found = _(key)
    return plain if found == key else found
