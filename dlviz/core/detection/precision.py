"""Precision, recall and average precision of a detector, as COCO counts them. NumPy only.

Lin et al. (2014), "Microsoft COCO: Common objects in context", and its evaluation code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlviz.core.detection.boxes import Floats, overlaps

RECALLS = np.linspace(0.0, 1.0, 101)
IOUS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))  # that mAP is the mean over


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes of one picture: ``boxes`` N×4, ``labels`` N; ``scores`` N, or None of true ones."""

    boxes: Floats
    labels: NDArray[np.int64]
    scores: Floats | None = None


@dataclass(frozen=True, eq=False)
class Ranking:
    """All detections from the surest on, each judged, and what was there to be found.

    Each of ``score``, ``right``, ``iou`` (with the true box that it was held against, 0 if none
    was left), ``picture``, ``number`` (which box of that picture) and ``taken`` (which true box of
    that picture it has found, -1: none) has one entry a detection. ``truths``: how many true boxes
    there are.
    """

    score: Floats
    right: NDArray[np.bool_]
    iou: Floats
    picture: NDArray[np.int64]
    number: NDArray[np.int64]
    taken: NDArray[np.int64]
    truths: int

    @property
    def precision(self) -> Floats:
        """Of the first k detections, the share that is right."""
        found: Floats = np.cumsum(self.right) / np.arange(1, len(self.right) + 1)
        return found

    @property
    def recall(self) -> Floats:
        """Of the true boxes, the share that the first k detections have found."""
        found: Floats = np.cumsum(self.right) / max(1, self.truths)
        return found


def _judged(
    found: Boxes, true: Boxes, label: int, threshold: float
) -> list[tuple[int, float, int]]:
    """(number of the box, IoU, the true box that it has found or -1) of one class and picture."""
    assert found.scores is not None
    mine, theirs = np.flatnonzero(found.labels == label), np.flatnonzero(true.labels == label)
    mine = mine[np.argsort(-found.scores[mine], kind="stable")]
    alike = overlaps(found.boxes[mine], true.boxes[theirs])
    free = np.ones(len(theirs), bool)
    judged = []
    for row, number in enumerate(mine.tolist()):
        left = np.where(free, alike[row], 0.0)
        best = int(left.argmax()) if free.any() else -1
        iou = float(left[best]) if free.any() else 0.0
        right = free.any() and free[best] and iou >= min(threshold, 1 - 1e-10)
        if right:
            free[best] = False
        judged.append((number, iou, int(theirs[best]) if right else -1))
    return judged


def rank(found: Sequence[Boxes], truths: Sequence[Boxes], label: int, threshold: float) -> Ranking:
    """Judge all detections of one class: each true box is given to the surest that reaches it.

    A detection is right if its IoU with a true box of its class that no surer one has taken is at
    least ``threshold``; of several it takes the one with the largest IoU.
    """
    rows = [
        (float(one.scores[number]), iou, picture, number, taken)
        for picture, (one, true) in enumerate(zip(found, truths, strict=True))
        for number, iou, taken in _judged(one, true, label, threshold)
        if one.scores is not None
    ]
    rows.sort(key=lambda row: -row[0])  # stable: of equally sure ones the first picture's first
    score, iou, picture, number, taken = zip(*rows, strict=True) if rows else ((),) * 5
    which = np.array(taken, np.int64)
    there = sum(int((one.labels == label).sum()) for one in truths)
    return Ranking(
        np.array(score, np.float64),
        which >= 0,
        np.array(iou, np.float64),
        np.array(picture, np.int64),
        np.array(number, np.int64),
        which,
        there,
    )


def envelope(ranking: Ranking) -> Floats:
    """The best precision at this recall or a larger one: never rises from left to right."""
    found: Floats = np.maximum.accumulate(ranking.precision[::-1])[::-1]
    return found


def average_precision(ranking: Ranking) -> float:
    """The mean of the envelope at the recalls 0, 0.01, … 1; 0 where no recall gets there.

    Raises ValueError where nothing was there to be found.
    """
    if not ranking.truths:
        raise ValueError("Without a true box there is no recall, hence no average precision.")
    best = np.append(envelope(ranking), 0.0)
    return float(best[np.searchsorted(ranking.recall, RECALLS, side="left")].mean())


def mean_average_precision(
    found: Sequence[Boxes], truths: Sequence[Boxes], thresholds: Sequence[float] = IOUS
) -> float:
    """The mean over the classes that are there, and over IoU thresholds: COCO's AP."""
    labels = sorted({int(label) for one in truths for label in one.labels})
    if not labels:
        raise ValueError("Without a true box there is no recall, hence no average precision.")
    each = [
        average_precision(rank(found, truths, label, threshold))
        for label in labels
        for threshold in thresholds
    ]
    return float(np.mean(each))
