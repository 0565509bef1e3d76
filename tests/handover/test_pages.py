"""Pages that become files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer.handover.pages import PageNotWritten, Site, write_pages

BASE = "https://wandel.example.org"
SITE = Site(BASE, "wandel", ("boden", "index"), frozenset({"boden"}), ("de", "en"))


def written(page: str) -> dict[str, str]:
    def ask(path: str) -> bytes:
        return page.encode() if ".ics" not in path and "/static/" not in path else b"as it is"

    return {name: body.decode() for name, body in write_pages(SITE, ask)}


@pytest.mark.parametrize(
    ("link", "turned"),
    [
        ("/wandel/boden", "dialogues/boden.html"),
        ("/wandel?lang=en", "../en/index.html"),
        ("?lang=en", "../en/index.html"),
        ("/wandel#privacy", "index.html#privacy"),
        ("#content", "#content"),
        (f"{BASE}/wandel/calendar.ics?lang=de", "calendar.ics"),
        ("/wandel/subscribe", f"{BASE}/wandel/subscribe"),
        ("https://example.net/wandel", "https://example.net/wandel"),
        ("//example.net/wandel", "//example.net/wandel"),
        ("mailto:buero@example.org", "mailto:buero@example.org"),
    ],
)
def test_link_leads_to_a_file_where_there_is_one(link: str, turned: str) -> None:
    assert written(f'<a href="{link}">x</a>')["de/index.html"] == f'<a href="{turned}">x</a>'


def test_dialogue_called_index_does_not_write_over_the_first_page() -> None:
    files = written("<p>x</p>")

    assert {"de/index.html", "de/dialogues/index.html"} <= files.keys()


def test_links_of_a_page_further_down_lead_up() -> None:
    page = written('<link rel="stylesheet" href="/static/site.css?v=1"><a href="/wandel?lang=de">x</a>')

    assert page["de/dialogues/boden.html"] == (
        '<link rel="stylesheet" href="../../static/site.css"><a href="../index.html">x</a>'
    )
    assert page["static/site.css"] == "as it is"


def test_pictures_come_along_and_what_lies_beside_the_pages_is_linked() -> None:
    site = replace(SITE, kept={"/media/7/Anna Ö.jpg": "../media/Anna Ö.jpg"})
    source = (
        '<img src="/media/7/320px.webp" srcset="/media/7/320px.webp 320w, /media/7/Anna%20%C3%96.jpg 900w" alt="">'
        '<a href="/media/8/folien.pdf" download>x</a>'
    )

    page = {name: body.decode() for name, body in write_pages(site, lambda _path: source.encode())}

    assert page["de/dialogues/boden.html"] == (
        '<img src="../../media/7/320px.webp"'
        ' srcset="../../media/7/320px.webp 320w, ../../../media/Anna%20%C3%96.jpg 900w" alt="">'
        '<a href="../../media/8/folien.pdf" download>x</a>'
    )
    assert [name for name in page if "media" in name] == ["media/7/320px.webp", "media/8/folien.pdf"]


def test_scripts_and_forms_go_and_text_stays_as_it_was() -> None:
    page = written(
        '<!doctype html><p>href="/wandel" &amp; &#34;x&#34; &lt;b&gt;</p><script>if (a < b) "</p>"</script>'
        '<form action="/wandel/subscribe"><input name="address"></form><br>'
    )["de/index.html"]

    there = f"{BASE}/wandel/subscribe?lang=de"
    assert page == (
        '<!doctype html><p>href="/wandel" &amp; &#34;x&#34; &lt;b&gt;</p>'
        f'<p><a href="{there}">{there}</a></p><br>'
    )


def test_page_that_does_not_come_is_named() -> None:
    with pytest.raises(PageNotWritten) as refused:
        list(write_pages(SITE, lambda _path: None))

    assert refused.value.details["path"] == "/wandel?lang=de"
