"""A visitor's own pictures: kept in memory while the visitor is here, seen by nobody else."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlviz.core.data import ImageData

MAX_SETS = 4
MAX_MEGABYTES = 64


class OwnPictures(Mapping[str, "ImageData"]):
    """Name → pictures; at most ``MAX_SETS`` and ``MAX_MEGABYTES``, the oldest makes room.

    The name comes from the pictures: who brings the same ones again finds their models' data.
    """

    def __init__(self) -> None:
        self._sets: dict[str, ImageData] = {}
        self._evicted = 0
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> ImageData:
        return self._sets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._sets))

    def __len__(self) -> int:
        return len(self._sets)

    def items(self) -> ItemsView[str, ImageData]:
        """As they are now: another tab may remove some while they are gone through."""
        with self._lock:
            return dict(self._sets).items()

    def add(self, data: ImageData) -> str:
        """Keep pictures; returns the name by which specs know them."""
        name = f"own-{_digest(data)}"
        with self._lock:
            self._sets.pop(name, None)
            self._sets[name] = replace(data, name=name)
            while len(self._sets) > 1 and (
                len(self._sets) > MAX_SETS
                or sum(item.bytes for item in self._sets.values()) > MAX_MEGABYTES * 2**20
            ):
                del self._sets[next(iter(self._sets))]
                self._evicted += 1
        return name

    def remove(self, name: str) -> None:
        """Forget these pictures; runs that train on them go on."""
        with self._lock:
            self._sets.pop(name, None)

    def take_evicted(self) -> int:
        """How many had to make room since the last time somebody asked."""
        with self._lock:
            count, self._evicted = self._evicted, 0
            return count


def _digest(data: ImageData) -> str:
    digest = hashlib.sha256(repr((data.classes, data.shape)).encode())
    for part in (data.train_pixels, data.train_labels, data.test_pixels, data.test_labels):
        digest.update(part.contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
