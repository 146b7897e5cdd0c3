"""The plane through a picture that two directions of signs span, and what a network says on it.

A point (a, b) of the plane is the picture with a steps of 1/255 along one direction and b along
the other, clipped to [0, 255]. Directions consist of −1, 0 and 1 and steps are whole, so every
point is a picture that a file holds exactly. Along an axis no pixel moves by more than that many
steps; at (a, b) it may be |a| + |b|.
Sources: Goodfellow, Shlens and Szegedy (2015), figure 4, arXiv:1412.6572 (the walk along the
gradient's sign); Warde-Farley and Goodfellow (2016), "Adversarial perturbations of deep neural
networks" (the plane, as "church window plots").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from dlviz.core.data import to_unit
from dlviz.core.folding import folded
from dlviz.core.occlusion import batch_size

LEVELS = 255
STEPS = (4, 2, 1)  # every fourth point first, then every second, then all
MOST_POINTS = 10_000


def random_signs(shape: tuple[int, ...], seed: int) -> Tensor:
    """−1 or 1 for each pixel, int8, drawn from ``seed`` alone."""
    draw = np.random.default_rng(seed).integers(0, 2, shape) * 2 - 1
    return torch.from_numpy(draw).to(torch.int8)


def orthogonal_signs(direction: Tensor, seed: int) -> Tensor:
    """Random signs at right angles to ``direction`` (int8, −1, 0 and 1), of the same shape.

    ``random_signs``, of which a few are turned round until as many agree with the direction as
    disagree; where that number is odd, one is left over.
    """
    signs = random_signs(tuple(direction.shape), seed).flatten()
    product = signs * direction.flatten()
    excess = int(product.sum(dtype=torch.int64))
    many = (product == (1 if excess > 0 else -1)).nonzero().flatten()
    order = np.random.default_rng([seed, 1]).permutation(len(many))[: abs(excess) // 2]
    signs[many[torch.from_numpy(order)]] *= -1
    return signs.view(direction.shape)


@dataclass(frozen=True, eq=False)
class Plane:
    """``pixels`` uint8 C×H×W lies at (0, 0); ``across`` and ``up``, int8 C×H×W, are the axes."""

    pixels: Tensor
    across: Tensor
    up: Tensor

    def at(self, across: int, up: int) -> Tensor:
        """The picture (uint8 C×H×W) that many steps of 1/255 along each axis."""
        moved = self.pixels.to(torch.int16) + across * self.across.to(torch.int16)
        return (moved + up * self.up.to(torch.int16)).clamp(0, LEVELS).to(torch.uint8)


@dataclass(frozen=True, eq=False)
class Field:
    """What a network says on a square piece of the plane, (2n + 1)×(2n + 1) points.

    Row i and column j are the point ((j − n)·unit, (i − n)·unit): ``up`` grows with the row.
    ``label`` (int64): the most probable class, ``confidence`` its probability, ``probability``
    that of class ``target``. What is not ``known`` yet has the values of the nearest coarser point.
    """

    unit: int
    target: int
    label: Tensor
    confidence: Tensor
    probability: Tensor
    known: Tensor

    @property
    def half(self) -> int:
        """n: how many points lie on each side of the middle."""
        return len(self.label) // 2

    def along(self, axis: str) -> list[tuple[int, float]]:
        """(steps of 1/255, the target's probability) of what is known on the axis "across" or "up",
        from one end to the other."""
        middle = self.half
        line = (middle, slice(None)) if axis == "across" else (slice(None), middle)
        values = zip(self.probability[line].tolist(), self.known[line].tolist(), strict=True)
        return [
            ((place - middle) * self.unit, value)
            for place, (value, known) in enumerate(values)
            if known
        ]


def stages(half: int) -> list[list[tuple[int, int]]]:
    """The (row, column) of all points in the order of measuring: a list for each of ``STEPS``.

    The middle and the axes belong to the coarse grid where ``half`` is a multiple of 4.
    """
    found: list[list[tuple[int, int]]] = []
    seen: set[tuple[int, int]] = set()
    for step in STEPS:
        line = [place for place in range(2 * half + 1) if (place - half) % step == 0]
        grid = [(i, j) for i in line for j in line]
        found.append([point for point in grid if point not in seen])
        seen.update(grid)
    return found


def stream_field(
    model: nn.Module, plane: Plane, *, half: int, unit: int, target: int
) -> Iterator[tuple[int, Field]]:
    """(points measured so far, the field) batch after batch, the coarse grid first.

    A batch never holds points of two of ``stages``. The network is not touched. Raises ValueError
    for a piece without or with more than 10 000 points, an unknown target, and a network whose
    answers are not finite.
    """
    if half < 1 or unit < 1 or (2 * half + 1) ** 2 > MOST_POINTS:
        raise ValueError(f"The plane is measured at 9 to {MOST_POINTS:,} points.")
    twin, many = folded(model), batch_size(plane.pixels)
    side = 2 * half + 1
    label = torch.zeros(side, side, dtype=torch.int64)
    confidence, probability = torch.zeros(side, side), torch.zeros(side, side)
    known = torch.zeros(side, side, dtype=torch.bool)
    done = 0
    for stage in stages(half):
        for start in range(0, len(stage), many):
            part = stage[start : start + many]
            points = [((j - half) * unit, (i - half) * unit) for i, j in part]
            rows, columns = torch.tensor(part).T
            answers = _answers(twin, plane, points, target)
            label[rows, columns], confidence[rows, columns], probability[rows, columns] = answers
            known[rows, columns] = True
            done += len(part)
            near = _nearest_known(known, half)
            lent = [one.flatten()[near] for one in (label, confidence, probability)]
            yield done, Field(unit, target, lent[0], lent[1], lent[2], known.clone())


def field_of(model: nn.Module, plane: Plane, *, half: int, unit: int, target: int) -> Field:
    """The finished field of ``stream_field``."""
    for _, last in stream_field(model, plane, half=half, unit=unit, target=target):
        found = last
    return found


@torch.no_grad()
def _answers(
    twin: nn.Module, plane: Plane, points: list[tuple[int, int]], target: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Label, confidence and the target's probability at some points."""
    pictures = torch.stack([plane.at(*point) for point in points])
    images = to_unit(pictures).contiguous(memory_format=torch.channels_last)
    logits = twin(images)
    if not 0 <= target < logits.shape[1]:
        raise ValueError(f"The class must be a whole number from 0 to {logits.shape[1] - 1}.")
    if not torch.isfinite(logits).all():
        raise ValueError("This network's answers are not finite: its training went wrong.")
    probabilities = torch.softmax(logits, dim=1)
    confidence, label = probabilities.max(dim=1)
    return label, confidence, probabilities[:, target]


def _nearest_known(known: Tensor, half: int) -> Tensor:
    """For every point the flat number of the nearest coarser point that is known, or itself."""
    side = 2 * half + 1
    found = torch.arange(side * side).view(side, side)
    for step in STEPS:
        most = half // step
        # Towards the middle where a point lies halfway.
        offset = torch.arange(-half, half + 1)
        away = ((offset.abs() + (step - 1) // 2) // step).clamp(max=most)
        line = offset.sign() * away * step + half
        here = line[:, None] * side + line
        found = torch.where(known.flatten()[here], here, found)
    return found
