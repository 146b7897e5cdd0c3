"""Chains of layers that fit together, and torch's own module for each of them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from hypothesis import strategies as st
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock

from dlviz.core.specs import LayerSpec, NetSpec, layer

CLASSES = 3
END = (layer("flatten"), layer("dense"))


TORCHS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "flatten": nn.Flatten,
    "dropout": nn.Dropout,
    "global_average": lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
}
POINTWISE = ["relu", "leaky_relu", "elu", "gelu", "tanh", "sigmoid", "dropout"]


def oracle(spec: LayerSpec, before: Tensor) -> nn.Module:
    """torch's module for a layer, on the meta device: shapes without numbers."""
    options, channels = dict(spec.options), before.shape[1]
    norm = nn.BatchNorm2d if before.ndim == 4 else nn.BatchNorm1d
    makers: dict[str, Callable[[], nn.Module]] = {
        **TORCHS,
        "conv": lambda: nn.Conv2d(
            channels,
            options["channels"],
            *(options["kernel"], options["stride"], options["padding"]),
        ),
        "max_pool": lambda: nn.MaxPool2d(options["size"], options["stride"]),
        "avg_pool": lambda: nn.AvgPool2d(options["size"], options["stride"]),
        "dense": lambda: nn.Linear(channels, options.get("units") or CLASSES),
        "batch_norm": lambda: norm(channels),
        "residual": lambda: torchvisions(channels, options["channels"], options["stride"]),
    }
    with torch.device("meta"):
        return makers[spec.kind]().eval()


def torchvisions(before: int, channels: int, stride: int) -> BasicBlock:
    fit = nn.Sequential(
        nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
    )
    changes = (before, 1) != (channels, stride)
    return BasicBlock(before, channels, stride, fit if changes else None)


def draw_layer(draw: st.DrawFn, before: Tensor) -> LayerSpec:
    """Any kind that fits behind ``before``, with any options that fit."""
    if before.ndim == 2:
        kind = draw(st.sampled_from([*POINTWISE, "batch_norm", "dense", "flatten"]))
        return layer(kind, units=draw(st.integers(1, 12))) if kind == "dense" else layer(kind)
    kinds = ["conv", "max_pool", "avg_pool", "residual", "batch_norm", *POINTWISE]
    kind = draw(st.sampled_from(kinds))
    side = min(before.shape[2:])
    if kind == "conv":
        padding = draw(st.integers(0, 3))
        kernel = draw(st.integers(1, min(7, side + 2 * padding)))
        stride = draw(st.integers(1, 3))
        channels = draw(st.integers(1, 6))
        return layer(kind, channels=channels, kernel=kernel, stride=stride, padding=padding)
    if kind == "residual":
        return layer(kind, channels=draw(st.integers(1, 6)), stride=draw(st.integers(1, 3)))
    if kind in ("max_pool", "avg_pool"):
        stride = draw(st.none() | st.integers(1, 3))
        return layer(kind, size=draw(st.integers(1, min(4, side))), stride=stride)
    return layer(kind)


@st.composite
def chains(draw: st.DrawFn) -> tuple[NetSpec, tuple[int, ...], list[tuple[tuple[int, ...], int]]]:
    """A net that fits, its input shape, and torch's (output shape, parameters) of every layer."""
    shape = (draw(st.integers(1, 3)), draw(st.integers(4, 17)), draw(st.integers(4, 17)))
    now, layers, expected = torch.empty(1, *shape, device="meta"), [], []

    def put(spec: LayerSpec) -> None:
        nonlocal now
        module = oracle(spec, now)
        now = module(now)
        layers.append(spec)
        count = sum(value.numel() for value in module.parameters())
        expected.append((tuple(now.shape[1:]), count))

    for _ in range(draw(st.integers(0, 6))):
        put(draw_layer(draw, now))
    put(layer(draw(st.sampled_from(["flatten", "global_average"]))))
    for _ in range(draw(st.integers(0, 3))):
        put(draw_layer(draw, now))
    put(layer("dense"))
    return NetSpec(tuple(layers)), shape, expected
