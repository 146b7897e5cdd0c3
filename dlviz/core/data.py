"""A labelled image data set held as two uint8 tensors, the form that trains fastest."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


def to_unit(pixels: Tensor) -> Tensor:
    """uint8 pixels 0…255 → float32 in [0, 1], same shape."""
    return pixels.to(torch.float32).div_(255.0)


@dataclass(frozen=True, eq=False)
class ImageData:
    """Images and labels, split into training and held-out ("test") parts.

    ``train_pixels``/``test_pixels`` are uint8 N×C×H×W, ``train_labels``/``test_labels``
    int64 N. ``mean`` and ``std`` (length C, in [0, 1] units) are taken from the training part.
    """

    name: str
    classes: tuple[str, ...]
    train_pixels: Tensor
    train_labels: Tensor
    test_pixels: Tensor
    test_labels: Tensor
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def train(self) -> tuple[Tensor, Tensor]:
        """(images, labels): float32 N×C×H×W in [0, 1] and int64 N."""
        return to_unit(self.train_pixels), self.train_labels

    @property
    def test(self) -> tuple[Tensor, Tensor]:
        """Held-out (images, labels), never trained on."""
        return to_unit(self.test_pixels), self.test_labels

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of one image."""
        channels, height, width = self.train_pixels.shape[1:]
        return int(channels), int(height), int(width)

    @staticmethod
    def of(
        name: str,
        classes: tuple[str, ...],
        train: tuple[Tensor, Tensor],
        test: tuple[Tensor, Tensor],
    ) -> ImageData:
        """Bundle uint8 (pixels, labels) pairs; mean and std come from ``train``."""
        unit = to_unit(train[0][:4000])
        mean = tuple(float(v) for v in unit.mean(dim=(0, 2, 3)))
        std = tuple(float(v) for v in unit.std(dim=(0, 2, 3)).clamp_min(1e-3))
        return ImageData(name, classes, *train, *test, mean, std)
