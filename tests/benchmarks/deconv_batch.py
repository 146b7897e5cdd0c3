"""The deconvnet of nine patches in one batch against one picture after the other.

    .venv/bin/python -m tests.benchmarks.deconv_batch [rounds]

On ``creatures_cnn``, the nine strongest pictures of a channel of each layer, on one thread. Each
round runs both twice in turn, A B A B; printed are medians in milliseconds and how many times the
batch is faster.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import torch

from dlviz.core.data import to_unit
from dlviz.core.deconvnet import deconvnet
from dlviz.core.patches import top_patches
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model

MODEL, CHANNEL, SEARCHED = "creatures_cnn", 3, 300
LAYERS = ("relu1", "relu2", "relu3", "relu4")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def main(rounds: int) -> None:
    torch.set_num_threads(1)
    model = load_model(MODEL)
    pixels, _ = held_out(model.data)
    print(f"{MODEL}, nine patches, median of {2 * rounds}, one thread")
    print(f"{'layer':8}{'one by one':>12}{'in a batch':>12}{'faster':>9}")
    for layer in LAYERS:
        nine = to_unit(pixels[top_patches(model, pixels[:SEARCHED], layer=layer).indices[CHANNEL]])

        def together(images: torch.Tensor = nine, layer: str = layer) -> torch.Tensor:
            return deconvnet(model, images, layer=layer, channel=CHANNEL)

        def alone(images: torch.Tensor = nine, layer: str = layer) -> torch.Tensor:
            parts = [deconvnet(model, one[None], layer=layer, channel=CHANNEL) for one in images]
            return torch.cat(parts)

        torch.testing.assert_close(together(), alone(), rtol=1e-4, atol=1e-5)  # and warms up
        times: dict[Callable[[], object], list[float]] = {alone: [], together: []}
        for _ in range(2 * rounds):
            for work, taken in times.items():
                taken.append(timed(work))
        slow, fast = (statistics.median(taken) for taken in times.values())
        print(f"{layer:8}{slow:9.1f} ms{fast:9.1f} ms{slow / fast:8.1f}×")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
