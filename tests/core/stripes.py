"""Tiny data for training tests: noise, dark above or dark on the left."""

from __future__ import annotations

import torch

from dlviz.core.data import ImageData


def stripes(*, channels: int = 1, side: int = 8, random_labels: bool = False) -> ImageData:
    """200 pictures to train on, 100 held out; with random labels there is nothing to learn."""
    generator = torch.Generator().manual_seed(0)
    shape = (300, channels, side, side)
    pixels = torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
    labels = torch.randint(0, 3, (300,), generator=generator)
    if not random_labels:
        pixels[labels == 1, :, : side // 2] //= 4
        pixels[labels == 2, :, :, : side // 2] //= 4
    classes = ("plain", "dark above", "dark left")
    train, test = (pixels[:200], labels[:200]), (pixels[200:], labels[200:])
    return ImageData.of("stripes", classes, train, test)
