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
from dlviz.core.receptive import receptive_field
from dlviz.figures.walls import OUTSIDE, as_pictures, cut, full_colour, signed_pictures

OTHERS = 3  # pictures besides the one that is covered


@dataclass(frozen=True, eq=False)
class MapSeen:
    """What drove a map in several pictures, cut to what its strongest unit sees there.

    ``patches`` and ``projections`` are N×h×w×3, one scale for all; ``values`` the activations;
    ``rule`` the way back: "deconvnet", or "guided" where no max pool makes a projection depend
    on the picture.
    """

    patches: NDArray[np.uint8]
    projections: NDArray[np.uint8]
    values: tuple[float, ...]
    rule: str

    @property
    def way(self) -> str:
        """The name of the way back."""
        return "deconvnet" if self.rule == "deconvnet" else "guided backpropagation"


def map_seen(model: nn.Module, pixels: Tensor, watched: Map, *, theme: str = "light") -> MapSeen:
    """Project the map's strongest unit of each picture, uint8 N×C×H×W, back to the pixels.

    Raises ValueError for a network without ReLUs.
    """
    rule = "deconvnet" if has_switches(model) else "guided"
    signals, values, boxes = [], [], []
    for image in to_unit(pixels):
        unit = strongest_unit(model, image, layer=watched.layer, channel=watched.channel)
        found = descend(model, image, unit, rule)
        signals.append(found.signal)
        values.append(found.value)
        boxes.append(_box(model, watched.layer, image, (unit.row, unit.column)))
    signal = torch.stack(signals)
    shown = signed_pictures(signal, full_colour(signal) or 1.0, theme)
    outside = OUTSIDE[theme]
    return MapSeen(
        cut(as_pictures(pixels), boxes, outside=outside),
        cut(shown, boxes, outside=outside),
        tuple(values),
        rule,
    )


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
