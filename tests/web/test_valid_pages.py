"""Pages are what the standard calls HTML, and light enough for a slow line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.reading_html import what_is_wrong
from tests.web.test_accessible_pages import every_page
from tests.web.visiting import SERIES, Visit

LIGHT = 60_000
"""Bytes of a page with its style and scripts, and without pictures."""

RULES = {"root": True, "extends": ["html-validate:standard"]}


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


def pages(visit: Visit, client: FlaskClient) -> dict[str, str]:
    return {
        f"{path} {language}": client.get(
            path, headers={"Accept-Language": language}, follow_redirects=True
        ).text
        for path in every_page(visit)
        for language in ("de", "en")
    }


def test_every_page_is_valid_html(visit: Visit, client: FlaskClient) -> None:
    wrong = {path: what_is_wrong(page) for path, page in pages(visit, client).items()}

    assert {path: found for path, found in wrong.items() if found} == {}


def test_every_page_is_valid_to_the_stricter_reader(
    visit: Visit, client: FlaskClient, tmp_path: Path
) -> None:
    """html-validate knows what may stand in what; it is not in the locks, for it comes from npm."""
    reader = shutil.which("html-validate")
    if reader is None:
        pytest.skip("html-validate is not installed (npm install --global html-validate)")
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(RULES))
    for number, page in enumerate(pages(visit, client).values()):
        (tmp_path / f"{number}.html").write_text(page)

    command = [reader, "--formatter", "text", "."]
    read = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)

    assert (read.returncode, read.stdout) == (0, "")


@pytest.mark.parametrize("path", [SERIES, f"{SERIES}/bestand-nutzen", f"{SERIES}/embed"])
def test_page_is_light(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    files = {
        unescape(found) for found in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', page.text)
    }

    sizes = [len(page.data), *(len(client.get(file).data) for file in files)]

    assert sum(sizes) < LIGHT, sizes
