"""Train the shipped networks: ``python -m dlviz.runs.ship [name …]``.

Trains each preset of ``SHIPPED`` (all, if none is named) from its seed on the CPU and writes
``assets/models/<name>.safetensors`` with snapshots at log-spaced steps, the untrained net included.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import torch

from dlviz.core.events import Score, Step
from dlviz.core.networks import SHIPPED
from dlviz.core.snapshots import Snapshot
from dlviz.core.training import Run
from dlviz.io.assets import ASSETS, record
from dlviz.io.checkpoints import read_checkpoint, write_checkpoint
from dlviz.io.datasets import data_for
from dlviz.io.models import model_file

COMMAND = "python -m dlviz.runs.ship"
KEPT_STEPS = (0, 8, 16, 32, 64, 128, 256, 512)


def accuracy(shot: Snapshot) -> float:
    """Held-out accuracy of a snapshot."""
    images, labels = data_for(shot.spec.data).test
    model = shot.classifier
    right = 0
    with torch.no_grad():
        for start in range(0, len(labels), 250):
            part = slice(start, start + 250)
            right += int((model(images[part]).argmax(1) == labels[part]).sum())
    return right / len(labels)


def ship(name: str) -> float:
    """Train one shipped net, write it with 16-bit weights, and return *their* accuracy."""
    spec = SHIPPED[name].spec
    began = time.monotonic()
    kept: list[Snapshot] = []
    for event in Run(spec, data_for(spec.data)):
        if isinstance(event, Score):
            print(f"{name}: step {event.step}, held-out accuracy {event.accuracy:.4f}", flush=True)
        if isinstance(event, Snapshot):
            kept.append(event)
        if isinstance(event, Step) and event.step % 50 == 0:
            print(f"{name}: step {event.step}, loss {event.loss:.4f}", flush=True)
    chosen = [shot for shot in kept if shot.step in KEPT_STEPS or shot is kept[-1]]
    last = read_checkpoint(write_checkpoint(chosen[-1:], half=True))[0]
    assert kept[-1].held_out is not None
    measured = accuracy(last)
    final = replace(kept[-1], held_out=replace(kept[-1].held_out, accuracy=measured))
    path = ASSETS / model_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_checkpoint([*chosen[:-1], final], half=True))
    record(
        model_file(name),
        what=f"{SHIPPED[name].expect} Held-out accuracy {measured:.1%}; "
        f"{len(chosen)} snapshots, 16-bit weights",
        source=f"trained by dlviz in {time.monotonic() - began:.0f} s",
        licence="MIT",
        command=f"{COMMAND} {name}",
    )
    return measured


def main() -> None:
    """Ship the nets named on the command line."""
    torch.set_num_threads(1)  # the thread count is part of what decides the last bit
    for name in sys.argv[1:] or SHIPPED:
        print(f"{name}: {ship(name):.4f} of the held-out pictures right")


if __name__ == "__main__":
    main()
