"""Python that gets the held-out pictures of a key, as a part of a page's "show the code"."""

from __future__ import annotations

from dlviz.io.datasets import OWN, name_of

_OWN = """\
from pathlib import Path

from dlviz.io.own_pictures import read_zip

# Your own pictures: save them as a zip first (Training page, Data).
data = read_zip(Path("my-pictures.zip").read_bytes(), side={side})
pixels, labels = data.test_pixels, data.test_labels"""
_SHUFFLED = """\


from dlviz.core.data import shuffle_pixels

pixels = shuffle_pixels(pixels)"""


def held_out_code(key: str, side: int) -> str:
    """Lines that set ``pixels`` and ``labels``; ``side`` is that of the pictures, in pixels."""
    if not key.startswith(OWN):
        return f'from dlviz.io.datasets import held_out\n\npixels, labels = held_out("{key}")'
    return _OWN.format(side=side) + ("" if name_of(key) == key else _SHUFFLED)
