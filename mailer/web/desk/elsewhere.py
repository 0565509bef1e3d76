"""What an organiser copies into another site so that people can sign up there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from markupsafe import escape

from mailer import subscriptions
from mailer.series import Series
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.public.telling import public_url, words


@dataclass(frozen=True)
class Elsewhere:
    frame: str
    """One line of HTML: our form in a frame."""
    form: str
    """A form of their own that posts to us."""
    api_url: str
    """The document for programs."""


def tell_elsewhere(found: Series) -> Elsewhere:
    """In the language the desk is read in, which is in all likelihood that of the other site."""
    language = languages.locale()
    title = _("Reminders for %(title)s") % {"title": words(found, found.title)}
    address = public_url("sign_up.embed", slug=found.slug, lang=language)
    version, consent = subscriptions.consent_wording(language)
    form = render_template(
        "desk/_plain_form.html",
        action=public_url("sign_up.send", slug=found.slug, lang=language),
        language_code=language,
        version=version,
        consent=consent,
    )
    return Elsewhere(
        frame=f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="720"></iframe>',
        form=form.strip(),
        api_url=public_url("api_describing.show"),
    )
