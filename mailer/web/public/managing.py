"""Somebody's own page: language, a pause, leaving, and asking what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy.orm import Session

from mailer import series, subscriptions
from mailer.context import parts
from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.core.errors import Invalid
from mailer.series import Series
from mailer.subscriptions import Subscription, SubscriptionState
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.public.facts import ManagePage
from mailer.web.public.list_telling import tell_end

bp = Blueprint("managing", __name__)

URL = "/subscriptions/manage/<token>"


class UnknownWish(Invalid):
    """The form asks for something this page does not do."""

    code = "unknown_wish"


class BadPause(Invalid):
    """A pause must end on a day after today and before the mails end anyway."""

    code = "bad_pause"


@bp.get(URL)
def show(token: str) -> str:
    house = parts()
    (subscription_id,) = house.links.read("manage", token)
    with house.database.reading() as session:
        subscription = _find(session, subscription_id)
        return _render(_tell(subscription, token, now=house.now()))


@bp.post(URL)
def change(token: str) -> Response:
    """Do what the pressed button says: ``language``, ``pause``, ``resume`` or ``access``."""
    house = parts()
    (subscription_id,) = house.links.read("manage", token)
    with house.database.transaction() as session:
        subscription = _find(session, subscription_id)
        try:
            done = _do(session, subscription, now=house.now())
        except BadPause as problem:
            page = _tell(subscription, token, now=house.now())
            sentence = languages.current().sentence(problem)
            typed = request.form.get("until", "")[:20]
            return make_response(_render(replace(page, error=sentence, until=typed)), 422)
        return make_response(_render(replace(_tell(subscription, token, now=house.now()), done=done)))


def pause_days(found: Series, *, now: datetime) -> tuple[str, str]:
    """The first and the last day a pause may end, ISO 8601; the last is empty while nobody knows the end."""
    tomorrow = local_day(now, found.zone) + timedelta(days=1)
    end = series.closes_at(found)
    return tomorrow.isoformat(), "" if end is None else local_day(end, found.zone).isoformat()


def _do(session: Session, subscription: Subscription, *, now: datetime) -> str:
    """Carry out the wish and say so in a sentence."""
    wish = request.form.get("do", "")
    if wish == "language":
        return _choose_language(session, subscription)
    if wish == "pause":
        until = _read_day(subscription.series, now=now)
        subscriptions.pause(session, subscription.id, until, now=now)
        return _("Your emails are paused.")
    if wish == "resume":
        subscriptions.resume(session, subscription.id)
        return _("The pause is over. You will be reminded of the next dialogue.")
    if wish == "access":
        subscriptions.ask_access(session, subscription.id, now=now)
        return _(
            "A fresh link is on its way to your address. It is valid for one hour; you can ask for a new one once an hour."
        )
    raise UnknownWish


def _choose_language(session: Session, subscription: Subscription) -> str:
    wanted = i18n.choose_locale(request.form.get("language"), subscription.series.languages)
    if wanted is None:
        raise UnknownWish
    subscriptions.choose_language(session, subscription.id, wanted)
    return _("From now on we write to you in this language: %(language)s.") % {
        "language": languages.NAMES[wanted]
    }


def _read_day(found: Series, *, now: datetime) -> date:
    first, last = pause_days(found, now=now)
    try:
        day = date.fromisoformat(request.form.get("until", "").strip())
    except ValueError:
        raise BadPause from None
    if not first <= day.isoformat() <= (last or "9999-12-31"):
        raise BadPause
    return day


def _find(session: Session, subscription_id: int) -> Subscription:
    found = subscriptions.find_subscription(session, subscription_id)
    if found is None:
        raise subscriptions.UnknownRequest(subscription=subscription_id)
    languages.speak_for(found.series)
    return found


def _tell(subscription: Subscription, token: str, *, now: datetime) -> ManagePage:
    found = subscription.series
    first_day, last_day = pause_days(found, now=now)
    paused = subscription.paused_until
    is_paused = paused is not None and paused > local_day(now, found.zone)
    return ManagePage(
        action=url_for(".change", token=token),
        leave_url=url_for("unsubscribing.ask", token=parts().links.make("leave", subscription.id)),
        state=_tell_state(subscription),
        can_change=subscription.state is SubscriptionState.ACTIVE,
        paused_until=i18n.day(paused, languages.locale()) if paused is not None and is_paused else "",
        first_day=first_day,
        last_day=last_day,
        until="",
        languages=languages.choices(subscription.person.language),
        ends=tell_end(found),
    )


def _tell_state(subscription: Subscription) -> str:
    return {
        SubscriptionState.PENDING: _(
            "Your sign-up is not confirmed yet: please press the button in the email we sent you."
        ),
        SubscriptionState.ACTIVE: _("You are on the reminder list."),
        SubscriptionState.LEFT: _("You have left the list. No more emails will come."),
        SubscriptionState.ENDED: _("The series is over, and the emails with it."),
        SubscriptionState.BOUNCED: _(
            "Our emails could not be delivered to your address, so we stopped writing."
        ),
    }[subscription.state]


def _render(page: ManagePage) -> str:
    return render_template("public/manage.html", page=page)
