"""Find the shipped nets' evolutions: ``python -m dlviz.runs.record_evolutions [name …]``.

For every snapshot, layer and channel the strongest of all held-out pictures; some minutes. Writes
``assets/evolutions/<name>.npz``, so that the filters lab's figure 4 opens at once.
"""

from __future__ import annotations

import sys

import torch
from torch import nn

from dlviz.core.evolution import Evolution, digest_of, stream_evolution
from dlviz.core.probe import inside
from dlviz.io.assets import record
from dlviz.io.datasets import held_out
from dlviz.io.evolutions import KeptEvolution, evolution_file, write_evolution
from dlviz.io.models import MODELS
from dlviz.runs.ship import accuracy

COMMAND = "python -m dlviz.runs.record_evolutions"
NAMES = ("creatures_cnn", "photo_cnn", "fashion_cnn")
BATCH = 100


def find(name: str) -> KeptEvolution:
    """The evolution of a shipped net over all of its held-out pictures."""
    load = MODELS[name].snapshots
    if load is None:
        raise ValueError(f"The training of {name} is not known.")
    snapshots = load()
    models = [snapshot.classifier for snapshot in snapshots]
    pixels, _ = held_out(models[-1].data)
    network = inside(models[-1])
    worth = (nn.ReLU, nn.MaxPool2d)
    layers = [one for one in models[-1].layers if isinstance(network.get_submodule(one), worth)]
    found: dict[str, Evolution] = {}
    for done, part in stream_evolution(models, torch.split(pixels, BATCH), layers):
        print(f"{name}: {done} of {len(pixels)}", flush=True)
        found = part
    digest = digest_of([snapshot.weights for snapshot in snapshots], pixels)
    return KeptEvolution(found, tuple(accuracy(shot) for shot in snapshots), digest, len(pixels))


def enter(name: str, found: KeptEvolution) -> None:
    """Enter the file of a shipped net in the manifest."""
    record(
        evolution_file(name),
        what=f"the strongest of {found.pictures:,} held-out pictures for every channel of "
        f"{name} at each of its {len(found.accuracies)} snapshots",
        source="computed by dlviz from the shipped network",
        licence="MIT",
        command=f"{COMMAND} {name}",
    )


def main() -> None:
    """Find those named on the command line, or all."""
    torch.set_num_threads(1)  # the thread count is part of what decides the last bit
    for name in sys.argv[1:] or NAMES:
        found = find(name)
        write_evolution(name, found)
        enter(name, found)


if __name__ == "__main__":
    main()
