"""What belongs into the file, in its order."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from mailer import exchange, media
from mailer.core.text import in_language
from mailer.core.types import Locale
from mailer.handover import figures
from mailer.handover.pages import Ask, Site, write_pages
from mailer.handover.telling import explain
from mailer.media import Shelf, StoredFile
from mailer.series import Series

MEDIA_COLUMNS = ("event", "kind", "title", "credit", "url", "file", "included")


@dataclass(frozen=True)
class Member:
    """One file of the bundle; its name has slashes and begins with the series' slug."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Bundle:
    """What was read from the database at once; the pages are asked for one by one."""

    slug: str
    written: tuple[Member, ...]
    site: Site | None
    """Absent for a draft: the world has no page of it."""
    kept: tuple[tuple[str, Path], ...]
    """Pictures and documents: their names in the bundle, and where they lie."""

    def members(self, ask: Ask) -> Iterator[Member]:
        yield from self.written
        for name, path in self.kept:
            yield Member(name, path.read_bytes())
        if self.site is not None:
            for file, content in write_pages(self.site, ask):
                yield Member(f"{self.slug}/pages/{file}", content)


def gather(session: Session, series: Series, *, base_url: str, shelf: Shelf) -> Bundle:
    """Read all that needs the database. No address of anybody on the list is in it."""
    sent, growth = figures.mailing_rows(session, series), figures.growth_rows(session, series)
    stored = media.files_of(session, series, media.list_named(series))
    there = {name: file for name, file in stored.items() if shelf.path(file.digest, file.ending()).is_file()}
    site = None if series.draft else _site(series, base_url, there)
    files = {
        "README.txt": explain(series, with_pages=site is not None).encode(),
        "series.yaml": exchange.export_series(session, series).encode(),
        "media.csv": figures.as_csv(MEDIA_COLUMNS, _media(series, there)),
        "statistics/statistics.json": figures.as_json(session, series, sent=sent, growth=growth),
        "statistics/mailings.csv": figures.as_csv(figures.MAILING_COLUMNS, sent),
        "statistics/growth.csv": figures.as_csv(figures.GROWTH_COLUMNS, growth),
    }
    written = tuple(Member(f"{series.slug}/{name}", content) for name, content in files.items())
    kept = tuple(
        (f"{series.slug}/media/{name}", shelf.path(file.digest, file.ending()))
        for name, file in sorted(there.items())
    )
    return Bundle(series.slug, written, site, kept)


def _site(series: Series, base_url: str, there: Mapping[str, StoredFile]) -> Site:
    return Site(
        base_url=base_url.rstrip("/"),
        slug=series.slug,
        events=tuple(event.slug for event in series.events),
        dated=frozenset(event.slug for event in series.events if event.is_dated),
        languages=tuple(series.languages),
        kept={f"/media/{file.digest}/{name}": f"../media/{name}" for name, file in there.items()},
    )


def _media(series: Series, there: Container[str]) -> list[figures.Row]:
    """Pictures of speakers and what remains of the dialogues: where it lies, and whether it is in the bundle."""
    language: Locale = series.default_language
    rows: list[figures.Row] = []
    if series.logo:
        title = in_language(series.title, language, series.languages)
        rows.append(_row("", "logo", title, file=series.logo))
    rows += [_row("", "logo", funder.name, file=funder.logo) for funder in series.funders if funder.logo]
    for event in series.all_events:
        for speaker in event.speakers:
            if speaker.picture:
                rows.append(_row(event.slug, "picture", speaker.name, file=speaker.picture))
        for material in event.materials:
            title = in_language(material.title, language, series.languages)
            found = _row(event.slug, material.kind.value, title, file=material.file)
            rows.append(found | {"credit": material.credit, "url": material.url})
    return [row | {"included": "yes" if row["file"] in there else "no"} for row in rows]


def _row(event: str, kind: str, title: str, *, file: str) -> figures.Row:
    return {"event": event, "kind": kind, "title": title, "credit": "", "url": "", "file": file}
