"""What augmentation makes of pictures: originals on top, variants below, as one picture."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from dlviz.core.augment import augment
from dlviz.core.data import to_unit
from dlviz.core.specs import AugmentSpec
from dlviz.figures.colours import Colours
from dlviz.figures.compose import tile

VARIANTS = 4
PAD = 2
GAP = 6  # between the originals and their variants
WIDE = 70  # pixels of a picture at least, so that it is sharp where it is shown


def in_turn(labels: Tensor, count: int) -> list[int]:
    """Indices of ``count`` pictures: the first of every class, in turn, then the next ones."""
    known = sorted(set(labels.tolist()))
    turns = [(labels == label).nonzero().flatten().tolist() for label in known]
    order = [
        turn[rank] for rank in range(max(map(len, turns))) for turn in turns if rank < len(turn)
    ]
    return order[:count]


def variants(pixels: Tensor, spec: AugmentSpec, *, seed: int = 0) -> Tensor:
    """uint8 N×C×H×W → uint8 (1+VARIANTS)×N×C×H×W: as they are, then as training sees them."""
    drawn = torch.Generator().manual_seed(seed)
    unit = to_unit(pixels)
    rows = [augment(unit, spec, drawn).mul(255).round().to(torch.uint8) for _ in range(VARIANTS)]
    return torch.stack([pixels, *rows])


def preview(
    pixels: Tensor, spec: AugmentSpec, *, background: tuple[int, int, int], seed: int = 0
) -> Colours:
    """One picture: the originals uint8 N×C×H×W in the first row, ``VARIANTS`` of each below."""
    rows = variants(pixels, spec, seed=seed)
    count, side = pixels.shape[0], pixels.shape[-1]
    scale = max(1, round(WIDE / side))
    walls = []
    for part in (rows[:1], rows[1:]):
        pictures = part.flatten(0, 1).permute(0, 2, 3, 1).numpy()
        pictures = np.repeat(pictures, 3, axis=-1) if pictures.shape[-1] == 1 else pictures
        walls.append(tile(pictures, count, pad=PAD, background=background, scale=scale))
    gap = np.full((GAP, walls[0].shape[1], 3), background, dtype=np.uint8)
    return np.concatenate([walls[0], gap, walls[1]])
