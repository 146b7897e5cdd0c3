"""Pictures by key for this page's visitor: their own first, then the registered data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.data import ImageData
    from dlviz.core.specs import DataSpec


def data_of(spec: DataSpec) -> ImageData:
    """What a run of this visitor trains on. Raises ``ValueError`` with one sentence."""
    from dlviz.io.datasets import data_for

    return data_for(spec, visitor().pictures)


def held_out_of(key: str) -> tuple[Tensor, Tensor]:
    """The held-out part of a key: (uint8 N×C×H×W, int64 N). Read only.

    Raises ``ValueError`` with one sentence where it is not here, or another visitor's.
    """
    from dlviz.core.data import shuffle_pixels
    from dlviz.io.datasets import held_out, name_of

    name = name_of(key)
    mine = visitor().pictures.get(name)
    if mine is None:
        return held_out(key)
    pixels = mine.test_pixels if name == key else shuffle_pixels(mine.test_pixels)
    return pixels, mine.test_labels


def is_here(key: str) -> bool:
    """Whether this visitor has held-out pictures for a key: own, shipped or downloaded ones."""
    from dlviz.io import downloads
    from dlviz.io.datasets import is_known, name_of

    name = name_of(key)
    if name in visitor().pictures:
        return True
    return is_known(name) and (name not in downloads.SETS or downloads.is_here(name))
