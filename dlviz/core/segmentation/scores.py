"""What a mask is worth, and the best that one threshold of brightness can do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = 256


@dataclass(frozen=True)
class Counts:
    """Pixels of one class: ``right`` (said and true), ``missed`` (true only), ``extra`` (said)."""

    right: int
    missed: int
    extra: int

    @property
    def iou(self) -> float:
        """Intersection over union (Jaccard's index); 1 where nothing was to be found nor was."""
        union = self.right + self.missed + self.extra
        return self.right / union if union else 1.0

    @property
    def dice(self) -> float:
        """Twice the intersection over both sizes: F1 of the pixels, and 2·IoU/(1 + IoU)."""
        sizes = 2 * self.right + self.missed + self.extra
        return 2 * self.right / sizes if sizes else 1.0


@dataclass(frozen=True)
class Cut:
    """A threshold of brightness: cell is what is at least ``level``, or, ``dark``, what is less."""

    level: int
    dark: bool
    counts: Counts


def count(said: NDArray[np.bool_], true: NDArray[np.bool_]) -> Counts:
    """Compare two masks of the same shape."""
    right = int((said & true).sum())
    return Counts(right, int(true.sum()) - right, int(said.sum()) - right)


def class_counts(
    said: NDArray[np.integer], true: NDArray[np.integer], classes: int
) -> tuple[Counts, ...]:
    """Compare two maps of class numbers below ``classes``: one entry each, background included."""
    pairs = np.bincount((true.ravel() * classes + said.ravel()), minlength=classes * classes)
    table = pairs.reshape(classes, classes)  # row: true, column: said
    return tuple(
        Counts(int(table[k, k]), int(table[k].sum() - table[k, k]), int(table[:, k].sum()
               - table[k, k]))
        for k in range(classes)
    )  # fmt: skip


def mean_iou(counts: tuple[Counts, ...]) -> float:
    """Mean IoU over the classes but the first, the background; 1 if there are no others."""
    return float(np.mean([item.iou for item in counts[1:] or (Counts(0, 0, 0),)]))


def mean_dice(counts: tuple[Counts, ...]) -> float:
    """Mean Dice over the classes but the first, the background; 1 if there are no others."""
    return float(np.mean([item.dice for item in counts[1:] or (Counts(0, 0, 0),)]))


def present(counts: tuple[Counts, ...]) -> tuple[Counts, ...]:
    """The background and those classes that are there, by truth or by mistake.

    In a single picture the others would count as 1 and flatter the mean.
    """
    return (counts[0], *(item for item in counts[1:] if item.right + item.missed + item.extra))


def thresholded(pixels: NDArray[np.uint8], level: int, *, dark: bool) -> NDArray[np.bool_]:
    """Pixels of at least ``level``, or, ``dark``, of less."""
    return pixels < level if dark else pixels >= level


def cut(pixels: NDArray[np.uint8], true: NDArray[np.bool_], level: int, *, dark: bool) -> Cut:
    """What one threshold is worth on these pictures."""
    return Cut(level, dark, count(thresholded(pixels, level, dark=dark), true))


def best_cut(pixels: NDArray[np.uint8], true: NDArray[np.bool_]) -> Cut:
    """The threshold, on either side, with the largest IoU over all pixels together.

    Knowing the truth: no rule to choose one threshold can do better. Two histograms tell all.
    """
    cell = np.bincount(pixels[true], minlength=LEVELS)
    rest = np.bincount(pixels[~true], minlength=LEVELS)
    below, above = np.r_[0, cell.cumsum()], np.r_[0, rest.cumsum()]  # darker than level 0 … 256
    union = cell.sum() + above
    dark = below / np.maximum(union, 1)
    bright = (cell.sum() - below) / np.maximum(cell.sum() + rest.sum() - above, 1)
    level = int(np.argmax(np.maximum(dark, bright)))
    return cut(pixels, true, level, dark=bool(dark[level] > bright[level]))
