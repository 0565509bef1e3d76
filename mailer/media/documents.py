"""Documents people may download: told apart by what is in them."""

from __future__ import annotations

import io
import zipfile

LARGEST_MATERIAL = 30_000_000
"""Bytes: slides with many pictures; what is larger belongs onto a video platform, with its link."""

TYPES = {
    "pdf": "application/pdf",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
"""The type under which each kind of file is handed out."""

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How a JPEG and a PNG begin."""

BROKEN_ZIP = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)
"""All that reading a ZIP may raise which is none, or is broken, locked, or packed in a way nobody knows."""

LONGEST_TYPE = 80
_OPEN_DOCUMENTS = {TYPES[extension].encode(): extension for extension in ("odp", "odt")}
_OFFICE_DOCUMENTS = {"ppt/presentation.xml": "pptx", "word/document.xml": "docx"}


def document_type(content: bytes) -> str:
    """``pdf``, ``odp``, ``odt``, ``pptx``, ``docx``; empty for anything else, and for what holds macros."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if not content.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _packed_type(packed)
    except BROKEN_ZIP:
        return ""


def _packed_type(packed: zipfile.ZipFile) -> str:
    names = packed.namelist()
    if "mimetype" in names:
        with packed.open("mimetype") as said:
            return _OPEN_DOCUMENTS.get(said.read(LONGEST_TYPE), "")
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return next((kind for part, kind in _OFFICE_DOCUMENTS.items() if part in names), "")
