"""What transfer learning is tried on: shipped pictures that colour says nothing about.

All are grey, and every picture has every grey value equally often, so neither colour nor
brightness nor contrast tells their classes apart: only where light and dark are does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from dlviz.core.data import ImageData
from dlviz.core.transfer_learning.pictures import equalised
from dlviz.io.creatures import SIDE, SPECIES, draw
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph

POOL = 50  # of every class, that a seed draws its training pictures from
HELD_OUT = 200
_SEED = 8
_SMALLEST, _LARGEST = 64, 160  # side of a crop, in the photograph's pixels

Labelled = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class TransferTask:
    """A shipped task: ``what`` it is in a few words; ``make`` gives (training, held-out)."""

    title: str
    what: str
    classes: tuple[str, ...]
    make: Callable[[], tuple[Labelled, Labelled]]


def _creatures(species: tuple[str, ...]) -> tuple[Labelled, Labelled]:
    return _stream(species, 0, POOL * len(species)), _stream(species, 10_000, HELD_OUT)


def _stream(species: tuple[str, ...], first: int, count: int) -> Labelled:
    """``count`` creatures, the species in turns."""
    labels = np.arange(count) % len(species)
    numbers = [SPECIES.index(name) for name in species]
    drawn = [draw(_SEED, first + i, numbers[label]).pixels for i, label in enumerate(labels)]
    return _grey(np.stack(drawn)), torch.from_numpy(labels)


def _crops(names: tuple[str, ...]) -> tuple[Labelled, Labelled]:
    """Training crops from the left half of each photograph, held-out ones from the right."""
    return _cut(names, 0, POOL * len(names)), _cut(names, 1, HELD_OUT)


def _cut(names: tuple[str, ...], half: int, count: int) -> Labelled:
    rng = np.random.default_rng((_SEED, half))
    labels = np.arange(count) % len(names)
    found = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for index, label in enumerate(labels):
        photograph = load_photograph(names[label])
        height, width = photograph.shape[0], photograph.shape[1] // 2
        # Cut in two before anything is resized: a filter would look across the border.
        photograph = photograph[:, :width] if half == 0 else photograph[:, -width:]
        side = min(_SMALLEST * (_LARGEST / _SMALLEST) ** rng.random(), height, width)
        left, top = (np.array([width, height]) - side) * rng.random(2)
        box = (left, top, left + side, top + side)
        crop = Image.fromarray(photograph).resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)
        found[index] = np.asarray(crop)
    return _grey(found), torch.from_numpy(labels)


def _grey(pictures: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Tensor:
    return equalised(torch.from_numpy(pictures).permute(0, 3, 1, 2))


_PAIR, _PHOTOGRAPHS = ("cat", "fox"), tuple(PHOTOGRAPHS)

TASKS: dict[str, TransferTask] = {
    "cat_fox": TransferTask(
        "Cat or fox?",
        "drawn faces, two classes: one output with a sigmoid",
        _PAIR,
        partial(_creatures, _PAIR),
    ),
    "creatures": TransferTask(
        "Eight creatures",
        "drawn faces of eight species: a softmax",
        SPECIES,
        partial(_creatures, SPECIES),
    ),
    "crops": TransferTask(
        "Which photograph?",
        "crops, learnt from left halves, judged on right halves",
        _PHOTOGRAPHS,
        partial(_crops, _PHOTOGRAPHS),
    ),
}


@cache
def load_task(name: str) -> ImageData:
    """The pictures of a task: 50 of every class to draw from, 200 held out; all 3×64×64.

    Shared by all callers: read only. Raises ``ValueError`` for an unknown name.
    """
    if name not in TASKS:
        raise ValueError("There is no such task of transfer learning.")
    train, held = TASKS[name].make()
    return ImageData.of(name, TASKS[name].classes, train, held)
