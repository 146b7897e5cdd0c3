"""Networks as tables of layers: the registry of kinds, the plan, the survey and the module.

To add a kind, write a frozen dataclass with ``shape`` and ``build`` and name it in ``LAYERS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Generator, nn

from dlviz.core.activations import ELU, GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from dlviz.core.layer_base import Layer, Option, Shape, in_words, need, options_of
from dlviz.core.layer_kinds import (
    AvgPool,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAverage,
    MaxPool,
    SeededDropout,
)
from dlviz.core.residual import BatchNorm, Residual
from dlviz.core.specs import MAX_PARAMETERS, LayerSpec, NetSpec, SpecError
from dlviz.core.words import grouped

__all__ = [
    "LAYERS",
    "OUTPUT_STD",
    "Layer",
    "Line",
    "Option",
    "Row",
    "SeededDropout",
    "Shape",
    "build",
    "completed",
    "options",
    "plan",
    "read_layer",
    "survey",
]

# An output layer that starts near zero gives every class the same probability: the loss of an
# untrained net is ln(classes), whatever its size.
OUTPUT_STD = 0.01

LAYERS: dict[str, type[Layer]] = {
    "conv": Conv,
    "max_pool": MaxPool,
    "avg_pool": AvgPool,
    "global_average": GlobalAverage,
    "flatten": Flatten,
    "dense": Dense,
    "residual": Residual,
    "batch_norm": BatchNorm,
    "dropout": Dropout,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "gelu": GELU,
    "tanh": Tanh,
    "sigmoid": Sigmoid,
}


def options(kind: str) -> tuple[Option, ...]:
    """What a registered kind can be told, with the limits that ``read_layer`` checks."""
    return options_of(LAYERS[kind])


def read_layer(spec: LayerSpec) -> Layer:
    """The typed layer of a spec; ``SpecError`` names what is unknown or out of range."""
    kind = LAYERS.get(spec.kind)
    if kind is None:
        raise SpecError(
            f"There is no layer kind {spec.kind[:20]!r}; there are {', '.join(LAYERS)}."
        )
    known = {option.name for option in options_of(kind)}
    unknown = sorted(set(spec.options) - known)
    need(not unknown, f"Layer kind {spec.kind!r} has no option {str(unknown[:1])[:40]}.")
    return kind(**spec.options)


def completed(net: NetSpec) -> NetSpec:
    """Every option written down, also where it is the default; unknown kinds as they are.

    Two nets are the same if they are equal then.
    """
    return NetSpec(tuple(LayerSpec(spec.kind, _whole(spec)) for spec in net.layers))


def _whole(spec: LayerSpec) -> dict[str, float | bool | str | None]:
    known = options(spec.kind) if spec.kind in LAYERS else ()
    return {**{option.name: option.default for option in known}, **spec.options}


@dataclass(frozen=True)
class Row:
    """One line of a network's table; multiply-adds are those of one picture."""

    name: str
    layer: Layer
    before: Shape
    after: Shape
    parameters: int
    multiply_adds: int


@dataclass(frozen=True)
class Line:
    """What an editor shows for a layer, counted from 1: its row, or the mistake that it makes.

    Behind a mistake shapes are unknown: there ``row`` is None and ``mistake`` is empty. The last
    layer may have both: it fits, but the whole net does not.
    """

    number: int
    kind: str
    row: Row | None
    mistake: str


def survey(net: NetSpec, input_shape: Shape, classes: int) -> tuple[Line, ...]:
    """``plan`` for a net that is still being written: mistakes are told, not raised."""
    rows, mistake = _rows(net, input_shape, classes)
    lines = [
        Line(number, spec.kind, rows[number - 1] if number <= len(rows) else None, "")
        for number, spec in enumerate(net.layers, start=1)
    ]
    at = min(len(rows), len(lines) - 1)
    sentence = mistake or _trouble(rows, classes)
    lines[at] = Line(at + 1, lines[at].kind, lines[at].row, sentence)
    return tuple(lines)


def plan(net: NetSpec, input_shape: Shape, classes: int) -> tuple[Row, ...]:
    """Shapes, parameters and work of every layer, before anything is allocated.

    Raises ``SpecError`` with the layer's number where one doesn't fit, where the last layer does
    not give one value per class, or where the net exceeds ``MAX_PARAMETERS``.
    """
    rows, mistake = _rows(net, input_shape, classes)
    need(not mistake, f"Layer {len(rows) + 1}: {mistake}")
    trouble = _trouble(rows, classes)
    need(not trouble, trouble)
    return tuple(rows)


def _rows(net: NetSpec, shape: Shape, classes: int) -> tuple[list[Row], str]:
    """The rows as far as the layers fit, and what is wrong with the next one, if any."""
    rows: list[Row] = []
    counts: dict[str, int] = {}
    for spec in net.layers:
        try:
            one = read_layer(spec)
            if isinstance(one, Dense) and one.units is None and len(rows) + 1 == len(net.layers):
                one = Dense(classes, OUTPUT_STD)
            after = one.shape(shape)
        except SpecError as error:
            return rows, str(error)
        counts[one.prefix] = counts.get(one.prefix, 0) + 1
        name = f"{one.prefix}{counts[one.prefix]}"
        rows.append(Row(name, one, shape, after, one.parameters(shape), one.multiply_adds(shape)))
        shape = after
    return rows, ""


def _trouble(rows: Sequence[Row], classes: int) -> str:
    """What is wrong with a net whose layers all fit, or an empty text."""
    after = rows[-1].after
    if after != (classes,):
        return (
            f"The net must end with {classes} values, one per class, but it ends with "
            f"{in_words(after)}: put {'a Flatten and ' if len(after) == 3 else ''}"
            "a Dense without units at the end."
        )
    total = sum(row.parameters for row in rows)
    if total > MAX_PARAMETERS:
        most = max(rows, key=lambda row: row.parameters)
        return (
            f"{grouped(total)} parameters exceed the limit of {grouped(MAX_PARAMETERS)}: "
            f"{grouped(most.parameters)} are "
            f"in {most.name}, which gets {in_words(most.before)}; make one of the two smaller."
        )
    return ""


def build(
    net: NetSpec, input_shape: Shape, classes: int, generator: Generator
) -> tuple[nn.Sequential, tuple[str, ...]]:
    """The module with layers named conv1, relu1, … and the names of those that have maps."""
    rows = plan(net, input_shape, classes)
    module = nn.Sequential()
    for row in rows:
        module.add_module(row.name, row.layer.build(row.before, generator))
    return module, tuple(row.name for row in rows if len(row.after) == 3)
