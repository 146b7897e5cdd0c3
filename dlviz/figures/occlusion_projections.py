"""Figure 7c: one map's projection in the picture that is covered, and in others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from dlviz.core.data import to_unit
from dlviz.core.deconv_stages import descend, strongest_unit
from dlviz.core.deconvnet import has_switches
from dlviz.core.occlusion_sweep import Map
from dlviz.core.probe import activations
from dlviz.core.receptive import receptive_field
from dlviz.core.relu_rules import ReluRule
from dlviz.figures.walls import OUTSIDE, as_pictures, cut, full_colour, signed_pictures

OTHERS = 3  # pictures besides the one that is covered


@dataclass(frozen=True, eq=False)
class MapSeen:
    """What drove a map in several pictures.

    ``patches`` and ``projections`` are N×h×w×3, one scale for all; ``way`` says how it was found.
    """

    patches: NDArray[np.uint8]
    projections: NDArray[np.uint8]
    way: str


def map_seen(model: nn.Module, pixels: Tensor, watched: Map, *, theme: str = "light") -> MapSeen:
    """Project the map back to the pixels of each picture, uint8 N×C×H×W.

    Where max pools make a projection depend on the picture: the deconvnet of the map's strongest
    unit, cut to what that sees. Elsewhere guided backpropagation of the map's total, whole: a
    single strongest unit may stand at a ReLU6's ceiling, where nothing moves it.

    Raises ValueError for a network without ReLUs.
    """
    images, (height, width) = to_unit(pixels), pixels.shape[2:]
    if has_switches(model):
        way, signals, boxes = "deconvnet", [], []
        for image in images:
            unit = strongest_unit(model, image, layer=watched.layer, channel=watched.channel)
            signals.append(descend(model, image, unit).signal)
            boxes.append(_box(model, watched.layer, image, (unit.row, unit.column)))
        signal = torch.stack(signals)
    else:
        way, boxes = "guided backpropagation", [[0, 0, width, height]] * len(images)
        signal = _guided_total(model, images, watched)
    shown = signed_pictures(signal, full_colour(signal) or 1.0, theme)
    outside = OUTSIDE[theme]
    return MapSeen(
        cut(as_pictures(pixels), boxes, outside=outside),
        cut(shown, boxes, outside=outside),
        way,
    )


def _guided_total(model: nn.Module, images: Tensor, watched: Map) -> Tensor:
    """Guided backpropagation of the total of the map's positive values, N×C×H×W."""
    with torch.inference_mode(False), torch.enable_grad():
        pixels = images.detach().clone().requires_grad_()
        with ReluRule("guided") as seen:
            maps = activations(model, pixels, [watched.layer])[watched.layer]
        if not seen.count:
            raise ValueError("This network has no ReLU, so there is no guided backpropagation.")
        total = maps[:, watched.channel].clamp(min=0).sum()
        return torch.autograd.grad(total, pixels)[0]


def strongest_others(values: Tensor, order: Tensor, here: int | None) -> list[int]:
    """The pictures that drive a map most, without number ``here`` and those that do not."""
    pairs = zip(values.tolist(), order.tolist(), strict=True)
    return [index for value, index in pairs if index != here and value > 0][:OTHERS]


def _box(model: nn.Module, layer: str, image: Tensor, place: tuple[int, int]) -> list[int]:
    """What the unit sees; the whole picture in a network whose fields cannot be followed."""
    height, width = image.shape[1:]
    try:
        return list(receptive_field(model, layer, height, width).box(*place))
    except ValueError:
        return [0, 0, width, height]
