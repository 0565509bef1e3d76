"""Asking for the mails of a series from a program: the form's own road, with JSON at its door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, request

from mailer import series, subscriptions
from mailer.context import parts
from mailer.core import i18n
from mailer.core.errors import Invalid
from mailer.series import Outline
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.problems import tell_problem
from mailer.web.public.forms import SignUp, explain, read_sign_up
from mailer.web.public.wishes import note_wish

bp = Blueprint("api_subscribing", __name__)

FIELDS = ("email", "name", "language", "consent")


class NotJson(Invalid):  # the web answers 415
    """What was sent does not say that it is JSON. Another type could be sent from any page without asking first."""

    code = "not_json"


class NoObject(Invalid):  # the web answers 400
    """What was sent is no JSON, or no object."""

    code = "no_object"


@bp.post("/api/v1/series/<slug:slug>/subscriptions")
def subscribe(slug: str) -> Response:
    """202 for everybody whose wish can be understood: a mail goes out, or it does not.

    Needs neither cookie nor CSRF token: without the mail nothing comes of it. Raises SeriesOver.
    """
    house = parts()
    with house.database.reading() as session:
        found = series.get_outline(session, slug)
    languages.speak(found.languages, found.form_of_address)
    if found.is_over(house.now()):
        raise subscriptions.SeriesOver(series=found.slug)
    wish = _read(found, _sent(), reserved=house.config.in_development)
    if not isinstance(wish, SignUp):
        return _refusal(wish)
    note_wish(slug, wish)
    told = {"detail": _("If this address can be written to, an email with a link to confirm is on its way.")}
    answer = make_response(json.dumps(told, ensure_ascii=False), 202)
    answer.headers["Content-Type"] = "application/json"
    return answer


def _sent() -> Mapping[str, Any]:
    """What was sent, an object. Raises NotJson, NoObject."""
    if not request.is_json:
        raise NotJson
    try:
        sent = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise NoObject from None
    if not isinstance(sent, dict):
        raise NoObject
    return sent


def _read(found: Outline, sent: Mapping[str, Any], *, reserved: bool) -> SignUp | dict[str, str]:
    """The wish, or one sentence for each member to mend."""
    errors = {name[:100]: _("There is no such member.") for name in sent if name not in FIELDS}
    errors |= {
        name: _("This must be text.")
        for name in ("email", "name", "language")
        if name in sent and not isinstance(sent[name], str)
    }
    language = sent.get("language", languages.locale())
    if "language" not in errors and (language not in found.languages or not i18n.choose_locale(language)):
        errors["language"] = _("The series does not have this language.")
    spoken = i18n.choose_locale(language) if isinstance(language, str) else None
    wording = _agreed(sent.get("consent"), subscriptions.consent_wording(spoken or languages.locale())[0])
    if wording is None:
        errors["consent"] = _("Please give true, or the version of the text that was agreed to.")
    texts = {name: sent[name] for name in ("email", "name") if name in sent and name not in errors}
    texts |= {"language": spoken or "", "consent": wording or ""}
    read = read_sign_up(texts, reserved=reserved)
    if not isinstance(read, SignUp):
        errors = explain(read, texts) | errors
    elif not errors:
        return read
    return {name: errors[name] for name in sorted(errors, key=_order)}


def _agreed(consent: object, today: str) -> str | None:
    """The version agreed to; "" when nobody agreed; None for what is no answer."""
    if consent is True:
        return today
    if consent is False or consent is None:
        return ""
    known = {subscriptions.consent_wording(locale)[0] for locale in i18n.LOCALES}
    return consent if isinstance(consent, str) and consent in known else None


def _order(name: str) -> tuple[int, str]:
    """In the order of the form, what does not belong there last."""
    return (FIELDS.index(name) if name in FIELDS else len(FIELDS), name)


def _refusal(errors: Mapping[str, str]) -> Response:
    return tell_problem(
        422,
        _("We could not understand that"),
        _("Please check what you entered and try again."),
        code="unreadable",
        errors=errors,
    )
