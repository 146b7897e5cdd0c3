"""Non-maximum suppression, one decision at a time. NumPy only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlviz.core.detection.boxes import as_boxes, overlaps


@dataclass(frozen=True)
class Suppression:
    """One step: ``best`` is kept, ``dropped`` are too much like it, ``left`` are still to come.

    Numbers count the boxes as they were given; ``overlap`` holds the IoU with ``best`` of each of
    ``dropped`` and then of each of ``left``.
    """

    best: int
    dropped: tuple[int, ...]
    left: tuple[int, ...]
    overlap: tuple[float, ...]


def suppressions(
    boxes: ArrayLike, scores: ArrayLike, threshold: float, labels: ArrayLike | None = None
) -> Iterator[Suppression]:
    """Keep the surest box, drop those that overlap it by more than ``threshold``; again.

    boxes: N×4, scores: N; with ``labels`` (N) only boxes of the same class drop each other. The
    first of two equally sure boxes comes first, as in ``torchvision.ops.nms``.
    """
    found, sure = as_boxes(boxes), np.asarray(scores, dtype=np.float64)
    kinds = np.zeros(len(found), np.int64) if labels is None else np.asarray(labels)
    if not len(found) == len(sure) == len(kinds):
        raise ValueError("Every box needs one score and one label.")
    left = np.argsort(-sure, kind="stable")
    while len(left):
        best, rest = int(left[0]), left[1:]
        alike = overlaps(found[best], found[rest])[0]
        drops = (alike > threshold) & (kinds[rest] == kinds[best])
        left = rest[~drops]
        yield Suppression(
            best,
            tuple(rest[drops].tolist()),
            tuple(left.tolist()),
            (*alike[drops].tolist(), *alike[~drops].tolist()),
        )


def kept(
    boxes: ArrayLike, scores: ArrayLike, threshold: float, labels: ArrayLike | None = None
) -> NDArray[np.int64]:
    """The boxes that survive, surest first: their numbers."""
    steps = suppressions(boxes, scores, threshold, labels)
    return np.array([step.best for step in steps], dtype=np.int64)
