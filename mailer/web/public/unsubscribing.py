"""The way out: one click, from any device, without a session, for ever."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.context import parts
from mailer.core.tokens import BadToken
from mailer.subscriptions import Subscription, SubscriptionState
from mailer.web import languages
from mailer.web.public.managing import pause_days
from mailer.web.public.telling import words

bp = Blueprint("unsubscribing", __name__)

URL = "/subscriptions/unsubscribe/<token>"


@bp.get(URL)
def ask(token: str) -> str:
    """Show the button. A GET changes nothing: mail scanners follow links."""
    house = parts()
    subscription_id = _read(token)
    if subscription_id is None:
        return render_template("public/test_link.html")
    with house.database.reading() as session:
        subscription = _find(session, subscription_id)
        if subscription is None or subscription.state in (SubscriptionState.LEFT, SubscriptionState.ENDED):
            return _show_left(subscription)
        first_day, last_day = pause_days(subscription.series, now=house.now())
        return render_template(
            "public/unsubscribe.html",
            title=words(subscription.series, subscription.series.title),
            action=url_for(".leave", token=token),
            manage_url=_manage_url(subscription),
            can_pause=subscription.state is SubscriptionState.ACTIVE,
            first_day=first_day,
            last_day=last_day,
        )


@bp.post(URL)
def leave(token: str) -> str:
    """End it. Whatever the body says counts as yes: mail programs send it in several broken ways.

    Twice is the same as once, and after erasure the answer is still friendly.

    Source: RFC 8058 section 3.2: no cookie, no session, no redirect.
    """
    house = parts()
    subscription_id = _read(token)
    if subscription_id is None:
        return render_template("public/test_link.html")
    with house.database.transaction() as session:
        _find(session, subscription_id)
        return _show_left(subscriptions.leave(session, subscription_id, now=house.now()))


@bp.after_request
def let_mail_pages_post(response: Response) -> Response:
    """Web mailers send the one click from a page of their own."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _read(token: str) -> int | None:
    """The subscription's id; None for the link in a test copy, which belongs to nobody.

    Raises BadToken.
    """
    links = parts().links
    try:
        return links.read("leave", token)[0]
    except BadToken:
        links.read("test", token)
        return None


def _find(session: Session, subscription_id: int) -> Subscription | None:
    found = subscriptions.find_subscription(session, subscription_id)
    if found is not None:
        languages.speak_for(found.series)
    return found


def _manage_url(subscription: Subscription) -> str:
    return url_for("managing.show", token=parts().links.make("manage", subscription.id))


def _show_left(subscription: Subscription | None) -> str:
    if subscription is None:
        return render_template("public/left.html", title="", manage_url="", subscribe_url="")
    found = subscription.series
    return render_template(
        "public/left.html",
        title=words(found, found.title),
        manage_url=_manage_url(subscription),
        subscribe_url=""
        if subscription.state is SubscriptionState.ENDED
        else url_for("sign_up.ask", slug=found.slug),
    )
