"""Projections that start where they are told to: the control beside the one that is looked at."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlviz.core.deconvnet import as_start
from dlviz.core.probe import activations
from dlviz.core.relu_rules import ReluRule
from dlviz.core.strided import QuickStem


def project_units(
    model: nn.Module,
    images: Tensor,
    *,
    layer: str,
    channels: Tensor,
    places: Tensor,
    strength: float | None = None,
) -> tuple[Tensor, Tensor]:
    """Project one given unit of each image back to the pixels, as ``deconvnet`` does.

    images: N×C×H×W in [0, 1]. ``channels`` N and ``places`` N×2 (row, column) name each image's
    unit in ``layer``. Returns (projections N×C×H×W, what the units answer N). A projection starts
    from the unit's answer, or from ``strength``: so a unit that is silent here has one too, which
    shows what switches and filters alone would draw. The model is not touched.

    Raises ValueError for an unknown layer, one without maps, and a unit that is not there.
    Source: Zeiler and Fergus (2014), section 2.1; controls: Adebayo et al. (2018),
    "Sanity checks for saliency maps", arXiv:1810.03292.
    """
    with torch.inference_mode(False), torch.enable_grad():
        pixels = as_start(images)
        with ReluRule("deconvnet"), QuickStem():
            maps = activations(model, pixels, [layer])[layer]
        if maps.ndim != 4:
            raise ValueError(f"Layer {layer!r} has no feature maps.")
        units = torch.arange(len(maps)), channels, places[:, 0], places[:, 1]
        _check(maps, units)
        answers = maps.detach()[units]
        start = torch.zeros_like(maps)
        start[units] = answers if strength is None else torch.full_like(answers, strength)
        return torch.autograd.grad(maps, pixels, start)[0].contiguous(), answers


def strongest_besides(
    model: nn.Module, images: Tensor, *, layer: str, channel: int, places: Tensor
) -> int:
    """The channel that answers most to the same places besides ``channel`` (lower on ties).

    Summed over the images; images and places as in ``project_units``. In a layer with one channel
    only it is that one.
    """
    with torch.no_grad():
        maps = activations(model, images, [layer])[layer]
    answers = maps[torch.arange(len(maps)), :, places[:, 0], places[:, 1]].sum(dim=0)
    if len(answers) > 1:
        answers[channel] = -torch.inf
    return int(answers.argmax())


def _check(maps: Tensor, units: tuple[Tensor, ...]) -> None:
    for indices, count in zip(units, maps.shape, strict=True):
        if len(indices) != len(maps) or bool(((indices < 0) | (indices >= count)).any()):
            raise ValueError("Each image needs one unit that is in the map.")
