"""The shipped detector of forms, and the hundred scenes that it has never seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import torch
from torch import Tensor

from dlviz.core.detection.grid_detector import GridDetector, detections
from dlviz.core.detection.precision import Boxes
from dlviz.io.shape_scenes import CLASSES, ShapeScene, draw_scenes
from dlviz.io.taught import recorded_tensors

HELD_OUT, HELD_OUT_SEED = 100, 1
LEAST, MOST_OVERLAP = 0.05, 0.5  # of detections that are judged


def pixels_of(scenes: Sequence[ShapeScene]) -> Tensor:
    """N×3×64×64 in [0, 1]."""
    pixels = np.stack([scene.pixels for scene in scenes])
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(255).contiguous()


@cache
def held_out_scenes() -> list[ShapeScene]:
    """The scenes that no run has learnt from; read only."""
    return draw_scenes(HELD_OUT, seed=HELD_OUT_SEED)


def load_detector(tensors: Mapping[str, Tensor] | None = None) -> GridDetector:
    """With weights of one's own, or those that are shipped. Raises ``AssetError`` without these."""
    with torch.device("meta"):  # nothing is drawn from the global generator
        net = GridDetector(len(CLASSES))
    net.load_state_dict(recorded_tensors("detect") if tensors is None else tensors, assign=True)
    return net.eval().requires_grad_(False)


def look(net: GridDetector, scenes: Sequence[ShapeScene]) -> Tensor:
    """What all cells say of some scenes: N×(classes + 4)×16×16."""
    found: Tensor = net(pixels_of(scenes))
    return found


@cache
def shipped_detections() -> list[Boxes]:
    """What the shipped detector finds in the held-out scenes, to be judged; read only."""
    output = look(load_detector(), held_out_scenes())
    return detections(output, least=LEAST, most_overlap=MOST_OVERLAP)
