"""The layers of a network that are worth looking into, in human words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.core.probe import activations, inside
from dlviz.core.receptive import receptive_field
from dlviz.core.residual import ResidualBlock


@dataclass(frozen=True)
class LookLayer:
    """A layer's maps: how many, how large, and how many pixels a unit sees at most."""

    name: str
    words: str
    channels: int
    height: int
    width: int
    field: tuple[int, int]  # height, width
    whole: bool  # whether some unit sees the whole picture

    @property
    def title(self) -> str:
        """For a select box."""
        size = f"{self.height}×{self.width} map"
        return f"{self.words} · {size} · sees {self.field[0]}×{self.field[1]} pixels"


def look_layers(model: Classifier) -> dict[str, LookLayer]:
    """ReLUs, residual blocks and pools that have maps, in the network's order: name → LookLayer.

    Raises ValueError where the receptive fields of a layer cannot be followed.
    """
    words = {name: text for name, text in _in_words(inside(model)) if name in model.layers}
    if not words:
        return {}
    height, width = model.input_shape[1:]
    with torch.no_grad():
        maps = activations(model, torch.zeros(1, *model.input_shape), list(words))
    found = {}
    for name, text in words.items():
        seen = receptive_field(model, name, height, width)
        rows, columns = (int((axis[:, 1] - axis[:, 0]).max()) for axis in (seen.rows, seen.columns))
        whole = (rows, columns) == (height, width)
        channels, down, across = maps[name].shape[1:]
        found[name] = LookLayer(name, text, channels, down, across, (rows, columns), whole)
    return found


def worth_opening(layers: dict[str, LookLayer]) -> str:
    """The deepest ReLU whose units see a part of the picture, not all of it; else the first."""
    parts = [layer.name for layer in layers.values() if not layer.whole and "ReLU" in layer.words]
    return parts[-1] if parts else next(iter(layers))


def _in_words(network: nn.Module) -> Iterator[tuple[str, str]]:
    """(name, words) of ReLUs, residual blocks and pools, each counted from 1 as they come."""
    counts = dict.fromkeys(("conv", "ReLU", "pool", "residual block"), 0)

    def count(kind: str) -> str:
        counts[kind] += 1
        return f"{kind} {counts[kind]}"

    after, block = "", ""
    for name, module in network.named_modules():
        if block and name.startswith(block):
            continue  # a block is looked into as a whole
        if isinstance(module, ResidualBlock):
            block, after = f"{name}.", ""
            yield name, f"{count('residual block')} (after ReLU)"
        elif isinstance(module, nn.Conv2d):
            after = f"{count('conv')} (after ReLU)"
        elif isinstance(module, nn.ReLU | nn.ReLU6):
            relu = count("ReLU")
            yield name, after or relu
            after = ""
        elif isinstance(module, nn.MaxPool2d | nn.AvgPool2d):
            yield name, count("pool")
            after = ""
