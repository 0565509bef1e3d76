"""Pictures and documents as people hand them in, good ones and bad ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"

CAMERA, PLACE = 0x010F, 0x8825
"""Where a picture says who made it, and where (Exif)."""


def a_picture(
    width: int = 900,
    height: int = 1200,
    *,
    format: str = "JPEG",
    colour: str = "#7a4b2a",
    turned: bool = False,
) -> bytes:
    """A picture in two colours, with a camera's name and a place in its Exif block."""
    image = Image.new("RGB", (width, height), colour)
    image.paste("#f0d9b5", (0, 0, width // 2, height // 2))
    exif = Image.Exif()
    exif[CAMERA] = "SECRET CAMERA"
    exif[PLACE] = {1: "N", 2: (52.0, 31.0, 0.0)}
    if turned:
        exif[0x0112] = 6  # lies on its side
    target = io.BytesIO()
    image.save(target, format=format, exif=exif)
    return target.getvalue()


def a_bomb(width: int = 10_000, height: int = 5_000) -> bytes:
    """A PNG of a few kilobytes that claims, and holds, 50 megapixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    line = bytes(1 + width // 8)
    rows = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def a_zip(**members: bytes) -> bytes:
    """A ZIP whose members are named with ``__`` for a slash."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def slides() -> bytes:
    """A presentation as LibreOffice writes it, as far as one can tell from outside."""
    return a_zip(mimetype=b"application/vnd.oasis.opendocument.presentation", content=b"<x/>")


def office(part: str, **more: bytes) -> bytes:
    """A document as Microsoft Office writes it, as far as one can tell from outside."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in {"[Content_Types].xml": b"<x/>", part: b"<x/>", **more}.items():
            packed.writestr(name, content)
    return target.getvalue()
