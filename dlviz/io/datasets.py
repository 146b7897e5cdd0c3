"""The registered data sets: a name in a spec, a link or a select box → images and labels.

To add one, write a function that gives (pixels, labels) for training and for the held-out part,
and enter it in ``DATASETS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock

import torch
from torch import Tensor

from dlviz.core.data import ImageData
from dlviz.io import creatures, photo_crops
from dlviz.io.assets import read_arrays

Pair = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class DataEntry:
    """One data set: what it is, and how to get its two parts; ``noun`` is its shortest name.

    ``train`` and ``test`` give (uint8 N×C×H×W, int64 N). They are separate so that a page that
    shows held-out pictures need not wait for the training part.
    """

    name: str
    title: str
    noun: str
    classes: tuple[str, ...]
    what: str
    train: Callable[[], Pair]
    test: Callable[[], Pair]


def _packed(file: str, part: str) -> Callable[[], Pair]:
    """Loader for grey pictures packed as N×H×W uint8 with one label each."""

    def load() -> Pair:
        pixels, labels = read_arrays(file, f"{part}_pixels", f"{part}_labels")
        return torch.from_numpy(pixels).unsqueeze(1), torch.from_numpy(labels).long()

    return load


_ENTRIES = (
    DataEntry(
        "mnist",
        "Handwritten digits (MNIST)",
        "digits",
        tuple("0123456789"),
        "10 000 real handwritten digits, 28×28 grey: 8 000 to train on, 2 000 held out.",
        _packed("mnist.npz", "train"),
        _packed("mnist.npz", "test"),
    ),
    DataEntry(
        "fashion_mnist",
        "Clothes (Fashion-MNIST)",
        "clothes",
        (
            "T-shirt/top",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ),
        "Shop photographs of clothes, 28×28 grey: 10 000 to train on, 2 000 held out.",
        _packed("fashion_mnist.npz", "train"),
        _packed("fashion_mnist.npz", "test"),
    ),
    DataEntry(
        "creatures",
        "Creatures",
        "creatures",
        creatures.SPECIES,
        "Drawn animal faces, 64×64 colour, told apart by their parts: 6 000 to train on, 1 500"
        " held out.",
        partial(creatures.generate, 6_000, seed=1),
        partial(creatures.generate, 1_500, seed=2),
    ),
    DataEntry(
        "photo_crops",
        "Photograph crops",
        "photographs",
        photo_crops.CLASSES,
        "64×64 colour crops: which photograph is this one from? 6 000 to train on, 1 500 held out.",
        partial(photo_crops.generate, 6_000, seed=1),
        partial(photo_crops.generate, 1_500, seed=2),
    ),
)

DATASETS: dict[str, DataEntry] = {entry.name: entry for entry in _ENTRIES}

_locks: dict[str, Lock] = {name: Lock() for name in DATASETS}
_loaded: dict[str, ImageData] = {}
_held_out: dict[str, Pair] = {}


def _entry(name: str) -> DataEntry:
    if name not in DATASETS:
        raise ValueError(f"There is no data set {name[:40]!r}; known are {', '.join(DATASETS)}.")
    return DATASETS[name]


def held_out(name: str) -> Pair:
    """Only the held-out part: (uint8 N×C×H×W, int64 N). Shared by all callers: read only.

    Raises ``ValueError`` naming the known data sets if ``name`` is none of them.
    """
    entry = _entry(name)
    with _locks[name]:
        if name not in _held_out:
            _held_out[name] = entry.test()
        return _held_out[name]


def load_data(name: str) -> ImageData:
    """The data set called ``name``, loaded once per process. Shared by all callers: read only.

    Raises ``ValueError`` naming the known data sets if ``name`` is none of them.
    """
    entry = _entry(name)
    test = held_out(name)
    with _locks[name]:
        if name not in _loaded:
            _loaded[name] = ImageData.of(name, entry.classes, entry.train(), test)
        return _loaded[name]
