"""The shipped photographs: CC0 or public domain, from scikit-image's packaged pictures.

Imports no torch, so a page can show one before torch is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dlviz.io.assets import asset_path


@dataclass(frozen=True)
class Photograph:
    """One shipped photograph; ``file`` is relative to ``assets/``."""

    name: str
    title: str
    what: str
    licence: str

    @property
    def file(self) -> str:
        return f"photographs/{self.name}.webp"


_NASA = "public domain (NASA)"

_ENTRIES = (
    Photograph("cat", "Cat", "Chelsea the cat, looking at you.", "CC0 (Stefan van der Walt)"),
    Photograph("coffee", "Coffee", "An espresso on a wooden table.", "CC0 (Rachel Michetti)"),
    Photograph(
        "camera", "Camera", "A photographer with camera and tripod, grey.", "CC0 (Lav Varshney)"
    ),
    Photograph("astronaut", "Astronaut", "Eileen Collins in her space suit.", _NASA),
    Photograph("rocket", "Rocket", "A Falcon 9 carries DSCOVR up.", "public domain (SpaceX)"),
    Photograph("stars", "Galaxies", "Hubble's eXtreme Deep Field.", _NASA),
    Photograph("brick", "Brick wall", "A section of a brick wall, grey.", "CC0 (CC0Textures)"),
    Photograph("text", "Text", "Printed words, grey.", "public domain (Wikipedia)"),
)

PHOTOGRAPHS: dict[str, Photograph] = {entry.name: entry for entry in _ENTRIES}


@lru_cache(maxsize=len(_ENTRIES))
def _decoded(name: str) -> NDArray[np.uint8]:
    with Image.open(asset_path(PHOTOGRAPHS[name].file), formats=("WEBP",)) as picture:
        return np.asarray(picture.convert("RGB"))


def load_photograph(name: str) -> NDArray[np.uint8]:
    """The photograph called ``name``: uint8 H×W×3, at most 512 pixels on its long side.

    The array is the caller's own. Raises ``ValueError`` naming the known photographs.
    """
    if name not in PHOTOGRAPHS:
        raise ValueError(
            f"There is no photograph {name[:40]!r}; known are {', '.join(PHOTOGRAPHS)}."
        )
    return _decoded(name).copy()
