"""Occlusion: cover one square of the picture after another and watch the answer."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from dlviz.core.probe import evaluating

BATCH = 32


@torch.no_grad()
def occlusion(
    model: nn.Module, image: Tensor, *, target: int, size: int, stride: int, fill: float
) -> Tensor:
    """The probability of ``target`` by the place of a covering square.

    image: C×H×W or 1×C×H×W in [0, 1]. The square has ``size``×``size`` pixels of value ``fill``
    in every channel; its top left corner goes to 0, stride, 2·stride … as long as the square is
    inside. Returns rows×columns: entry (i, j) is the softmax probability of class ``target``
    with the square at (i·stride, j·stride). Where it is low, the covered part mattered.

    Raises ValueError in one sentence for a size, stride, target or fill that makes no sense.
    Source: Zeiler and Fergus (2014), section 4.2, arXiv:1311.2901.
    """
    picture = _checked(image)
    height, width = picture.shape[1:]
    _check_whole(size, "size", 1, min(height, width))
    _check_whole(stride, "stride", 1, None)
    if not isinstance(fill, int | float) or not math.isfinite(fill):
        raise ValueError("The fill must be a finite number.")

    model = evaluating(model)
    rows, columns = range(0, height - size + 1, stride), range(0, width - size + 1, stride)
    corners = [(y, x) for y in rows for x in columns]
    answers = []
    for start in range(0, len(corners), BATCH):
        part = corners[start : start + BATCH]
        covered = picture.repeat(len(part), 1, 1, 1)
        for copy, (y, x) in zip(covered, part, strict=True):
            copy[:, y : y + size, x : x + size] = fill
        logits = model(covered)
        _check_whole(target, "target", 0, logits.shape[1] - 1)
        answers.append(torch.softmax(logits, dim=1)[:, target])
    return torch.cat(answers).view(len(rows), len(columns))


def _checked(image: Tensor) -> Tensor:
    """The picture as C×H×W."""
    if isinstance(image, Tensor) and image.ndim == 4 and len(image) == 1:
        image = image[0]
    if not isinstance(image, Tensor) or image.ndim != 3 or not image.is_floating_point():
        raise ValueError("The image must be one floating-point tensor C×H×W.")
    if not torch.isfinite(image).all():
        raise ValueError("The image holds a number that is not finite.")
    return image


def _check_whole(value: int, name: str, low: int, high: int | None) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < low or (high is not None and value > high):
        limit = f"of at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"The {name} must be a whole number {limit}.")
