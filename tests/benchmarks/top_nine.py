"""The strongest nine of all layers' channels against the bare forward pass over the same pictures.

    .venv/bin/python -m tests.benchmarks.top_nine [pictures] [rounds]

`creatures_cnn`, one thread, batches of 100, 10 000 pictures (the held-out ones, several times).
Each round runs forward pass, search, forward pass, search; printed are medians of processor
seconds, their ratio, and how much more memory a process needs at its peak that searches than one
that only runs the network. With a third argument, "forward" or "search", one pass is made and the
peak memory in MB is printed.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.patches import stream_top_patches
from dlviz.figures.layer_names import look_layers
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model

BATCH = 100
MOST_TIME, MOST_MEGABYTES = 1.3, 100


def forward(model: Classifier, pixels: Tensor) -> None:
    """The network's answers and nothing else."""
    with torch.no_grad():
        for batch in pixels.split(BATCH):
            model(to_unit(batch))


def search(model: Classifier, pixels: Tensor) -> None:
    """The nine strongest pictures of every channel of every layer."""
    for _ in stream_top_patches(model, pixels.split(BATCH), list(look_layers(model))):
        pass


PASSES: dict[str, Callable[[Classifier, Tensor], None]] = {"forward": forward, "search": search}


def pictures(count: int) -> Tensor:
    """``count`` creatures."""
    pixels = held_out("creatures")[0]
    return pixels.repeat(-(-count // len(pixels)), 1, 1, 1)[:count]


def seconds(name: str, model: Classifier, pixels: Tensor) -> float:
    """Processor time, which neighbours on the same machine change less than the clock's."""
    began = time.process_time()
    PASSES[name](model, pixels)
    return time.process_time() - began


def peak(name: str, count: int) -> float:
    """Peak memory in MB of a process that makes this pass."""
    command = [sys.executable, "-m", "tests.benchmarks.top_nine", str(count), "1", name]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    torch.set_num_threads(1)
    model, pixels = load_model("creatures_cnn"), pictures(count)
    if len(sys.argv) > 3:
        PASSES[sys.argv[3]](model, pixels)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    taken: dict[str, list[float]] = {name: [] for name in PASSES}
    for each in PASSES.values():
        each(model, pixels[:BATCH])  # what is made once is made here
    for _ in range(2 * rounds):
        for name in PASSES:
            taken[name].append(seconds(name, model, pixels))
    ratio = statistics.median(taken["search"]) / statistics.median(taken["forward"])
    more = peak("search", count) - peak("forward", count)
    print(f"{count} pictures, all layers of creatures_cnn")
    for name, times in taken.items():
        print(f"{name:8} {statistics.median(times):7.2f} s   {[round(t, 2) for t in times]}")
    print(f"search / forward pass: {ratio:.2f} (at most {MOST_TIME})")
    print(f"more memory at the peak: {more:.0f} MB (at most {MOST_MEGABYTES})")
    sys.exit(ratio > MOST_TIME or more > MOST_MEGABYTES)


if __name__ == "__main__":
    main()
