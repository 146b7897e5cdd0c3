"""Occlusion against Captum's: the same network, picture, square and places.

    .venv/bin/python -m tests.benchmarks.occlusion [rounds]

A grey square of 20×20 pixels at every second place of a held-out creature for ``creatures_cnn``,
one of 70×70 at every 22nd of a photograph for MobileNetV2, on one thread. Captum runs as it is
called by default, one covered picture at a time, and with as many in a batch as we take. Each round
runs all in turn; printed are the medians of covered pictures per second, and how many times ours is
faster. Ours also tells the most probable label and a map's total activity at every place.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import torch
from captum.attr import Occlusion
from torch import Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.occlusion import Cover, batch_size
from dlviz.core.occlusion_sweep import strongest_map, sweep
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit

SETTINGS = {
    "creatures_cnn": (Cover(20, 2, 0.5), "pool3"),
    "mobilenet_v2": (Cover(70, 22, 0.5), "features.18"),
}


def picture_for(model: Classifier) -> Tensor:
    if model.data == "creatures":
        return to_unit(held_out("creatures")[0][16])
    return to_unit(fit(load_photograph("cat"), model.input_shape[-1]))


def captum(model: Classifier, picture: Tensor, cover: Cover, target: int, many: int) -> Tensor:
    return Occlusion(model.probabilities).attribute(
        picture[None],
        sliding_window_shapes=(len(picture), cover.size, cover.size),
        strides=(len(picture), cover.stride, cover.stride),
        baselines=0.5,
        target=target,
        perturbations_per_eval=many,
    )


def seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def compare(name: str, rounds: int) -> None:
    model, (cover, layer) = load_model(name), SETTINGS[name]
    picture = picture_for(model)
    rows, columns = cover.places(*picture.shape[1:])
    count, many = len(rows) * len(columns), batch_size(picture)
    target = int(model(picture[None]).argmax())
    watched = strongest_map(model, picture, layer)
    peers: dict[str, Callable[[], object]] = {
        "dlviz": lambda: sweep(model, picture, cover, target=target, watched=watched),
        "Captum, one at a time (its default)": lambda: captum(model, picture, cover, target, 1),
        f"Captum, batches of {many}": lambda: captum(model, picture, cover, target, many),
    }
    times: dict[str, list[float]] = {peer: [] for peer in peers}
    for _ in range(rounds):
        for peer, action in peers.items():
            times[peer].append(seconds(action))
    ours = statistics.median(times["dlviz"])
    print(f"\n{name}: {count} places")
    for peer, taken in times.items():
        median = statistics.median(taken)
        print(f"{peer:38} {count / median:8.0f} pictures/s {median / ours:8.2f} ×")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    torch.set_num_threads(1)
    for name in SETTINGS:
        compare(name, rounds)


if __name__ == "__main__":
    main()
