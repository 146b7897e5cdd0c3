"""Table 3 of Zeiler and Fergus (arXiv:1311.2901): take layers out of a net, train again, compare.

Layers are counted as in the paper: those with weights, from 1, without the output.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dlviz.core.architectures import OUTPUT, RELU, zfnet
from dlviz.core.data import ImageData, to_unit
from dlviz.core.events import ENDED_IN_NO_NUMBERS, DivergedError
from dlviz.core.layers import plan
from dlviz.core.schedules import rate_at
from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import (
    DataSpec,
    LayerSpec,
    NetSpec,
    RunSpec,
    TrainSpec,
    layer,
    require,
    small_cnn,
)
from dlviz.core.training import Run

_WIDTHS = {"conv": "channels", "residual": "channels", "dense": "units"}
_STAY = ("flatten", "max_pool", "avg_pool", "global_average")  # of a layer that goes, these do not
_BATCH = 250


def numbered(net: NetSpec) -> dict[int, int]:
    """The layers with weights: number, from 1, → place in ``net.layers``. The output has none."""
    places = [place for place, spec in enumerate(net.layers) if spec.kind in _WIDTHS]
    return dict(enumerate(places[:-1], 1))


def without(net: NetSpec, numbers: Collection[int]) -> NetSpec:
    """The net without these layers, and without the activation, norm and dropout behind each.

    Pools stay, so that the maps shrink as before. Raises ``SpecError`` for a number that no layer
    has; whether what is left fits the pictures, ``plan`` tells.
    """
    gone: set[int] = set()
    for place in _places(net, numbers):
        gone.add(place)
        for after in range(place + 1, len(net.layers)):
            if net.layers[after].kind in (*_WIDTHS, *_STAY):
                break
            gone.add(after)
    return NetSpec(tuple(spec for place, spec in enumerate(net.layers) if place not in gone))


def widened(net: NetSpec, numbers: Collection[int], factor: float) -> NetSpec:
    """The net with ``factor`` times as many channels or units in these layers, at least one.

    Raises ``SpecError`` for a number that no layer has.
    """
    places = _places(net, numbers)

    def wide(spec: LayerSpec) -> LayerSpec:
        name = _WIDTHS[spec.kind]
        count = max(1, round(factor * float(spec.options.get(name) or 16)))
        return LayerSpec(spec.kind, {**spec.options, name: count})

    layers = (wide(spec) if at in places else spec for at, spec in enumerate(net.layers))
    return NetSpec(tuple(layers))


def _places(net: NetSpec, numbers: Collection[int]) -> set[int]:
    known = numbered(net)
    for number in numbers:
        require(number in known, f"Layers with weights go from 1 to {len(known)}, not {number}.")
    return {known[number] for number in numbers}


@dataclass(frozen=True)
class Variant:
    """One row of the table: a net, and in words what was done to it."""

    title: str
    net: NetSpec


def variants(net: NetSpec) -> dict[str, Variant]:
    """The rows of table 3 for any net: name → Variant, the net as it is first.

    The middle layers are the convolutions from the third on (from the second, where there are but
    two). Left out of the net: each of them, all of them, the hidden dense layers, both, and all
    but the first layer; then half and twice as many channels or units.
    """
    kinds = {number: net.layers[place].kind for number, place in numbered(net).items()}
    dense = [number for number, kind in kinds.items() if kind == "dense"]
    deep = [number for number in kinds if number not in dense]
    deep = deep[2:] or deep[1:]
    gone = [[number] for number in deep] + [deep] * (len(deep) > 1)
    gone += [dense] * bool(dense) + [deep + dense] * bool(deep and dense) + [list(kinds)[1:]]
    found = {"whole": Variant("As it is", net)}
    for numbers in filter(None, gone):
        left = without(net, numbers)
        same = next((name for name, known in found.items() if known.net == left), "")
        name, title = f"without-{'-'.join(map(str, numbers))}", f"Without {_listed(numbers)}"
        if same and len(numbers) == 1:  # of two equal layers it does not matter which one goes
            found[same] = Variant(f"{found[same].title} or {numbers[0]}", left)
        elif not same:
            found[name] = Variant(title, left)
    for numbers, unit in ((deep, "channels"), (dense, "units")):
        for factor, name, word in ((0.5, "half", "half the"), (2, "double", "twice the")):
            if numbers:
                title = f"{_listed(numbers).capitalize()}: {word} {unit}"
                found[f"{name}-{unit}"] = Variant(title, widened(net, numbers, factor))
    return found


def _listed(numbers: list[int]) -> str:
    words = " and ".join(filter(None, [", ".join(map(str, numbers[:-1])), str(numbers[-1])]))
    return f"layer{'s' * (len(numbers) > 1)} {words}"


@dataclass(frozen=True)
class Base:
    """A run to take layers from."""

    title: str
    spec: RunSpec


_HIDDEN = (layer("dense", units=64), RELU)


def _with_hidden(net: NetSpec) -> NetSpec:
    """With a hidden dense layer before the output."""
    return NetSpec((*net.layers[:-1], *_HIDDEN, OUTPUT))


# Few pictures, for then layers are missed; on all of them every row gets nearly everything right.
BASES: dict[str, Base] = {
    "creatures": Base(
        "Creatures: a small ZFNet",
        RunSpec(
            _with_hidden(zfnet((16, 32, 48, 48))),
            DataSpec("creatures", share=0.1),
            TrainSpec(learning_rate=2e-3, batch_size=16, epochs=12),
        ),
    ),
    "digits": Base(
        "Digits: a small CNN",
        RunSpec(
            _with_hidden(small_cnn()),
            DataSpec("mnist", share=0.25),
            TrainSpec(learning_rate=3e-3, epochs=4),
        ),
    ),
}


@dataclass(frozen=True)
class Size:
    """What a net costs: numbers that it learns, and multiply-adds for one picture."""

    parameters: int
    multiply_adds: int


def size_of(net: NetSpec, shape: tuple[int, int, int], classes: int) -> Size:
    """Raises ``SpecError`` where the net does not fit pictures of ``shape`` (C, H, W)."""
    rows = plan(net, shape, classes)
    return Size(sum(row.parameters for row in rows), sum(row.multiply_adds for row in rows))


@dataclass(frozen=True)
class Outcome:
    """One training's end: shares of the training and the held-out pictures that are wrong."""

    seed: int
    training: float
    held_out: float


def seeded(spec: RunSpec, net: NetSpec, seed: int) -> RunSpec:
    """The run of another net from another seed; all else is the same."""
    return replace(spec, net=net, train=replace(spec.train, seed=seed))


def train(spec: RunSpec, data: ImageData) -> Iterator[tuple[int, Outcome | None]]:
    """Train to the end: (updates so far, None), and last the outcome.

    The very updates of a ``Run``, whose evaluations on the way take longer than they do. Both
    errors are those of the final weights, without dropout. Raises as ``Run`` does.
    """
    run = Run(spec, data)
    for batch in run.batches():
        rate = rate_at(spec.train.schedule, spec.train.learning_rate, run.step, run.total_steps)
        run.update(batch, rate)
        if run.step == run.total_steps:
            break
        yield run.step, None
    last = run.snapshot()
    if not last.is_finite:
        raise DivergedError(ENDED_IN_NO_NUMBERS)
    yield (
        run.step,
        Outcome(
            spec.train.seed,
            error_of(last, data.train_pixels, data.train_labels),
            error_of(last, data.test_pixels, data.test_labels),
        ),
    )


@torch.no_grad()
def error_of(shot: Snapshot, pixels: Tensor, labels: Tensor) -> float:
    """Share of the pictures (uint8 N×C×H×W, int64 N) that a snapshot's network gets wrong."""
    model, wrong = shot.classifier, 0
    for part, said in zip(*(torch.split(part, _BATCH) for part in (pixels, labels)), strict=True):
        wrong += int((model(to_unit(part)).argmax(1) != said).sum())
    return wrong / len(labels)
