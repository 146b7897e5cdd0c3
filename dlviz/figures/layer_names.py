"""The layers of a network that are worth looking into, in human words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.core.probe import activations, inside
from dlviz.core.receptive import receptive_fields

# Modules that are looked into as a whole, by the name of their class: what they are called, and
# whether a ReLU comes last.
_BLOCKS: dict[str, tuple[str, bool]] = {
    "ResidualBlock": ("residual block", True),
    "BasicBlock": ("residual block", True),
    "Bottleneck": ("residual block", True),
    "InvertedResidual": ("inverted residual", False),
    "_InvertedResidual": ("inverted residual", False),
    "MBConv": ("inverted residual", False),
    "FusedMBConv": ("inverted residual", False),
    "Inception": ("Inception block", True),
    **dict.fromkeys((f"Inception{letter}" for letter in "ABCDE"), ("Inception block", True)),
    "Fire": ("Fire block", True),
    "AnyStage": ("stage", True),
    "CNBlock": ("ConvNeXt block", False),
    "_DenseBlock": ("dense block", False),
    "_Transition": ("transition", False),
}
# ShuffleNet's blocks have a class of the same name and are none.
_NAMESAKES = {"torchvision.models.shufflenetv2": ("shuffle block", True)}
# A convolution and what follows it, as one.
_CHAINS = ("Conv2dNormActivation", "BasicConv2d", "SimpleStemIN")
_NORMS = nn.BatchNorm2d, nn.LocalResponseNorm, nn.LayerNorm, nn.GroupNorm


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
        return f"{self.words} · {size} · sees {self.field[0]}×{self.field[1]} px"


def look_layers(model: Classifier) -> dict[str, LookLayer]:
    """ReLUs, blocks and pools that have maps, in the network's order: name → LookLayer.

    Raises ValueError where the receptive fields of a layer cannot be followed.
    """
    words = {
        name: text
        for name, text, passing in _in_words(inside(model), model.layers)
        if name in model.layers and not passing
    }
    if not words:
        return {}
    height, width = model.input_shape[1:]
    with torch.no_grad():
        maps = activations(model, torch.zeros(1, *model.input_shape), list(words))
    fields, refused = receptive_fields(model, list(words), height, width)
    if refused:
        raise ValueError(refused)
    found = {}
    for name, text in words.items():
        seen = fields[name]
        rows, columns = (int((axis[:, 1] - axis[:, 0]).max()) for axis in (seen.rows, seen.columns))
        whole = (rows, columns) == (height, width)
        channels, down, across = maps[name].shape[1:]
        found[name] = LookLayer(name, text, channels, down, across, (rows, columns), whole)
    return found


def map_layers(model: Classifier) -> dict[str, str]:
    """Every layer of ``model.layers`` in words, convolutions before their ReLU included."""
    words = {name: text for name, text, _ in _in_words(inside(model), model.layers)}
    return {name: words.get(name, name) for name in model.layers}


def worth_opening(layers: dict[str, LookLayer]) -> str:
    """The deepest ReLU whose units see a part of the picture, not all of it; else the first."""
    parts = [layer.name for layer in layers.values() if not layer.whole and "ReLU" in layer.words]
    return parts[-1] if parts else next(iter(layers))


def _in_words(network: nn.Module, names: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """(name, words, whether it is only passed through on the way to a ReLU), as they come.

    Convolutions, ReLUs, blocks and pools are each counted from 1; a convolution that comes after
    blocks is not the next one of those before, so it is called by the block that it follows.
    ``names``: the layers that have maps; one of them that holds others is a block, whatever it is.
    """
    counts: dict[str, int] = {}

    def count(kind: str) -> str:
        counts[kind] = counts.get(kind, 0) + 1
        return f"{kind} {counts[kind]}"

    def count_conv() -> str:
        if not last:
            return count("conv")
        number = count(f"conv behind block {last}").rpartition(" ")[2]
        return f"conv {'' if number == '1' else f'{number} '}behind block {last}"

    after, conv, block, last = "", "", "", ""
    for name, module in network.named_modules():
        if block and name.startswith(block):
            continue  # a block is looked into as a whole
        kind = type(module).__name__
        holds = name in names and any(True for _ in module.children())
        if kind in _BLOCKS or (holds and kind not in _CHAINS):
            block, after, conv = f"{name}.", "", ""
            what, rectified = _block(module)
            counted = count(what)
            last = counted.rpartition(" ")[2]
            yield name, f"{counted}{' (after ReLU)' if rectified else ''}", False
        elif kind in _CHAINS:
            block, after, conv = f"{name}.", "", ""
            yield name, f"{count_conv()}{_last(module)}", False
        elif isinstance(module, nn.Conv2d):
            conv = count_conv()
            after = f"{conv} (after ReLU)"
            yield name, conv, True
        elif isinstance(module, _NORMS):
            yield name, f"{conv} (normalised)" if after else count("norm"), True
        elif isinstance(module, nn.ReLU | nn.ReLU6):
            relu = count("ReLU")
            yield name, after or relu, False
            after = ""
        elif isinstance(module, nn.MaxPool2d | nn.AvgPool2d):
            yield name, count("pool"), False
            after = ""
        elif isinstance(module, nn.AdaptiveAvgPool2d):
            yield name, count("average pool"), True
            after = ""
        elif not any(True for _ in module.children()):
            yield name, f"{conv} (after {kind})" if after else count(kind), True


def _block(module: nn.Module) -> tuple[str, bool]:
    """What a block is called, and whether a ReLU comes last."""
    kind = type(module)
    known = _NAMESAKES.get(kind.__module__) or _BLOCKS.get(kind.__name__)
    return known or (f"{kind.__name__.strip('_')} block", False)


def _last(chain: nn.Module) -> str:
    """What a convolution's chain ends with."""
    kind = type(list(chain.modules())[-1]).__name__
    rectified = "ReLU" in kind or type(chain).__name__ == "BasicConv2d"
    return " (after ReLU)" if rectified else ""
