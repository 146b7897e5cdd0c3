"""Words for the modules and functions that networks are made of."""

from __future__ import annotations

from math import prod
from typing import Any

from torch import nn

# A block's class → its title, and how it is drawn.
BLOCKS: dict[str, tuple[str, str]] = {
    "Inception": ("Inception", "inception"),
    "BasicBlock": ("residual block", "residual"),
    "Bottleneck": ("bottleneck", "residual"),
    "InvertedResidual": ("inverted residual", "residual"),
    "MBConv": ("inverted residual, weighed channels", "residual"),
    "CNBlock": ("ConvNeXt block", "residual"),
}
JOINS = {"cat": "pile up", "add": "+", "iadd": "+", "mul": "×"}
SILENT = (
    *("Dropout", "StochasticDepth", "Identity", "Permute", "Flatten"),
    *("flatten", "permute", "dropout", "stochastic_depth", "view", "reshape", "mul"),
)
_ACTIVATIONS = {
    "ReLU": "ReLU",
    "ReLU6": "ReLU6",
    "SiLU": "SiLU",
    "GELU": "GELU",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "relu": "ReLU",
    "gelu": "GELU",
}
_NORMS = {
    "BatchNorm2d": "batch norm",
    "LayerNorm": "layer norm",
    "LayerNorm2d": "layer norm",
    "LocalResponseNorm": "contrast norm",
}


def extra_of(layer: nn.Module | None, function: str) -> str | None:
    """What a norm or an activation is called; None for anything else."""
    name = type(layer).__name__ if layer is not None else function
    return _ACTIVATIONS.get(name) or _NORMS.get(name)


def op_of(layer: nn.Module | None, function: str, shape: tuple[int, ...]) -> tuple[str, str, int]:
    """An operation's title, kind and multiply-adds, from what it is and its output's shape."""
    if isinstance(layer, nn.Conv2d):
        high, wide = layer.kernel_size
        depthwise = layer.groups == layer.in_channels > 1
        words = f"{high}×{wide} {'depthwise ' if depthwise else ''}conv{_step(layer.stride[0])}"
        adds = prod(shape) * layer.in_channels // layer.groups * high * wide
        return words, "depthwise" if depthwise else "conv", adds
    if isinstance(layer, nn.Linear):
        return f"dense {layer.out_features}", "dense", prod(shape) * layer.in_features
    if isinstance(layer, nn.MaxPool2d):
        return f"{_size(layer.kernel_size)} max pool{_step(_side(layer.stride))}", "pool", 0
    if isinstance(layer, nn.AvgPool2d):
        return f"{_size(layer.kernel_size)} average pool{_step(_side(layer.stride))}", "pool", 0
    if isinstance(layer, nn.AdaptiveAvgPool2d) or "avg_pool" in function:
        side = shape[-1]
        return ("global average" if side == 1 else f"average pool to {side}×{side}"), "pool", 0
    raise ValueError(f"No words for {type(layer).__name__ if layer is not None else function}.")


def _side(size: Any) -> int:
    return int(size[0] if isinstance(size, tuple) else size)


def _size(size: object) -> str:
    return f"{_side(size)}×{_side(size)}"


def _step(stride: int) -> str:
    return f" /{stride}" if stride > 1 else ""
