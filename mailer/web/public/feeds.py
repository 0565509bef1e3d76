"""What programs read of a series: news as Atom, a map of the site, and what robots may look at."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree as Xml

from flask import Blueprint, Response

from mailer import series
from mailer.context import parts
from mailer.core.text import markdown_html, markdown_text, one_line
from mailer.series import Event, Series
from mailer.web import languages
from mailer.web.headers import cacheable
from mailer.web.kept_pages import kept
from mailer.web.languages import gettext as _
from mailer.web.public.dates import tell_when
from mailer.web.public.freshness import changed_at
from mailer.web.public.telling import public_url, tell_where, words

bp = Blueprint("feeds", __name__)

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
DECLARED = b'<?xml version="1.0" encoding="utf-8"?>\n'

NEWEST = 50
"""Entries of a feed: more nobody reads, and every reader fetches all of them again and again."""

for prefix, namespace in (("", ATOM), ("xhtml", XHTML)):
    Xml.register_namespace(prefix, namespace)


@bp.get("/<slug:slug>/feed.xml")
@kept
def atom(slug: str) -> Response:
    """Announcements and documentations, the newest first (RFC 4287)."""
    house = parts()
    with house.database.reading() as session:
        found = series.get_series(session, slug)
        languages.speak_for(found)
        written = _atom(found, now=house.now())
        moment = changed_at(found, now=house.now())
        return cacheable(written, "application/atom+xml; charset=utf-8", changed_at=moment)


@bp.get("/sitemap.xml")
@kept
def sitemap() -> Response:
    """Every public page with its languages, for search engines."""
    house = parts()
    root = Xml.Element("urlset", {"xmlns": SITEMAP})  # without a prefix: not every reader knows namespaces
    with house.database.reading() as session:
        for found in series.list_series(session):
            _place(root, found, None)
            for event in found.events:
                _place(root, found, event)
    return cacheable(_written(root), "application/xml; charset=utf-8", speaks=False)


@bp.get("/robots.txt")
def robots() -> Response:
    lines = ["User-agent: *", "Disallow: /organiser/", "Disallow: /subscriptions/"]
    lines += [f"Sitemap: {public_url('feeds.sitemap')}", ""]
    return cacheable("\n".join(lines), "text/plain; charset=utf-8", speaks=False)


def _atom(found: Series, *, now: datetime) -> bytes:
    entries = sorted(_news(found, now=now), key=lambda news: news[0], reverse=True)[:NEWEST]
    root = Xml.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": languages.locale()})
    page = public_url("series_pages.show_series", slug=found.slug)
    _text(root, "title", words(found, found.title))
    _text(root, "id", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'zeitnah:{found.list_id}')}")
    moments = [max(moment, event.changed_at) for moment, event, _ in entries]
    _text(root, "updated", _instant(max([found.created_at, *moments])))
    _link(root, "alternate", page, "text/html")
    _link(root, "self", public_url("feeds.atom", slug=found.slug), "application/atom+xml")
    author = Xml.SubElement(root, f"{{{ATOM}}}author")
    _text(author, "name", found.sender_name or words(found, found.title))
    for moment, event, is_documentation in entries:
        _entry(root, found, event, moment, is_documentation=is_documentation)
    return _written(root)


def _news(found: Series, *, now: datetime) -> Iterator[tuple[datetime, Event, bool]]:
    for event in found.events:
        yield event.created_at, event, False
        if event.documented_at is not None and event.documented_at <= now:
            yield event.documented_at, event, True


def _entry(
    root: Xml.Element, found: Series, event: Event, moment: datetime, *, is_documentation: bool
) -> None:
    entry = Xml.SubElement(root, f"{{{ATOM}}}entry")
    question = one_line(words(found, event.title))
    title = _("Documentation: %(question)s") % {"question": question} if is_documentation else question
    body = words(found, event.account if is_documentation else event.announcement)
    own = uuid.uuid5(uuid.NAMESPACE_URL, f"zeitnah:{event.uid}:{'documentation' if is_documentation else ''}")
    _text(entry, "title", title)
    _text(entry, "id", f"urn:uuid:{own}")
    _text(entry, "published", _instant(moment))
    _text(entry, "updated", _instant(max(moment, event.changed_at)))
    page = public_url("series_pages.show_event", slug=found.slug, event_slug=event.slug)
    _link(entry, "alternate", page, "text/html")
    _text(entry, "summary", _summary(found, event, body))
    if body:
        content = _text(entry, "content", markdown_html(body))
        content.set("type", "html")


def _summary(found: Series, event: Event, body: str) -> str:
    when = tell_when(event, found, languages.locale())
    facts = [when.words, when.hours, tell_where(event), _("cancelled") if event.is_cancelled else ""]
    return " · ".join([*filter(None, facts), *filter(None, [one_line(markdown_text(body))[:300]])])


def _place(root: Xml.Element, found: Series, event: Event | None) -> None:
    place = Xml.SubElement(root, "url")
    values = {"slug": found.slug} | ({} if event is None else {"event_slug": event.slug})
    endpoint = "series_pages.show_series" if event is None else "series_pages.show_event"
    Xml.SubElement(place, "loc").text = public_url(endpoint, **values)
    changed = found.changed_at if event is None else event.changed_at
    Xml.SubElement(place, "lastmod").text = _instant(changed)
    for name, language in [*((code, code) for code in found.languages), ("x-default", None)]:
        address = public_url(endpoint, **values, lang=language)
        Xml.SubElement(place, f"{{{XHTML}}}link", {"rel": "alternate", "hreflang": name, "href": address})


def _text(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    """A child with this text, without the signs that XML knows no way to write (XML 1.0 section 2.2)."""
    child = Xml.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = "".join(sign for sign in text if sign in "\n\t" or " " <= sign not in "\ufffe\uffff")
    return child


def _link(parent: Xml.Element, relation: str, address: str, kind: str) -> None:
    Xml.SubElement(parent, f"{{{ATOM}}}link", {"rel": relation, "href": address, "type": kind})


def _written(root: Xml.Element) -> bytes:
    text: bytes = Xml.tostring(root, "utf-8")
    return DECLARED + text


def _instant(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()
