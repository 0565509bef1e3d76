"""The sign-up form: what it offers, and how what came back is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from mailer import series, subscriptions
from mailer.core import i18n
from mailer.core.addresses import BadAddress, parse_address
from mailer.core.text import one_line
from mailer.core.types import EmailAddress, Locale
from mailer.series import Series
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.public.facts import SignUpForm
from mailer.web.public.list_telling import tell_end

LONGEST_NAME = 200
"""Characters of a name that the database keeps."""


@dataclass(frozen=True)
class SignUp:
    """A form that was filled in well."""

    address: EmailAddress
    name: str
    language: Locale
    wording: str


def empty_form(found: Series, *, now: datetime) -> SignUpForm | None:
    """The form as it first appears; None when the series is over."""
    if series.is_over(found, now):
        return None
    version, consent = subscriptions.consent_wording(languages.locale())
    return SignUpForm(
        action=url_for("sign_up.send", slug=found.slug),
        wording=version,
        consent=consent,
        privacy_url=url_for("series_pages.show_series", slug=found.slug, _anchor="privacy"),
        ends=tell_end(found),
        languages=languages.choices(languages.locale()),
    )


def read_sign_up(form: SignUpForm, sent: Mapping[str, str], *, reserved: bool) -> SignUp | SignUpForm:
    """What was typed, or the form again with one sentence for each field to mend.

    ``reserved`` lets addresses pass that only exist in tests.
    """
    name = clean(sent.get("name", ""))
    language = i18n.choose_locale(sent.get("language"), [choice.code for choice in form.languages])
    errors = {}
    try:
        address = parse_address(sent.get("email", ""), reserved=reserved)
    except BadAddress:
        errors["email"] = explain_bad_address(sent.get("email", ""))
    if len(name) > LONGEST_NAME:
        errors["name"] = _("Please shorten the name to 200 characters.")
    if not sent.get("consent", ""):
        errors["consent"] = _("Please tick the box: without your consent we must not write to you.")
    if errors:
        return replace(
            form,
            email=clean(sent.get("email", ""))[:1000],
            name=name[:1000],
            agreed=bool(sent.get("consent")),
            languages=languages.choices(language or languages.locale()),
            errors=errors,
        )
    language = language or languages.locale()
    return SignUp(address, name, language, _agreed_wording(sent["consent"], form))


def clean(text: str) -> str:
    """One line without control characters: nothing a header, a log or a database could stumble over."""
    return one_line("".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text))


def explain_bad_address(typed: str) -> str:
    if not typed.strip():
        return _("Please enter your email address.")
    return _("This is not an email address we can write to. It should look like name@example.org.")


def _agreed_wording(sent: str, form: SignUpForm) -> str:
    """The version that the box belonged to: the form may have been shown in another language than this answer."""
    known = {subscriptions.consent_wording(locale)[0] for locale in i18n.LOCALES}
    return sent if sent in known else form.wording
