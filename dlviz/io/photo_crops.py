"""64×64 colour crops of the shipped photographs; the label says which photograph.

Training and held-out crops come from the same few photographs with different seeds, so a held-out
crop may overlap a training crop: accuracy on them says that the network knows these pictures, not
that it would know others. They are there for the filters that they teach.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph

SIDE = 64
CLASSES: tuple[str, ...] = tuple(PHOTOGRAPHS)
SMALLEST, LARGEST = 56, 160  # side of the square that is cut out, in the photograph's pixels


def generate(count: int, *, seed: int) -> tuple[Tensor, Tensor]:
    """``count`` crops: uint8 N×3×64×64 and int64 N, classes balanced and shuffled.

    Place, scale (56 to 160 pixels wide), left-right flip and brightness (±20 %) are random.
    """
    rng = np.random.default_rng(seed)
    photographs = [Image.fromarray(load_photograph(name)) for name in CLASSES]
    labels = rng.permutation(np.arange(count) % len(CLASSES))
    # Scales are drawn evenly in octaves, as sizes are seen.
    sides = SMALLEST * (LARGEST / SMALLEST) ** rng.random(count)
    places = rng.random((count, 2))
    pixels = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for index, (label, side, place) in enumerate(zip(labels, sides, places, strict=True)):
        photograph = photographs[label]
        left, top = (np.array(photograph.size) - side) * place
        box = (left, top, left + side, top + side)
        pixels[index] = photograph.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)
    flipped = rng.random(count) < 0.5
    pixels[flipped] = pixels[flipped, :, ::-1]
    bright = rng.uniform(0.8, 1.2, count)
    for index, factor in enumerate(bright):
        pixels[index] = np.minimum(pixels[index] * factor, 255)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
    return images, torch.from_numpy(labels.astype(np.int64))
