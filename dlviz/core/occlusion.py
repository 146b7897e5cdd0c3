"""Occlusion: cover one square of the picture after another and watch the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlviz.core.folding import folded

# Pixels in a batch: with more, what the first layers answer no longer fits into the cache.
_BATCH_PIXELS = 32 * 64 * 64
_MOST = 64
_FEWEST = 4

Corner = tuple[int, int]
Fill = float | Sequence[float]


@dataclass(frozen=True)
class Cover:
    """A covering square: ``size``×``size`` pixels of ``fill``, one number or one a channel.

    Its top left corner goes to 0, ``stride``, 2·``stride`` … as long as the square is inside.
    """

    size: int
    stride: int
    fill: Fill = 0.5

    def places(self, height: int, width: int) -> tuple[range, range]:
        """The corners' rows and columns on a picture of ``height``×``width`` pixels."""
        return (
            range(0, height - self.size + 1, self.stride),
            range(0, width - self.size + 1, self.stride),
        )

    def check(self, picture: Tensor) -> None:
        """ValueError in one sentence for a size, stride or fill that makes no sense on C×H×W."""
        check_whole(self.size, "size", 1, min(picture.shape[1:]))
        check_whole(self.stride, "stride", 1, None)
        several = isinstance(self.fill, Sequence) and not isinstance(self.fill, str)
        fills = list(self.fill) if isinstance(self.fill, Sequence) and several else [self.fill]
        if not all(isinstance(one, int | float) and math.isfinite(one) for one in fills):
            raise ValueError("The fill must be a finite number, or one for each channel.")
        if several and len(fills) != len(picture):
            raise ValueError(
                f"The fill must be one number or {len(picture)}, one for each channel."
            )


@torch.no_grad()
def occlusion(
    model: nn.Module, image: Tensor, *, target: int, size: int, stride: int, fill: Fill
) -> Tensor:
    """The probability of ``target`` by the place of a covering square.

    image: C×H×W or 1×C×H×W in [0, 1]. The square has ``size``×``size`` pixels of value ``fill``
    (one number, or one a channel); its top left corner goes to 0, stride, 2·stride … as long as
    the square is inside. Returns rows×columns: entry (i, j) is the softmax probability of class
    ``target`` with the square at (i·stride, j·stride). Where it is low, the covered part mattered.

    Raises ValueError in one sentence for a size, stride, target or fill that makes no sense.
    Source: Zeiler and Fergus (2014), section 4.2, arXiv:1311.2901.
    """
    picture, cover = checked(image), Cover(size, stride, fill)
    cover.check(picture)
    model = folded(model)
    rows, columns = cover.places(*picture.shape[1:])
    corners = [(y, x) for y in rows for x in columns]
    answers = []
    many = batch_size(picture)
    for start in range(0, len(corners), many):
        logits = model(covered(picture, cover, corners[start : start + many]))
        check_whole(target, "target", 0, logits.shape[1] - 1)
        answers.append(torch.softmax(logits, dim=1)[:, target])
    return torch.cat(answers).view(len(rows), len(columns))


def covered(picture: Tensor, cover: Cover, corners: Sequence[Corner]) -> Tensor:
    """Copies of a picture C×H×W, each with the square at one of the ``corners`` (row, column).

    The copies lie in memory channels last, in which convolutions on a CPU take half the time.
    """
    fill = torch.as_tensor(cover.fill, dtype=picture.dtype, device=picture.device).view(-1, 1, 1)
    copies = picture.repeat(len(corners), 1, 1, 1).contiguous(memory_format=torch.channels_last)
    for copy, (y, x) in zip(copies, corners, strict=True):
        copy[:, y : y + cover.size, x : x + cover.size] = fill
    return copies


def batch_size(picture: Tensor) -> int:
    """How many copies of a picture C×H×W go through a network together."""
    return min(_MOST, max(_FEWEST, _BATCH_PIXELS // picture[0].numel()))


def checked(image: Tensor) -> Tensor:
    """The picture as C×H×W. Raises ValueError in one sentence."""
    if isinstance(image, Tensor) and image.ndim == 4 and len(image) == 1:
        image = image[0]
    if not isinstance(image, Tensor) or image.ndim != 3 or not image.is_floating_point():
        raise ValueError("The image must be one floating-point tensor C×H×W.")
    if not torch.isfinite(image).all():
        raise ValueError("The image holds a number that is not finite.")
    return image


def check_whole(value: int, name: str, low: int, high: int | None) -> None:
    """ValueError in one sentence unless ``value`` is a whole number in these limits."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < low or (high is not None and value > high):
        limit = f"of at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"The {name} must be a whole number {limit}.")
