"""The registered data sets: a name in a spec, a link or a select box → images and labels.

To add one, write a function that gives (pixels, labels) for training and for the held-out part,
and enter it in ``DATASETS``. A key is a name, with ``+shuffled`` where every picture's pixels
have changed places (``DataSpec.key``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Lock

import torch
from torch import Tensor

from dlviz.core.data import ImageData, shuffle_pixels
from dlviz.core.specs import SHUFFLED, DataSpec
from dlviz.io import creatures, photo_crops, shapes
from dlviz.io.assets import read_arrays
from dlviz.io.downloads import SETS, Download, read_part
from dlviz.io.transfer_tasks import HELD_OUT, POOL, TASKS, load_task

Pair = tuple[Tensor, Tensor]
OWN = "own-"  # how the names of visitors' own pictures begin

_DIGITS = tuple("0123456789")
_CLOTHES = (
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
)
_THINGS = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


@dataclass(frozen=True)
class DataEntry:
    """One data set: what it is, and how to get its two parts; ``noun`` is its shortest name.

    ``shape`` is (channels, height, width), ``counts`` (training, held out); ``mean`` and ``std``
    of each channel in [0, 1] are for people, rounded. ``train`` and ``test`` give (uint8 N×C×H×W,
    int64 N). They are separate so that a page that shows held-out pictures need not wait for the
    training part. One with a ``download`` is there only after it.
    """

    name: str
    title: str
    noun: str
    classes: tuple[str, ...]
    what: str
    shape: tuple[int, int, int]
    counts: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    train: Callable[[], Pair]
    test: Callable[[], Pair]
    download: Download | None = None


def _packed(file: str, part: str) -> Callable[[], Pair]:
    """Loader for grey pictures packed as N×H×W uint8 with one label each."""

    def load() -> Pair:
        pixels, labels = read_arrays(file, f"{part}_pixels", f"{part}_labels")
        return torch.from_numpy(pixels).unsqueeze(1), torch.from_numpy(labels).long()

    return load


def _fetched(name: str) -> tuple[Callable[[], Pair], Callable[[], Pair], Download]:
    """The loaders of an entry of ``downloads.SETS``, and the entry."""
    return partial(read_part, name, "train"), partial(read_part, name, "test"), SETS[name]


_ENTRIES = (
    DataEntry(
        "mnist",
        "Handwritten digits (MNIST)",
        "digits",
        _DIGITS,
        "10 000 real handwritten digits, 28×28 grey: 8 000 to train on, 2 000 held out.",
        (1, 28, 28),
        (8_000, 2_000),
        (0.13,),
        (0.307,),
        _packed("mnist.npz", "train"),
        _packed("mnist.npz", "test"),
    ),
    DataEntry(
        "fashion_mnist",
        "Clothes (Fashion-MNIST)",
        "clothes",
        _CLOTHES,
        "Shop photographs of clothes, 28×28 grey: 10 000 to train on, 2 000 held out.",
        (1, 28, 28),
        (10_000, 2_000),
        (0.289,),
        (0.353,),
        _packed("fashion_mnist.npz", "train"),
        _packed("fashion_mnist.npz", "test"),
    ),
    DataEntry(
        "shapes",
        "Coloured shapes",
        "shapes",
        shapes.CLASSES,
        "Drawn forms, 32×32 colour, of any colour, size and turn anywhere: 6 000 to train on, 1 500"
        " held out.",
        (3, 32, 32),
        (6_000, 1_500),
        (0.413, 0.417, 0.407),
        (0.259, 0.264, 0.256),
        partial(shapes.generate, 6_000, seed=1),
        partial(shapes.generate, 1_500, seed=2),
    ),
    DataEntry(
        "creatures",
        "Creatures",
        "creatures",
        creatures.SPECIES,
        "Drawn animal faces, 64×64 colour, told apart by their parts: 6 000 to train on, 1 500"
        " held out.",
        (3, 64, 64),
        (6_000, 1_500),
        (0.511, 0.494, 0.499),
        (0.216, 0.199, 0.195),
        partial(creatures.generate, 6_000, seed=1),
        partial(creatures.generate, 1_500, seed=2),
    ),
    DataEntry(
        "photo_crops",
        "Photograph crops",
        "photographs",
        photo_crops.CLASSES,
        "64×64 colour crops: which photograph is this one from? 6 000 to train on, 1 500 held out.",
        (3, 64, 64),
        (6_000, 1_500),
        (0.433, 0.365, 0.342),
        (0.27, 0.232, 0.232),
        partial(photo_crops.generate, 6_000, seed=1),
        partial(photo_crops.generate, 1_500, seed=2),
    ),
    DataEntry(
        "mnist_full",
        "All of MNIST (download)",
        "digits",
        _DIGITS,
        "All 70 000 handwritten digits, 28×28 grey: 60 000 to train on, 10 000 held out.",
        (1, 28, 28),
        (60_000, 10_000),
        (0.131,),
        (0.308,),
        *_fetched("mnist_full"),
    ),
    DataEntry(
        "fashion_full",
        "All of Fashion-MNIST (download)",
        "clothes",
        _CLOTHES,
        "All 70 000 shop photographs of clothes, 28×28 grey: 60 000 to train on, 10 000 held out.",
        (1, 28, 28),
        (60_000, 10_000),
        (0.286,),
        (0.353,),
        *_fetched("fashion_full"),
    ),
    DataEntry(
        "cifar10",
        "Small photographs (CIFAR-10, download)",
        "things",
        _THINGS,
        "60 000 photographs of ten kinds, 32×32 colour: 50 000 to train on, 10 000 held out.",
        (3, 32, 32),
        (50_000, 10_000),
        (0.491, 0.482, 0.447),
        (0.247, 0.243, 0.262),
        *_fetched("cifar10"),
    ),
)

DATASETS: dict[str, DataEntry] = {entry.name: entry for entry in _ENTRIES}


def _few(name: str) -> DataEntry:
    """A task of transfer learning: too few pictures to be trained on from nothing."""
    task = TASKS[name]
    return DataEntry(
        grey_name(name),
        f"{task.title.rstrip('?')} (transfer learning)",
        "grey pictures",
        task.classes,
        f"{task.what[0].upper()}{task.what[1:]}; all grey, every grey value equally often.",
        (3, creatures.SIDE, creatures.SIDE),
        (POOL * len(task.classes), HELD_OUT),
        (0.5,) * 3,
        (0.29,) * 3,
        lambda: (load_task(name).train_pixels, load_task(name).train_labels),
        lambda: (load_task(name).test_pixels, load_task(name).test_labels),
    )


def grey_name(task: str) -> str:
    """How a task of transfer learning is called among the data sets."""
    return f"grey_{task}"


# What networks of the shelf may know besides: offered to nobody for training.
KNOWN = DATASETS | {grey_name(name): _few(name) for name in TASKS}

_locks: dict[str, Lock] = {name: Lock() for name in KNOWN}
_loaded: dict[str, ImageData] = {}
_held_out: dict[str, Pair] = {}


def name_of(key: str) -> str:
    """The data set's name in a key, known or not."""
    return key.removesuffix(SHUFFLED)


def is_known(key: str) -> bool:
    """Whether a key names a registered data set, which may still have to be downloaded."""
    return name_of(key) in KNOWN


def noun_of(key: str) -> str:
    """The shortest name for people of what a key names."""
    name = name_of(key)
    noun = KNOWN[name].noun if name in KNOWN else name
    noun = "own pictures" if name.startswith(OWN) else noun
    return f"shuffled {noun}" if key.endswith(SHUFFLED) else noun


def entry_of(key: str) -> DataEntry:
    """The registered data set of a key. Raises ``ValueError`` with one sentence for others."""
    name = name_of(key)
    if name.startswith(OWN):
        raise ValueError(
            "These are pictures of somebody's own that are not, or no longer, here: they are kept "
            "for their owner alone, only a few sets at a time, and not for long."
        )
    if name not in KNOWN:
        raise ValueError(f"There is no data set {name[:40]!r}; known are {', '.join(DATASETS)}.")
    return KNOWN[name]


def held_out(key: str) -> Pair:
    """Only the held-out part: (uint8 N×C×H×W, int64 N). Shared by all callers: read only.

    Raises ``ValueError`` naming the known data sets if ``key`` is none of them, ``DownloadError``
    if it is not here yet.
    """
    entry = entry_of(key)
    with _locks[entry.name]:
        if entry.name not in _held_out:
            _held_out[entry.name] = entry.test()
        if key not in _held_out:
            pixels, labels = _held_out[entry.name]
            _held_out[key] = shuffle_pixels(pixels), labels
        return _held_out[key]


def load_data(name: str) -> ImageData:
    """The data set called ``name``, shared by all callers: read only.

    A name may end in ``+shuffled``. Loaded once per process; what is shuffled is made anew.
    Raises as ``held_out`` does.
    """
    entry = entry_of(name)
    test = held_out(name)
    with _locks[entry.name]:
        if entry.name not in _loaded:
            plain = _held_out[entry.name]
            _loaded[entry.name] = ImageData.of(entry.name, entry.classes, entry.train(), plain)
        data = _loaded[entry.name]
    return data if name == entry.name else data.shuffled(name, test)


def data_for(spec: DataSpec, own: Mapping[str, ImageData] | None = None) -> ImageData:
    """What a run of ``spec`` trains and is judged on, always the same for the same spec.

    ``own``: the pictures of the visitor for whom it runs, by name. Raises as ``held_out`` does.
    """
    mine = own.get(spec.name) if own else None  # asked once: another tab may remove them
    if mine is not None:
        data = mine.part(spec.share)
        return data.shuffled(spec.key) if spec.shuffled else data
    if spec.share == 1:
        return load_data(spec.key)
    data = load_data(spec.name).part(spec.share)
    return data.shuffled(spec.key, held_out(spec.key)) if spec.shuffled else data
