"""What Lighthouse thinks of the pages that people reach first."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.demo import Demo

SERIES = "/wandel-machen-vor-ort"
FLAGS = (
    "--headless=new --no-sandbox --disable-background-networking --disable-component-update --disable-sync"
)

LOOKS = 3
"""It times the page, so a busy machine may need another look; one that is good is enough."""


@pytest.mark.parametrize("path", [SERIES, f"{SERIES}/bestand-nutzen"])
def test_page_is_fast_accessible_sound_and_found(demo: Demo, tmp_path: Path, path: str) -> None:
    """At least 95 of 100 in each of its categories. It is not in the locks, for it comes from npm."""
    reader, chromium = shutil.which("lighthouse"), shutil.which("chromium")
    if reader is None or chromium is None:
        pytest.skip("Lighthouse is not installed (npm install --global lighthouse)")
    report = tmp_path / "report.json"
    command = [reader, f"{demo.base}{path}", "--quiet", f"--chrome-flags={FLAGS}"]
    command += ["--output=json", f"--output-path={report}"]

    short: dict[str, float] = {}
    for _ in range(LOOKS):
        subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": chromium}, timeout=180)
        told = json.loads(report.read_text())["categories"]
        short = {name: category["score"] for name, category in told.items() if category["score"] < 0.95}
        if not short:
            break

    assert short == {}
    assert len(told) >= 4
