"""A page read as the standard says, by a parser that forgives as browsers do and tells what it forgave."""

from __future__ import annotations

from collections import Counter

import html5lib  # type: ignore[import-untyped]

REFERRING = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "list")


def what_is_wrong(page: str) -> list[str]:
    """Errors of the syntax, ids that stand twice, and ids that are named and are not there."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(page)
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    named = {
        name
        for element in tree.iter()
        for attribute in REFERRING
        for name in (element.get(attribute) or "").split()
    }
    anchors = {
        link[1:]
        for element in tree.iter("a")
        if (link := element.get("href") or "").startswith("#") and link != "#"
    }
    return [
        *(f"{line}:{column} {code}" for (line, column), code, _ in parser.errors),
        *(f"id {name} stands twice" for name, count in ids.items() if count > 1),
        *(f"id {name} is named and not there" for name in sorted((named | anchors) - ids.keys())),
    ]
