"""The deconvnet step by step: what every stage holds going up, and coming down.

``dlviz.core.deconvnet`` gives the pixels only. Here the same pass is kept whole, so that a page can
show how a signal gets from one unit to the picture (Zeiler and Fergus 2014, figure 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.deconvnet import as_start, check_maps, has_relu, has_switches
from dlviz.core.layer_kinds import SeededDropout
from dlviz.core.probe import activations, check_layer, inside, shadow
from dlviz.core.relu_rules import ReluRule
from dlviz.core.strided import QuickStem

# Of which kind a stage is; what is none of these is "block": many layers taken as one.
_KINDS: dict[str, tuple[type[nn.Module], ...]] = {
    "conv": (nn.Conv2d,),
    "relu": (nn.ReLU, nn.ReLU6),
    "max_pool": (nn.MaxPool2d,),
    "average_pool": (nn.AvgPool2d,),
    "norm": (nn.BatchNorm2d,),
    "bend": (nn.LeakyReLU, nn.ELU, nn.GELU, nn.Tanh, nn.Sigmoid),
    "nothing": (nn.Identity, nn.Dropout, nn.Dropout2d, SeededDropout),
}


@dataclass(frozen=True)
class Unit:
    """One unit of a network: a channel of a layer, at one place (row, column) of its map."""

    layer: str
    channel: int
    row: int
    column: int


@dataclass(frozen=True, eq=False)
class Stage:
    """One module between the pixels and the unit, with what passes it in both directions.

    ``up``: what it answered, C×H×W. ``down``: the signal that arrives at that same place on the
    way back; it leaves as the ``down`` of the stage below. ``switches``: of a max pool, where in
    its input each maximum sat, C×H×W flat indices (row · width + column). ``weight``: of a
    convolution without groups, its filters. ``window``: (size, stride) of a pool or convolution
    along the rows, (0, 0) for others.
    """

    name: str
    kind: str
    up: Tensor
    down: Tensor
    switches: Tensor | None = None
    weight: Tensor | None = None
    window: tuple[int, int] = (0, 0)


@dataclass(frozen=True, eq=False)
class Descent:
    """The way from ``unit``, whose activation is ``value``, to the pixels under one ``rule``.

    ``pixels`` and ``signal`` are the picture and its projection, C×H×W; ``stages`` go from the
    first to the unit's own layer. ``switched``: whether a max pool lies on the way; where none
    does, nothing but the start depends on the picture.
    """

    unit: Unit
    value: float
    rule: str
    pixels: Tensor
    signal: Tensor
    stages: tuple[Stage, ...]
    switched: bool


def strongest_channel(model: nn.Module, image: Tensor, *, layer: str) -> int:
    """The channel of ``layer`` that one picture (C×H×W or 1×C×H×W) excites most."""
    with torch.no_grad():
        maps = _maps(model, one_picture(image), layer, 0)
    return int(maps[0].flatten(1).amax(dim=1).argmax())


def strongest_unit(model: nn.Module, image: Tensor, *, layer: str, channel: int) -> Unit:
    """The place of one picture (C×H×W or 1×C×H×W) where a channel is strongest.

    Of equals the first in reading order. Raises ValueError as ``deconvnet`` does.
    """
    with torch.no_grad():
        maps = _maps(model, one_picture(image), layer, channel)
    row, column = divmod(int(maps[0, channel].flatten().argmax()), maps.shape[3])
    return Unit(layer, channel, row, column)


def descend(model: nn.Module, image: Tensor, unit: Unit, rule: str = "deconvnet") -> Descent:
    """Follow one unit's activation from its layer down to the pixels, and keep every stage.

    image: C×H×W or 1×C×H×W in [0, 1]. ``rule`` is one of ``relu_rules.RULES``: the deconvnet's,
    guided backpropagation's or the plain gradient's; the signal starts at the activation's own
    value. The stages are the modules of a chain, and the blocks of a network that is made of
    blocks. The model is not touched.

    Raises ValueError for an unknown layer, channel or place, for a network without ReLUs, in
    which all rules are the plain gradient, and for one whose numbers are not finite.
    """
    picture = one_picture(image)
    chain = _chain(model, unit.layer, picture)
    names = chain or [unit.layer]
    with torch.inference_mode(False), torch.enable_grad():
        pixels = as_start(picture)
        with ReluRule(rule) as seen, QuickStem():
            kept = activations(model, pixels, names)
        maps = kept[unit.layer]
        check_maps(maps, unit.layer, unit.channel)
        value = _value(maps, unit)
        if not seen.count and not has_relu(model, pixels):
            raise ValueError("This network has no ReLU, so there is no deconvnet of it.")
        start = torch.zeros_like(maps)
        start[0, unit.channel, unit.row, unit.column] = value
        outputs = [kept[name] for name in names]
        signals = torch.autograd.grad(maps, [pixels, *outputs], start)
    if not all(torch.isfinite(part).all() for part in (*outputs, *signals)):
        raise ValueError("This network's numbers are not finite: its training went wrong.")
    answers = [pixels.detach(), *(output.detach() for output in outputs)]
    modules = [inside(model).get_submodule(name) for name in names]
    if chain:
        passed = zip(names, modules, answers, answers[1:], signals[1:], strict=False)
        stages = tuple(_stage(*one) for one in passed)
        switched = any(has_switches(module) for module in modules)
    else:
        stages = (Stage(unit.layer, "block", answers[1][0], signals[1][0]),)
        switched = has_switches(model)
    signal = signals[0][0].contiguous()
    return Descent(unit, value, rule, picture[0], signal, stages, switched)


def _chain(model: nn.Module, layer: str, picture: Tensor) -> list[str]:
    """The modules that the picture passes one after the other, as far as ``layer``.

    On every level of the layer's path, what stands before it and the layer itself. Empty where
    those do not make a chain: it is run to see whether it gives what the network gives.
    """
    check_layer(model, layer)
    names: list[str] = []
    holder, path = inside(model), ""
    for part in layer.split("."):
        children = [name for name, _ in holder.named_children()]
        names += [f"{path}{name}" for name in children[: children.index(part)]]
        holder, path = holder.get_submodule(part), f"{path}{part}."
    names.append(layer)
    return names if _runs_as(model, names, picture) else []


@torch.no_grad()
def _runs_as(model: nn.Module, names: list[str], picture: Tensor) -> bool:
    """Whether each of the modules takes what the one before has answered."""
    try:
        kept = activations(model, picture, names)
    except ValueError:  # one of them does not run, or gives no tensor
        return False
    x = (picture - model.mean) / model.std if isinstance(model, Classifier) else picture
    twin = shadow(inside(model))
    for name in names:
        try:
            x = twin.get_submodule(name)(x.clone())
        except (RuntimeError, TypeError, ValueError):  # it wants another input
            return False
        if x.shape != kept[name].shape or not torch.equal(x, kept[name]):
            return False
    return True


def one_picture(image: Tensor) -> Tensor:
    """C×H×W or 1×C×H×W → 1×C×H×W; ValueError for anything else."""
    picture = image[None] if isinstance(image, Tensor) and image.ndim == 3 else image
    right = isinstance(picture, Tensor) and picture.ndim == 4 and len(picture) == 1
    if not right or not picture.is_floating_point():
        raise ValueError("The image must be one floating-point tensor C×H×W.")
    return picture


def _stage(name: str, module: nn.Module, before: Tensor, after: Tensor, signal: Tensor) -> Stage:
    kind = next((kind for kind, types in _KINDS.items() if isinstance(module, types)), "block")
    switches, weight, window = None, None, (0, 0)
    if isinstance(module, nn.MaxPool2d):
        switches = _switches(module, before)
    if isinstance(module, nn.MaxPool2d | nn.AvgPool2d | nn.Conv2d):
        window = (_first(module.kernel_size), _first(module.stride))
    if isinstance(module, nn.Conv2d) and module.groups == 1:
        weight = module.weight.detach()
    return Stage(name, kind, after[0], signal[0], switches, weight, window)


def _switches(pool: nn.MaxPool2d, before: Tensor) -> Tensor:
    _, places = F.max_pool2d(
        before,
        pool.kernel_size,
        pool.stride,
        pool.padding,
        pool.dilation,
        pool.ceil_mode,
        return_indices=True,
    )
    return places[0]


def _first(value: int | tuple[int, ...]) -> int:
    return value if isinstance(value, int) else value[0]


def _maps(model: nn.Module, picture: Tensor, layer: str, channel: int) -> Tensor:
    maps = activations(model, picture, [layer])[layer]
    check_maps(maps, layer, channel)
    return maps


def _value(maps: Tensor, unit: Unit) -> float:
    rows, columns = maps.shape[2:]
    if not (0 <= unit.row < rows and 0 <= unit.column < columns):
        raise ValueError(f"The map of {unit.layer!r} has {rows} rows and {columns} columns.")
    return float(maps[0, unit.channel, unit.row, unit.column].detach())
