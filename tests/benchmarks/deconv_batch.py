"""The deconvnet of nine patches in one batch against one picture after the other.

    .venv/bin/python -m tests.benchmarks.deconv_batch [rounds]

On ``creatures_cnn``, the nine strongest pictures of a channel of each layer, on one thread and on
two. Beside it the bare network as far as that layer: torch alone forward, and its plain gradient
back to the pixels, one by one and in a batch, which says how much there is to gain from a batch.
Each round runs all four twice in turn, A B C D A B C D; printed are medians in milliseconds, how
many times a batch is faster, and how the deconvnet's batch compares with the bare one.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the application runs

import torch
from torch import Tensor

from dlviz.core.data import to_unit
from dlviz.core.deconvnet import deconvnet
from dlviz.core.patches import top_patches
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model

MODEL, CHANNEL, SEARCHED = "creatures_cnn", 3, 300
LAYERS = ("relu1", "relu2", "relu3", "relu4")
THREADS = (1, 2)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def one_by_one(work: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    return torch.cat([work(one[None]) for one in images])


def medians(ways: list[Callable[[], object]], rounds: int) -> list[float]:
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(2 * rounds):
        for way, times in zip(ways, taken, strict=True):
            times.append(timed(way))
    return [statistics.median(times) for times in taken]


def main(rounds: int) -> None:
    model = load_model(MODEL)
    children = list(model.module.named_children())
    pixels, _ = held_out(model.data)
    for threads in THREADS:
        torch.set_num_threads(threads)
        print(f"{MODEL}, nine patches, median of {2 * rounds}, threads: {threads}")
        print(f"{'':8}{'deconvnet':^33}  {'bare network, plain gradient':^33}")
        print(
            f"{'layer':8}" + 2 * f"{'one by one':>12}{'batch':>11}{'faster':>10}  " + "batch/bare"
        )
        for layer in LAYERS:
            best = top_patches(model, pixels[:SEARCHED], layer=layer).indices[CHANNEL]
            nine = to_unit(pixels[best])
            way_up = children[: [name for name, _ in children].index(layer) + 1]

            def ours(images: Tensor, layer: str = layer) -> Tensor:
                return deconvnet(model, images, layer=layer, channel=CHANNEL)

            def bare(images: Tensor, way_up: list[tuple[str, torch.nn.Module]] = way_up) -> Tensor:
                start = images.detach().clone().requires_grad_()
                maps = (start - model.mean) / model.std
                for _, module in way_up:
                    maps = module(maps)
                return torch.autograd.grad(maps, start, maps.detach())[0]

            ways: list[Callable[[], object]] = []
            for work in (ours, bare):
                alone, together = one_by_one(work, nine), work(nine)  # and warms up
                torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)
                ways.append(lambda work=work, nine=nine: one_by_one(work, nine))
                ways.append(lambda work=work, nine=nine: work(nine))
            slow, fast, bare_slow, bare_fast = medians(ways, rounds)
            print(
                f"{layer:8}{slow:9.1f} ms{fast:8.1f} ms{slow / fast:9.1f}×  "
                f"{bare_slow:9.1f} ms{bare_fast:8.1f} ms{bare_slow / bare_fast:9.1f}×  "
                f"{fast / bare_fast:9.2f}×"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
