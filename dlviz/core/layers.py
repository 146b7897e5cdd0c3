"""The layer kinds: one registry entry each, with its options, shape rule and module.

To add a kind, write a frozen dataclass with ``shape`` and ``build`` and name it in ``LAYERS``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Generator, Tensor, nn

from dlviz.core.specs import MAX_PARAMETERS, LayerSpec, NetSpec, SpecError

MAX_DROPOUT = 0.95

# An output layer that starts near zero gives every class the same probability: the loss of an
# untrained net is ln(classes), whatever its size.
OUTPUT_STD = 0.01

Shape = tuple[int, ...]  # (channels, height, width) of maps or (features,) of a vector


@dataclass(frozen=True)
class Layer:
    """What a kind offers. ``prefix`` names its modules: conv1, conv2, …"""

    prefix = "layer"

    def shape(self, before: Shape) -> Shape:
        """Output shape for an input shape; ``SpecError`` if they don't fit."""
        return before

    def parameters(self, before: Shape) -> int:
        """How many numbers the layer learns."""
        return 0

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        """The module, initialised with the run's own generator."""
        raise NotImplementedError


def _need(condition: bool, sentence: str) -> None:
    if not condition:
        raise SpecError(sentence)


def _windows(extent: int, size: int, stride: int, padding: int) -> int:
    return (extent + 2 * padding - size) // stride + 1


def _maps(before: Shape, kind: str) -> tuple[int, int, int]:
    _need(len(before) == 3, f"{kind} needs feature maps, but gets a flat vector of {before[0]}.")
    channels, height, width = before
    return channels, height, width


def _whole(value: object, name: str, low: int, high: int) -> None:
    ok = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    _need(ok, f"{name} must be a whole number from {low} to {high}, not {str(value)[:40]!r}.")


def _amount(value: object, name: str, high: float) -> None:
    """None, or a number from 0 to ``high``."""
    ok = value is None or (
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= high
    )
    _need(ok, f"{name} must be a number from 0 to {high:g}, not {str(value)[:40]!r}.")


def _initialised(
    module: nn.Conv2d | nn.Linear, std: float | None, generator: Generator
) -> nn.Module:
    """He's normal start for ReLU nets (arXiv:1502.01852), or a given deviation; zero bias.

    The module comes from the "meta" device, which draws nothing from the global generator that
    all threads share.
    """
    module = module.to_empty(device="cpu")
    if std is None:
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
    else:
        nn.init.normal_(module.weight, std=std, generator=generator)
    assert module.bias is not None
    nn.init.zeros_(module.bias)
    return module


@dataclass(frozen=True)
class Conv(Layer):
    """Convolution (as libraries do it: cross-correlation) with a square kernel and a bias.

    ``init_std`` and ``weight_decay`` override the net-wide choices for this layer: a small start
    with a strong decay is what gives clean first-layer filters.
    """

    channels: int = 16
    kernel: int = 3
    stride: int = 1
    padding: int = 0
    init_std: float | None = None
    weight_decay: float | None = None
    prefix = "conv"

    def __post_init__(self) -> None:
        _whole(self.channels, "channels", 1, 512)
        _whole(self.kernel, "kernel", 1, 15)
        _whole(self.stride, "stride", 1, 8)
        _whole(self.padding, "padding", 0, 7)
        _amount(self.init_std, "init_std", 10)
        _amount(self.weight_decay, "weight_decay", 10)

    def shape(self, before: Shape) -> Shape:
        _, height, width = _maps(before, "A convolution")
        after = tuple(
            _windows(extent, self.kernel, self.stride, self.padding) for extent in (height, width)
        )
        _need(
            min(after) >= 1,
            f"A {self.kernel}×{self.kernel} kernel does not fit into {height}×{width} maps.",
        )
        return (self.channels, *after)

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        size = (before[0], self.channels, self.kernel, self.stride, self.padding)
        return _initialised(nn.Conv2d(*size, device="meta"), self.init_std, generator)

    def parameters(self, before: Shape) -> int:
        return (before[0] * self.kernel**2 + 1) * self.channels


@dataclass(frozen=True)
class MaxPool(Layer):
    """The largest value of each window; where it sat is the deconvnet's "switch"."""

    size: int = 2
    stride: int | None = None
    prefix = "pool"

    def __post_init__(self) -> None:
        _whole(self.size, "size", 1, 16)
        if self.stride is not None:
            _whole(self.stride, "stride", 1, 16)

    def shape(self, before: Shape) -> Shape:
        channels, height, width = _maps(before, "Pooling")
        step = self.stride or self.size
        after = tuple(_windows(extent, self.size, step, 0) for extent in (height, width))
        _need(min(after) >= 1, f"A {self.size}×{self.size} window exceeds {height}×{width} maps.")
        return (channels, *after)

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.MaxPool2d(self.size, self.stride or self.size)


@dataclass(frozen=True)
class ReLU(Layer):
    """max(0, z)."""

    prefix = "relu"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.ReLU()


@dataclass(frozen=True)
class Flatten(Layer):
    """Maps to one vector."""

    prefix = "flatten"

    def shape(self, before: Shape) -> Shape:
        size = 1
        for extent in before:
            size *= extent
        return (size,)

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.Flatten()


class SeededDropout(nn.Module):
    """Inverted dropout that draws from the run's own generator (``F.dropout`` takes none)."""

    def __init__(self, p: float, generator: Generator) -> None:
        super().__init__()
        self.p = p
        self._generator = generator

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        keep = torch.rand(x.shape, generator=self._generator) >= self.p
        return x * keep.to(x.device) / (1 - self.p)


@dataclass(frozen=True)
class Dropout(Layer):
    """Zeroes a share ``p`` of the values while training; identity afterwards."""

    p: float = 0.5
    prefix = "dropout"

    def __post_init__(self) -> None:
        _amount(self.p, "p", MAX_DROPOUT)

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return SeededDropout(self.p, generator)


@dataclass(frozen=True)
class Dense(Layer):
    """Fully connected. Without ``units`` it is the output layer: one unit per class.

    ``plan`` turns the output layer into one with ``OUTPUT_STD``.
    """

    units: int | None = None
    init_std: float | None = None
    prefix = "dense"

    def __post_init__(self) -> None:
        if self.units is not None:
            _whole(self.units, "units", 1, 4096)
        _amount(self.init_std, "init_std", 10)

    def shape(self, before: Shape) -> Shape:
        _need(len(before) == 1, "A dense layer needs a flat vector: put a flatten before it.")
        _need(self.units is not None, "A dense layer without units must be the last one.")
        assert self.units is not None
        return (self.units,)

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        assert self.units is not None
        return _initialised(
            nn.Linear(before[0], self.units, device="meta"), self.init_std, generator
        )

    def parameters(self, before: Shape) -> int:
        return (before[0] + 1) * (self.units or 0)


LAYERS: dict[str, type[Layer]] = {
    "conv": Conv,
    "relu": ReLU,
    "max_pool": MaxPool,
    "flatten": Flatten,
    "dense": Dense,
    "dropout": Dropout,
}


def read_layer(spec: LayerSpec) -> Layer:
    """The typed layer of a spec; ``SpecError`` names what is unknown or out of range."""
    kind = LAYERS.get(spec.kind)
    if kind is None:
        raise SpecError(
            f"There is no layer kind {spec.kind[:40]!r}; there are {', '.join(LAYERS)}."
        )
    known = {item.name for item in fields(kind)}
    unknown = sorted(set(spec.options) - known)
    _need(not unknown, f"Layer kind {spec.kind!r} has no option {str(unknown[:1])[:40]}.")
    return kind(**spec.options)


@dataclass(frozen=True)
class Row:
    """One line of a network's table."""

    name: str
    layer: Layer
    before: Shape
    after: Shape
    parameters: int


def plan(net: NetSpec, input_shape: Shape, classes: int) -> tuple[Row, ...]:
    """Shapes and parameters of every layer, before anything is allocated.

    Raises ``SpecError`` with the layer's number where one doesn't fit, where the last layer does
    not give one value per class, or where the net exceeds ``MAX_PARAMETERS``.
    """
    rows: list[Row] = []
    counts: dict[str, int] = {}
    shape = input_shape
    for number, spec in enumerate(net.layers, start=1):
        try:
            one = read_layer(spec)
            if isinstance(one, Dense) and one.units is None and number == len(net.layers):
                one = Dense(classes, OUTPUT_STD)
            after = one.shape(shape)
        except SpecError as error:
            raise SpecError(f"Layer {number}: {error}") from None
        counts[one.prefix] = counts.get(one.prefix, 0) + 1
        rows.append(
            Row(f"{one.prefix}{counts[one.prefix]}", one, shape, after, one.parameters(shape))
        )
        shape = after
    _need(shape == (classes,), f"The net must end with {classes} values, one per class.")
    total = sum(row.parameters for row in rows)
    _need(total <= MAX_PARAMETERS, f"{total:,} parameters exceed the limit of {MAX_PARAMETERS:,}.")
    return tuple(rows)


def build(
    net: NetSpec, input_shape: Shape, classes: int, generator: Generator
) -> tuple[nn.Sequential, tuple[str, ...]]:
    """The module with layers named conv1, relu1, … and the names of those that have maps."""
    rows = plan(net, input_shape, classes)
    module = nn.Sequential()
    for row in rows:
        module.add_module(row.name, row.layer.build(row.before, generator))
    return module, tuple(row.name for row in rows if len(row.after) == 3)
