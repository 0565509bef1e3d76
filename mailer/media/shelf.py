"""The folder in which the bytes lie, each under the digest of its content."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path

from mailer.media.errors import ShelfAway
from mailer.media.examining import Examined

DIGEST = re.compile(r"[0-9a-f]{64}")


class Shelf:
    """Files under ``root``; what has the same content is kept once. Nothing is ever changed, only added and removed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str, ending: str) -> Path:
        """Where a file lies, or would. ``ending`` is its extension, or ``320.webp`` for a smaller picture."""
        if not DIGEST.fullmatch(digest):
            raise ValueError("this is no digest")
        return self.root / digest[:2] / f"{digest}.{ending}"

    def is_writable(self) -> bool:
        """Whether files can be added; a folder that is not there yet is made with the first of them."""
        there = next(folder for folder in (self.root, *self.root.absolute().parents) if folder.exists())
        return there.is_dir() and os.access(there, os.W_OK | os.X_OK)

    def put(self, file: Examined) -> None:
        """Keep the file's bytes, all of them or none under their name.

        Raises ShelfAway.
        """
        digest = file.digest
        try:
            for width, content in file.smaller.items():
                _write(self.path(digest, f"{width}.webp"), content)
            _write(self.path(digest, file.extension), file.content)
        except OSError as problem:
            raise ShelfAway(cause=problem.strerror) from problem

    def remove(self, digest: str) -> None:
        """Take a content away, with its smaller pictures. What is not there is no matter."""
        for path in self.path(digest, "*").parent.glob(f"{digest}.*"):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # others lie beside it, or it never was there
            self.path(digest, "*").parent.rmdir()


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, growing = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(growing, 0o640)
        os.replace(growing, path)
    except BaseException:
        os.unlink(growing)
        raise
