"""The shipped nets' evolutions: found once over all held-out pictures, kept in ``assets/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from dlviz.core.evolution import Evolution
from dlviz.io.assets import ASSETS, read_arrays, write_arrays

_PARTS = ("values", "indices", "positions")


@dataclass(frozen=True, eq=False)
class KeptEvolution:
    """``layers``: name → Evolution. ``accuracies``: held-out share of each snapshot.

    ``digest`` is that of the weights and pictures it was found with, ``dlviz.core.evolution``'s.
    """

    layers: Mapping[str, Evolution]
    accuracies: tuple[float, ...]
    digest: str
    pictures: int


def evolution_file(name: str) -> str:
    """Where a shipped net's evolution lies below ``assets/``."""
    return f"evolutions/{name}.npz"


def write_evolution(name: str, kept: KeptEvolution) -> None:
    """Write ``assets/evolutions/<name>.npz``: same evolution, same bytes."""
    arrays = {
        "layers": np.array(list(kept.layers)),
        "accuracies": np.array(kept.accuracies),
        "digest": np.array(kept.digest),
        "pictures": np.array(kept.pictures),
    }
    for layer, found in kept.layers.items():
        arrays[f"{layer} values"] = found.values.numpy()
        arrays[f"{layer} indices"] = found.indices.numpy().astype(np.int16)
        arrays[f"{layer} positions"] = found.positions.numpy().astype(np.uint8)
    write_arrays(ASSETS / evolution_file(name), arrays)


def read_evolution(name: str) -> KeptEvolution:
    """The evolution of the shipped net ``name``. Raises ``AssetError`` where it is missing."""
    file = evolution_file(name)
    layers, accuracies, digest, pictures = read_arrays(
        file, "layers", "accuracies", "digest", "pictures"
    )
    names = [str(layer) for layer in layers]
    arrays = read_arrays(file, *(f"{layer} {part}" for layer in names for part in _PARTS))
    numbers = [torch.from_numpy(array) for array in arrays]
    found = {
        layer: Evolution(numbers[3 * at], numbers[3 * at + 1].long(), numbers[3 * at + 2].long())
        for at, layer in enumerate(names)
    }
    return KeptEvolution(
        found, tuple(accuracies.tolist()), str(digest.item()), int(pictures.item())
    )
