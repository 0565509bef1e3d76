"""The public pages of a series as files: links lead from file to file, and nothing is fetched or sent."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import ClassVar
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from mailer.core.errors import Unavailable

Ask = Callable[[str], bytes | None]
"""Gives what the house answers to a path with its query; None where it does not."""

Attributes = list[tuple[str, str | None]]


class PageNotWritten(Unavailable):
    """The house does not answer for a page of its own; ``path`` says for which."""

    code: ClassVar[str] = "page_not_written"


@dataclass(frozen=True)
class Site:
    """Which addresses become files. Paths begin with a slash; files are named from the top of the pages."""

    base_url: str
    slug: str
    events: tuple[str, ...]
    dated: frozenset[str]
    """Those events that have a calendar entry."""
    languages: tuple[str, ...]
    kept: Mapping[str, str] = field(default_factory=dict)
    """Addresses of files that lie in the bundle beside the pages, and where, seen from the top of the pages."""

    def files(self) -> dict[str, str]:
        """Path with language, and the file it becomes, in the order they are written."""
        found = {}
        for code in self.languages:
            found[f"/{self.slug}?lang={code}"] = f"{code}/index.html"
            found[f"/{self.slug}/calendar.ics?lang={code}"] = f"{code}/calendar.ics"
            for event in self.events:
                found[f"/{self.slug}/{event}?lang={code}"] = f"{code}/dialogues/{event}.html"
                if event in self.dated:
                    found[f"/{self.slug}/{event}/event.ics?lang={code}"] = f"{code}/dialogues/{event}.ics"
        return found


def write_pages(site: Site, ask: Ask) -> Iterator[tuple[str, bytes]]:
    """Every file with its bytes, then the style sheets and pictures they name. Raises PageNotWritten."""
    files = site.files()
    static: dict[str, str] = {}
    for address, file in files.items():
        body = _asked(ask, address)
        if file.endswith(".html"):
            page = _Page(site, files, address, file)
            body = page.rewritten(body.decode())
            static.update(page.static)
        yield file, body
    for file, address in sorted(static.items()):
        yield file, _asked(ask, address)


def _asked(ask: Ask, address: str) -> bytes:
    """Raises PageNotWritten."""
    body = ask(address)
    if body is None:
        raise PageNotWritten(path=address)
    return body


class _Page(HTMLParser):
    """One page, written once more: scripts and forms go, links are turned, all else stays as it is."""

    def __init__(self, site: Site, files: Mapping[str, str], address: str, file: str) -> None:
        super().__init__(convert_charrefs=False)
        self.static: dict[str, str] = {}
        self._site, self._files, self._address, self._file = site, files, address, file
        self._language = address.rpartition("=")[2]
        self._out: list[str] = []
        self._skipping = ""

    def rewritten(self, source: str) -> bytes:
        self.feed(source)
        self.close()
        return "".join(self._out).encode()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self._skipping or _only_for_programs(tag, attrs):
            return
        if tag in ("script", "form"):
            self._skipping = tag
            if tag == "form":
                self._point_to_form()
            return
        if any(name in ("href", "src", "srcset") for name, _ in attrs):
            self._out.append(f"<{tag}{''.join(self._attribute(*pair) for pair in attrs)}>")
        else:
            self._out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipping:
            self._skipping = ""
        else:
            self._write(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._write(f"<!{decl}>")

    def _write(self, text: str) -> None:
        if not self._skipping:
            self._out.append(text)

    def _point_to_form(self) -> None:
        """A form needs the house: in its place stands where it is."""
        there = escape(f"{self._site.base_url}/{self._site.slug}/subscribe?lang={self._language}")
        self._out.append(f'<p><a href="{there}">{there}</a></p>')

    def _attribute(self, name: str, value: str | None) -> str:
        if value is None:
            return f" {name}"
        if name == "srcset":
            return f' srcset="{escape(", ".join(self._choice(*each.split()) for each in value.split(",")))}"'
        return f' {name}="{escape(self._turned(value) if name in ("href", "src") else value)}"'

    def _choice(self, link: str, *width: str) -> str:
        """One of several pictures for a page to choose from."""
        return " ".join((self._turned(link), *width))

    def _turned(self, link: str) -> str:
        """Where the link leads from this file: to another file, else to the house or into the world."""
        if link.startswith("#"):
            return link
        base = self._site.base_url
        is_ours = link.startswith("/") and not link.startswith("//")
        whole = urljoin(f"{base}{self._address}", f"{base}{link}" if is_ours else link)
        if not whole.startswith(f"{base}/"):
            return link
        target = self._file_at(whole[len(base) :])
        if target is None:
            return whole
        anchor = urlsplit(whole).fragment
        beside = posixpath.relpath(f"/pages/{target}", posixpath.dirname(f"/pages/{self._file}"))
        return f"{beside}#{anchor}" if anchor else beside

    def _file_at(self, address: str) -> str | None:
        found = urlsplit(address)
        if (kept := self._site.kept.get(unquote(found.path))) is not None:
            return quote(kept)
        if found.path.startswith(("/static/", "/media/")):
            file = found.path[1:]
            self.static[unquote(file)] = found.path
            return file
        language = parse_qs(found.query).get("lang", [self._language])[0]
        return self._files.get(f"{found.path}?lang={language}")


def _only_for_programs(tag: str, attrs: Attributes) -> bool:
    """Links in the head that lead programs to the house: a file must not claim to be it."""
    return tag == "link" and dict(attrs).get("rel") not in ("stylesheet", "icon")
