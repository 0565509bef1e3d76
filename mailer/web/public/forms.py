"""The sign-up form: what it offers, and how what came back is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from mailer import series, subscriptions
from mailer.core import i18n
from mailer.core.addresses import BadAddress, parse_address
from mailer.core.text import one_line
from mailer.core.types import EmailAddress, Locale
from mailer.series import Outline, Series
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
    languages: tuple[str, ...]
    """What was wished, the best first; not all of it need be a language we know."""
    wording: str
    """The version that was agreed to; empty when the form did not say."""

    def language(self, found: Outline) -> Locale:
        """The language of hers that the series speaks, or else the series' own."""
        return languages.best(self.languages, found.languages)


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


def read_sign_up(sent: Mapping[str, str], *, reserved: bool) -> SignUp | tuple[str, ...]:
    """What was typed, or the names of the fields that must be mended.

    ``reserved`` lets addresses pass that only exist in tests.
    """
    name, consent = clean(sent.get("name", "")), sent.get("consent", "")
    wrong = []
    try:
        address = parse_address(sent.get("email", ""), reserved=reserved)
    except BadAddress:
        wrong.append("email")
    if len(name) > LONGEST_NAME:
        wrong.append("name")
    if not consent:
        wrong.append("consent")
    if wrong:
        return tuple(wrong)
    known = {subscriptions.consent_wording(locale)[0] for locale in i18n.LOCALES}
    return SignUp(
        address,
        name,
        languages=(sent.get("language", ""), *languages.wished()),
        # The form may have been shown in another language than this answer.
        wording=consent if consent in known else "",
    )


def explain(wrong: Iterable[str], sent: Mapping[str, str]) -> dict[str, str]:
    """One sentence for each field to mend, in the language of the page."""
    sentences = {
        "email": explain_bad_address(sent.get("email", "")),
        "name": _("Please shorten the name to 200 characters."),
        "consent": _("Please tick the box: without your consent we must not write to you."),
    }
    return {field: sentences[field] for field in wrong}


def to_mend(form: SignUpForm, sent: Mapping[str, str], wrong: Iterable[str]) -> SignUpForm:
    """The form as it was filled in, with what must be mended."""
    offered = [choice.code for choice in form.languages]
    chosen = i18n.choose_locale(sent.get("language"), offered) or languages.locale()
    return replace(
        form,
        email=clean(sent.get("email", ""))[:1000],
        name=clean(sent.get("name", ""))[:1000],
        agreed=bool(sent.get("consent")),
        languages=languages.choices(chosen),
        errors=explain(wrong, sent),
    )


def clean(text: str) -> str:
    """One line without control characters: nothing a header, a log or a database could stumble over."""
    return one_line("".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text))


def explain_bad_address(typed: str) -> str:
    if not typed.strip():
        return _("Please enter your email address.")
    return _("This is not an email address we can write to. It should look like name@example.org.")
