"""Zips of small pictures, a folder per class."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

from PIL import Image


def picture(
    colour: tuple[int, int, int] = (200, 30, 40), size: int = 40, kind: str = "PNG"
) -> bytes:
    out = BytesIO()
    Image.new("RGB", (size, size), colour).save(out, kind)
    return out.getvalue()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def folders(**counts: int) -> dict[str, bytes]:
    """``cats=3`` → three pictures in a folder, each of a grey value of its own."""
    return {
        f"{name}/{index:02d}.png": picture((10 * index, 60 * place, 128))
        for place, (name, count) in enumerate(counts.items())
        for index in range(count)
    }
