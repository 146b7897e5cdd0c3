"""A frozen epoch with cached features against one through the whole base, and a full epoch.

    .venv/bin/python -m tests.benchmarks.frozen_epoch [pictures] [side] [rounds]

MobileNetV2, batches of 10, one thread. Each round runs the four kinds of epoch one after the other;
printed are medians of processor seconds and how many times the cached epoch they cost. Working the
features out is paid once, as much as a frozen epoch's way through the base: it has a row, too.
Ends with 1 if a frozen epoch through the base costs less than 10 times a cached one.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch import Generator

from dlviz.core.transfer_learning.nets import (
    BATCH,
    ScratchNet,
    TransferNet,
    _one_step,
    _squeezed,
    as_base_takes,
    averaged,
    features_of,
    lower_maps,
)
from dlviz.core.transfer_learning.pictures import few
from dlviz.io.models import load_model
from dlviz.io.transfer_tasks import load_task

LEAST = 10.0


def epochs(count: int, side: int) -> dict[str, Callable[[], object]]:
    """The kinds of epoch over ``count`` pictures, by name."""
    base = load_model("mobilenet_v2")
    data = few(load_task("cat_fox"), count // 2, Generator().manual_seed(0))
    held = lower_maps(base, data.test_pixels[:2], side)
    pixels, labels = data.train_pixels, data.train_labels

    def net() -> TransferNet:
        made = Generator().manual_seed(0)
        return TransferNet(base, data, held, rate=1e-4, side=side, generator=made)

    frozen, tuned, uncached = net(), net(), net()
    tuned.unfreeze()
    full = ScratchNet(base, data, rate=1e-4, side=side, seed=0)
    batches = torch.split(torch.randperm(len(labels)), BATCH)
    optimiser = torch.optim.Adam(uncached.head.parameters(), lr=1e-4, fused=True)

    def through_the_base() -> None:
        for batch in batches:
            with torch.no_grad():
                images = as_base_takes(pixels[batch], base, side)
                features = averaged(features_of(base)(images))
            _one_step(_squeezed(uncached.head(features)), labels[batch], optimiser)

    return {
        "frozen, features cached": lambda: [frozen.update(batch) for batch in batches],
        "frozen, through the base": through_the_base,
        "last block, maps cached": lambda: [tuned.update(batch) for batch in batches],
        "all weights learn": lambda: [full.update(batch) for batch in batches],
        "features, once": lambda: lower_maps(base, pixels, side),
    }


def main() -> int:
    """Print the table."""
    count, side, rounds = (
        int(text) for text in (*sys.argv[1:], *("40", "96", "5")[len(sys.argv) - 1 :])
    )
    torch.set_num_threads(1)
    kinds = epochs(count, side)
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    for number in range(rounds + 1):  # the first round warms up
        for name, epoch in kinds.items():
            began = time.process_time()
            epoch()
            if number:
                taken[name].append(time.process_time() - began)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    cached = medians["frozen, features cached"]
    print(f"{count} pictures, {side}×{side}, {rounds} rounds")
    for name, seconds in medians.items():
        print(f"{name:26} {1000 * seconds:8.1f} ms   {seconds / cached:6.1f} ×")
    return int(medians["frozen, through the base"] < LEAST * cached)


if __name__ == "__main__":
    sys.exit(main())
