"""What the task “segment” is about: cells and creatures’ parts with their masks, and its nets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from dlviz.core.segmentation.unet import UNet
from dlviz.core.taught import TaughtSpec
from dlviz.io.cells import generate_cells
from dlviz.io.creatures import SIDE, Creature, draw

SEED, HELD_OUT_SEED = 30, 31
HELD_OUT = 60
FINE = 3  # a creature's points count in thirds of a pixel

CLASSES: dict[str, tuple[str, ...]] = {
    "cells": ("background", "cell"),
    "parts": ("background", "head", "ears", "eyes", "nose and mouth", "horns and tusks"),
}
_PARTS = {
    **{"head": 1, "left ear": 2, "right ear": 2, "left eye": 3, "right eye": 3},
    **{"snout": 4, "beak": 4, "mouth": 4, "teeth": 4, "trunk": 4},
    **{"left horn": 5, "right horn": 5, "left tusk": 5, "right tusk": 5},
}  # whiskers are thinner than a pixel: they belong to what they lie on


@dataclass(frozen=True, eq=False)
class Pictures:
    """``pixels`` uint8 N×C×64×64, ``masks`` int64 N×64×64: class numbers."""

    pixels: Tensor
    masks: Tensor


def part_mask(creature: Creature) -> NDArray[np.int64]:
    """The class that is visible at the middle of each pixel, 64×64; 0 where there is none."""
    canvas = Image.new("L", (SIDE * FINE, SIDE * FINE), 0)
    brush = ImageDraw.Draw(canvas)
    for shape in creature.shapes:
        if shape.part in _PARTS:
            brush.polygon(shape.points.ravel().tolist(), fill=_PARTS[shape.part])
    return np.asarray(canvas)[FINE // 2 :: FINE, FINE // 2 :: FINE].astype(np.int64)


def pictures_of(subject: str, count: int, *, seed: int) -> Pictures:
    """The first ``count`` pictures of a stream: "cells" grey, "parts" of creatures in colour."""
    if subject == "cells":
        return Pictures(*generate_cells(count, seed=seed))
    drawn = [draw(seed, index) for index in range(count)]
    pixels = torch.from_numpy(np.stack([one.pixels for one in drawn])).permute(0, 3, 1, 2)
    masks = torch.from_numpy(np.stack([part_mask(one) for one in drawn]))
    return Pictures(pixels.contiguous(), masks)


@cache
def held_out_pictures(subject: str) -> Pictures:
    """The sixty pictures that no run has learnt from; never write into them."""
    return pictures_of(subject, HELD_OUT, seed=HELD_OUT_SEED)


def net_of(spec: TaughtSpec) -> UNet:
    """A new net for a spec, its weights not yet drawn."""
    subject = str(spec["subject"])
    channels = 1 if subject == "cells" else 3
    return UNet(channels, len(CLASSES[subject]), skips=bool(spec["skips"]))


@dataclass(frozen=True, eq=False)
class Masks:
    """The held-out pictures, uint8 N×H×W×C, the true class of each pixel, N×H×W, and a net's
    chances, N×K×H×W.
    """

    classes: tuple[str, ...]
    pixels: NDArray[np.uint8]
    true: NDArray[np.int64]
    chances: NDArray[np.float32]

    @property
    def grey(self) -> NDArray[np.uint8]:
        """The first channel, N×H×W."""
        return self.pixels[..., 0]

    @property
    def said(self) -> NDArray[np.int64]:
        """The most likely class of each pixel."""
        said: NDArray[np.int64] = self.chances.argmax(1)
        return said

    def at(self, chance: float) -> NDArray[np.int64]:
        """Where class 1 has at least a chance."""
        return (self.chances[:, 1] >= chance).astype(np.int64)


def masks_of(spec: TaughtSpec, trained: Mapping[str, Tensor]) -> Masks:
    """What a trained net says of the held-out pictures."""
    subject = str(spec["subject"])
    net = net_of(spec)
    net.load_state_dict({name: value.float() for name, value in trained.items()}, strict=False)
    net.eval()
    data = held_out_pictures(subject)
    with torch.no_grad():
        chances = net(data.pixels.float() / 255).softmax(1).numpy()
    return Masks(
        CLASSES[subject], data.pixels.permute(0, 2, 3, 1).numpy(), data.masks.numpy(), chances
    )
