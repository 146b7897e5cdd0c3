"""A labelled image data set held as two uint8 tensors, the form that trains fastest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import Tensor

SHUFFLE_SEED = 0


def to_unit(pixels: Tensor) -> Tensor:
    """uint8 pixels 0…255 → float32 in [0, 1], same shape."""
    return pixels.to(torch.float32).div_(255.0)


@cache
def pixel_order(height: int, width: int) -> Tensor:
    """The one fixed order into which a picture of this size is shuffled: int64 of height·width.

    Pixel ``k`` of the shuffled picture, counted row by row, is pixel ``order[k]`` of the picture.
    """
    # NumPy promises that this old generator's numbers never change: links and checkpoints last.
    order = np.random.RandomState(SHUFFLE_SEED).permutation(height * width)
    return torch.from_numpy(order.astype(np.int64))


def shuffle_pixels(pixels: Tensor) -> Tensor:
    """N×C×H×W → the same with the pixels of every picture in ``pixel_order``, colours kept."""
    order = pixel_order(*pixels.shape[2:])
    return pixels.flatten(2)[..., order].view(pixels.shape)


def portion(labels: Tensor, share: float) -> Tensor:
    """Indices, ascending, of the first ``share`` of every class, at least one of each.

    Every class's count is rounded. A larger share has all pictures of a smaller one.
    """
    kept = []
    for label in range(int(labels.max()) + 1):
        where = (labels == label).nonzero().flatten()
        kept.append(where[: max(1, round(share * len(where)))])  # of an empty class, none
    return torch.cat(kept).sort().values


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

    @property
    def bytes(self) -> int:
        """Memory of the pixels."""
        return self.train_pixels.nbytes + self.test_pixels.nbytes

    def shuffled(self, name: str, test: tuple[Tensor, Tensor] | None = None) -> ImageData:
        """The same pictures, held-out ones too, with their pixels in ``pixel_order``.

        ``test``: the held-out part where it has been shuffled already.
        """
        train = shuffle_pixels(self.train_pixels)
        held_out = test[0] if test else shuffle_pixels(self.test_pixels)
        return replace(self, name=name, train_pixels=train, test_pixels=held_out)

    def part(self, share: float) -> ImageData:
        """Only ``share`` of the training pictures, every class in proportion; all held-out ones."""
        if share >= 1:
            return self
        kept = portion(self.train_labels, share)
        train = self.train_pixels[kept], self.train_labels[kept]
        return ImageData.of(self.name, self.classes, train, (self.test_pixels, self.test_labels))

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
