"""What a threshold makes of scores: counts, the shares that are read off them, curves, calibration.

``scores`` are probabilities of being ill, N floats; ``ill`` is N bools. Called ill is who has a
score of at least the threshold. A share without anything below its line is NaN: the precision
where nobody is called ill is no number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
BINS = 10


@dataclass(frozen=True, eq=False)
class Counts:
    """Right and wrong calls, arrays of one shape: true and false positives and negatives."""

    tp: Array
    fp: Array
    fn: Array
    tn: Array

    @property
    def precision(self) -> Array:
        """Of those called ill, the share that is."""
        return ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> Array:
        """Of the ill, the share that is called so (sensitivity)."""
        return ratio(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> Array:
        """Of the well, the share that is called so."""
        return ratio(self.tn, self.tn + self.fp)

    @property
    def f1(self) -> Array:
        """The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN)."""
        return ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def shares(self) -> dict[str, Array]:
        """The four by name, as they are shown."""
        names = ("precision", "recall", "specificity", "f1")
        return {name: getattr(self, name) for name in names}


def ratio(above: Array, below: Array) -> Array:
    """above / below, NaN where below is 0."""
    shares: Array = np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below > 0)
    return shares


def checked(scores: ArrayLike, ill: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    """Both as arrays. Raises ValueError unless they belong together and both classes are there."""
    numbers, truth = np.asarray(scores, np.float64), np.asarray(ill, bool)
    if numbers.ndim != 1 or numbers.shape != truth.shape or not np.isfinite(numbers).all():
        raise ValueError("Each picture needs one score, a finite number, and one label.")
    if truth.all() or not truth.any():
        raise ValueError("These curves need pictures of both kinds, ill and well.")
    return numbers, truth


def counts_at(scores: ArrayLike, ill: ArrayLike, thresholds: ArrayLike) -> Counts:
    """The calls at each threshold."""
    numbers, truth = checked(scores, ill)
    called = numbers[:, None] >= np.atleast_1d(np.asarray(thresholds, np.float64))
    tp = called[truth].sum(0).astype(np.float64)
    fp = called[~truth].sum(0).astype(np.float64)
    return Counts(tp, fp, truth.sum() - tp, (~truth).sum() - fp)


@dataclass(frozen=True, eq=False)
class Curves:
    """ROC and precision–recall, a point for every different score, from nobody called ill to all.

    ``auc``: the area under the ROC curve, by trapezia: the chance that an ill picture scores higher
    than a well one. ``average_precision``: Σ (Rₙ − Rₙ₋₁) Pₙ.
    """

    thresholds: Array
    false_alarms: Array
    recall: Array
    precision: Array

    @property
    def auc(self) -> float:
        """Area under the ROC curve."""
        return float(np.trapezoid(self.recall, self.false_alarms))

    @property
    def average_precision(self) -> float:
        """Area under the precision–recall curve, as steps."""
        return float((np.diff(self.recall) * self.precision[1:]).sum())


def curves(scores: ArrayLike, ill: ArrayLike) -> Curves:
    """Both curves. Raises ValueError as ``checked`` does."""
    numbers, truth = checked(scores, ill)
    order = np.argsort(-numbers, kind="stable")
    sorted_scores, sorted_truth = numbers[order], truth[order]
    last = np.append(np.flatnonzero(np.diff(sorted_scores)), len(numbers) - 1)
    tp = np.append(0, np.cumsum(sorted_truth)[last]).astype(np.float64)
    fp = np.append(0, np.cumsum(~sorted_truth)[last]).astype(np.float64)
    precision = ratio(tp, tp + fp)
    precision[0] = 1.0  # nobody called ill: by convention, as scikit-learn has it
    thresholds = np.append(np.inf, sorted_scores[last])
    return Curves(thresholds, fp / (~truth).sum(), tp / truth.sum(), precision)


@dataclass(frozen=True, eq=False)
class Reliability:
    """Scores in ``BINS`` equal bins: mean score, share of ill and count of each; NaN where empty.

    ``ece``: Σ count/N · |mean score − share of ill| (Guo et al. 2017). ``brier``: the mean squared
    distance of score and truth.
    """

    said: Array
    true: Array
    count: Array
    brier: float

    @property
    def ece(self) -> float:
        """Expected calibration error."""
        full = self.count > 0
        gaps = np.abs(self.said[full] - self.true[full])
        return float((self.count[full] * gaps).sum() / self.count.sum())


def reliability(scores: ArrayLike, ill: ArrayLike) -> Reliability:
    """How often those who got a score are ill. Raises ValueError as ``checked`` does."""
    numbers, truth = checked(scores, ill)
    if numbers.min() < 0 or numbers.max() > 1:
        raise ValueError("Only probabilities, from 0 to 1, can be held against how often it is so.")
    place = np.minimum((numbers * BINS).astype(int), BINS - 1)
    count = np.bincount(place, minlength=BINS).astype(np.float64)
    said = ratio(np.bincount(place, numbers, BINS).astype(np.float64), count)
    true = ratio(np.bincount(place, truth, BINS).astype(np.float64), count)
    return Reliability(said, true, count, float(np.mean((numbers - truth) ** 2)))


def precision_at(recall: float, false_alarms: float, prevalence: float) -> float:
    """Bayes: precision from a point of the ROC curve and how common the illness is."""
    right, wrong = recall * prevalence, false_alarms * (1 - prevalence)
    return right / (right + wrong) if right + wrong > 0 else float("nan")


def shifted(scores: ArrayLike, learnt: float, now: float) -> Array:
    """Scores of a head that learnt at one prevalence, for another: the log-odds move by a constant.

    The correction for a changed prior (Saerens et al. 2002).
    """
    numbers = np.asarray(scores, np.float64)
    odds = numbers / (1 - numbers) * (now / (1 - now)) / (learnt / (1 - learnt))
    moved: Array = odds / (1 + odds)
    return moved
