"""The link in the confirmation mail."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, url_for
from sqlalchemy.orm import Session

from mailer import series, subscriptions
from mailer.context import parts
from mailer.core.errors import Refused
from mailer.subscriptions import Subscription, SubscriptionState
from mailer.web import languages
from mailer.web.public.list_telling import tell_end, tell_next_date
from mailer.web.public.proof import is_same_browser, remember_proven
from mailer.web.public.telling import words

bp = Blueprint("confirming", __name__)


class StaysAway(Refused):
    """The request was confirmed once and ended since: an old link does not bring anybody back."""

    code = "stays_away"


@bp.get("/subscriptions/confirm/<token>")
def ask(token: str) -> str:
    """Show the button. A GET changes nothing: mail scanners follow links.

    In the browser that filled in the form a script presses it.
    """
    house = parts()
    subscription_id, request = house.links.read("confirm", token)
    with house.database.reading() as session:
        subscription = _look_up(session, subscription_id, request, now=house.now())
        if subscription.state is not SubscriptionState.PENDING:
            return _show_confirmed(subscription, now=house.now())
        found = subscription.series
        return render_template(
            "public/confirm.html",
            title=words(found, found.title),
            action=url_for(".confirm", token=token),
            submits_itself=is_same_browser(subscription),
        )


@bp.post("/subscriptions/confirm/<token>")
def confirm(token: str) -> Response:
    house = parts()
    subscription_id, request = house.links.read("confirm", token)
    with house.database.transaction() as session:
        _look_up(session, subscription_id, request, now=house.now())
        subscription = subscriptions.confirm(session, subscription_id, request, now=house.now())
        response = make_response(_show_confirmed(subscription, now=house.now()))
        remember_proven(response, subscription.person.pseudonym, now=house.now())
        return response


def _look_up(session: Session, subscription_id: int, request: int, *, now: datetime) -> Subscription:
    """The subscription a link belongs to, untouched; from here on the page speaks its series' language.

    Raises what `subscriptions.confirm` raises, so that looking tells the same as pressing.
    """
    found = subscriptions.find_subscription(session, subscription_id)
    if found is None:
        raise subscriptions.UnknownRequest(subscription=subscription_id)
    languages.speak_for(found.series)
    if found.request != request:
        raise subscriptions.LinkReplaced(subscription=subscription_id)
    if found.state is SubscriptionState.PENDING:
        if series.is_over(found.series, now):
            raise subscriptions.SeriesOver(series=found.series.slug)
        if now - found.requested_at > subscriptions.CONFIRM_WITHIN:
            raise subscriptions.LinkTooOld(subscription=subscription_id)
    return found


def _show_confirmed(subscription: Subscription, *, now: datetime) -> str:
    found = subscription.series
    if subscription.state is SubscriptionState.ENDED:
        raise subscriptions.SeriesOver(series=found.slug)
    if subscription.state is not SubscriptionState.ACTIVE:
        raise StaysAway(subscription=subscription.id)
    return render_template(
        "public/confirmed.html",
        title=words(found, found.title),
        next_date=tell_next_date(found, now=now),
        ends=tell_end(found),
    )
