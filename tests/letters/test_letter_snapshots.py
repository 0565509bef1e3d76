"""Every letter as somebody reads it, kept as a file. WRITE_SNAPSHOTS=1 writes them anew; then read what changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailer import letters
from mailer.core.types import Form, Locale
from mailer.letters import Letter, LetterKind
from tests.letters.occasions import orders

SNAPSHOTS = Path(__file__).resolve().parent / "snapshots"
TONGUES: dict[str, tuple[Locale, Form]] = {"de": ("de", "sie"), "de-du": ("de", "du"), "en": ("en", "sie")}
CASES = [(tongue, name) for tongue in TONGUES for name in orders("de")]


@pytest.mark.parametrize(("tongue", "name"), CASES)
def test_letter_reads_as_its_snapshot(tongue: str, name: str) -> None:
    path = SNAPSHOTS / tongue / f"{name}.txt"

    shown = as_read(letters.write(orders(*TONGUES[tongue])[name]))

    if os.environ.get("WRITE_SNAPSHOTS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, "utf-8")
    assert path.exists(), f"no snapshot: {path.relative_to(SNAPSHOTS)}"
    assert shown == path.read_text("utf-8")


def test_every_kind_has_a_snapshot_and_every_snapshot_its_letter() -> None:
    kept = {(path.parent.name, path.stem) for path in SNAPSHOTS.glob("*/*.txt")}

    assert kept == set(CASES)
    assert {order.kind for order in orders("de").values()} == set(LetterKind)


def as_read(letter: Letter) -> str:
    attached = f"Attached: {letter.filename} ({letter.calendar_method})\n" if letter.calendar else ""
    return f"Subject: {letter.subject}\n{attached}\n{letter.text}"
