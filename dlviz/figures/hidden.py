"""The hidden layers of a network in words, dense ones and the last one before the answer too."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.core.probe import activations, inside
from dlviz.figures.layer_names import map_layers

_ENDS = (nn.ReLU, nn.ReLU6, nn.Tanh, nn.Sigmoid, nn.GELU, nn.LeakyReLU, nn.ELU, nn.SiLU)
_GLOBAL = "global average"


@dataclass(frozen=True)
class Hidden:
    """A hidden layer: what it is called, how many numbers it answers, whether it ends in a pool."""

    title: str
    size: int
    pooled: bool


def hidden_layers(model: Classifier) -> dict[str, Hidden]:
    """Name → layer, in the network's order; the last one is what the answer is computed from.

    Convolutions count with their ReLU. Raises ValueError for a network without hidden layers.
    """
    words, pools = _with_maps(model), _pools(model)
    words |= _dense(model)
    last = _before_answer(model)
    names = [*words, *([last] if last and last not in words else [])]
    if not names:
        raise ValueError(
            "This network has no hidden layer: its answer is computed from the pixels."
        )
    with torch.no_grad():
        seen = activations(model, torch.zeros(1, *model.input_shape), names)
    sizes = {name: seen[name].numel() for name in names}
    # Flatten and, in use, dropout hand on what they got: that is no layer of its own.
    if last and last not in words:
        if words and sizes[last] == sizes[names[-2]]:
            names.pop()
        elif not words and sizes[last] == torch.Size(model.input_shape).numel():
            raise ValueError(
                "This network has no hidden layer: its answer is computed from the pixels."
            )
        else:
            words[last] = _GLOBAL
    pools |= {name for name in names if words[name] == _GLOBAL}
    return {name: Hidden(words[name], sizes[name], name in pools) for name in names}


def first_hidden(layers: dict[str, Hidden]) -> str:
    """The first hidden layer's name."""
    return next(iter(layers))


def last_hidden(layers: dict[str, Hidden]) -> str:
    """The name of the one that the answer is computed from."""
    return list(layers)[-1]


def last_pooled(layers: dict[str, Hidden]) -> str:
    """The last layer that ends with a pool; without one, the last hidden layer."""
    pooled = [name for name, layer in layers.items() if layer.pooled]
    return pooled[-1] if pooled else last_hidden(layers)


def _with_maps(model: Classifier) -> dict[str, str]:
    """Layers with maps, without convolutions and norms that a ReLU follows."""
    found = map_layers(model)
    kept = {}
    for name, words in found.items():
        module = inside(model).get_submodule(name)
        if isinstance(module, nn.Conv2d | nn.BatchNorm2d | nn.LocalResponseNorm):
            continue
        kept[name] = words
    return kept


def _dense(model: Classifier) -> dict[str, str]:
    """What follows a dense layer that is not the last: name → words."""
    found, count, open_name = {}, 0, ""
    for name, module in inside(model).named_modules():
        if isinstance(module, nn.Linear):
            if open_name:
                found[open_name] = f"dense {count}"
            count, open_name = count + 1, name
        elif open_name and isinstance(module, _ENDS):
            found[name] = f"dense {count} (after {type(module).__name__})"
            open_name = ""
    return found


def _before_answer(model: Classifier) -> str:
    """The module without children that comes before the last dense layer; "" without one."""
    leaves = [
        (name, module)
        for name, module in inside(model).named_modules()
        if not any(True for _ in module.children())
    ]
    dense = [place for place, (_, module) in enumerate(leaves) if isinstance(module, nn.Linear)]
    return leaves[dense[-1] - 1][0] if dense and dense[-1] else ""


def _pools(model: Classifier) -> set[str]:
    kinds = (nn.MaxPool2d, nn.AvgPool2d)
    return {name for name, module in inside(model).named_modules() if isinstance(module, kinds)}
