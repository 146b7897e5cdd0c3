"""Read the shipped nets' layers out: ``python -m dlviz.figures.record_readouts [name …]``.

From 100 pictures of each net's own data, and for ``creatures_cnn`` of the other shipped sets too;
some minutes. Writes ``assets/readouts.json``, with which the filters lab's view opens. The readings
of nets that are not named stay.
"""

from __future__ import annotations

import sys

import torch

from dlviz.core.readout import Reading, read_out, split
from dlviz.core.untrained import untrained
from dlviz.figures.readout_layers import readable
from dlviz.io.assets import AssetError, record
from dlviz.io.datasets import DATASETS, held_out
from dlviz.io.models import MODELS, load_model
from dlviz.io.readouts import FILE, read_readouts, reading_key, weights_digest, write_readouts

COMMAND = "python -m dlviz.figures.record_readouts"
COUNT = 100
NAMES = ("creatures_cnn", "photo_cnn", "fashion_cnn")
TRAVELS = ("creatures_cnn",)  # whose features are tried on other data, too


def read(name: str, data: str) -> Reading:
    """The reading of a shipped net on a data set."""
    model = load_model(name)
    snapshots = MODELS[name].snapshots
    before = untrained(model, snapshots() if snapshots else ())
    pictures = split(*held_out(data), len(DATASETS[data].classes))
    layers = list(readable(model))[1:]
    steps = read_out(model, before, pictures, layers, count=COUNT, knows=data == model.data)
    *_, (_, last) = steps
    return last


def main() -> None:
    """Read those named on the command line, or all."""
    torch.set_num_threads(1)
    try:
        found = read_readouts()
    except AssetError:
        found = {}
    offline = [key for key, entry in DATASETS.items() if entry.download is None]
    for name in sys.argv[1:] or NAMES:
        model = load_model(name)
        for data in offline if name in TRAVELS else [model.data]:
            found[reading_key(weights_digest(model), data, COUNT)] = read(name, data)
            write_readouts(found)
            print(f"{name} on {data}", flush=True)
    record(
        FILE,
        what=f"accuracies of linear classifiers on the features of the shipped nets, from {COUNT} "
        "pictures",
        source="computed by dlviz from the shipped networks",
        licence="MIT",
        command=COMMAND,
    )


if __name__ == "__main__":
    main()
