"""Against imbalance: the loss weighted, or the threshold moved, and what either does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlviz.core.medical.heads import balancing, cross_entropy, taught
from dlviz.core.medical.screening import at_prevalence
from dlviz.core.medical.verdicts import Array, counts_at, curves, reliability

STEPS_SHOWN = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40, 50, 65, 85, 120)
REMEDIES = ("plain", "weighted", "moved")
HALF = 0.5


def best_threshold(scores: ArrayLike, ill: ArrayLike) -> float:
    """The score at which F1 is largest, to be chosen on pictures that one may look at."""
    found = curves(scores, ill)
    f1 = 2 * found.recall * found.precision / np.maximum(found.recall + found.precision, 1e-12)
    return float(found.thresholds[1:][np.argmax(f1[1:])])


@dataclass(frozen=True, eq=False)
class Moment:
    """A head after ``step``: held-out ``scores``, the loss there (plain), the moved threshold."""

    step: int
    scores: Array
    loss: float
    threshold: float

    def f1(self, ill: NDArray[np.bool_], threshold: float) -> float:
        """On the held-out pictures."""
        return float(counts_at(self.scores, ill, threshold).f1[0])


def learning(
    features: Array,
    ill: NDArray[np.bool_],
    held_out: Array,
    truth: NDArray[np.bool_],
    *,
    weighted: bool,
) -> list[Moment]:
    """A binary head taught on N×D features, looked at after each of ``STEPS_SHOWN``.

    ``weighted``: the ill count for as much as the well together. The moved threshold is the best
    one on what it learns from; the held-out ``truth`` only judges.
    """
    weight = balancing(ill[:, None]) if weighted else np.ones(1)
    moments = []
    for step, head in taught(features, ill[:, None], positive_weight=weight):
        if step in STEPS_SHOWN:
            scores = head(held_out)[:, 0]
            loss = cross_entropy(head.logits(held_out)[:, 0], truth)
            seen = head(features)[:, 0]
            moments.append(Moment(step, scores, loss, best_threshold(seen, ill)))
    return moments


@dataclass(frozen=True)
class Outcome:
    """What a remedy ends at on the held-out pictures; the threshold that was used."""

    remedy: str
    threshold: float
    precision: float
    recall: float
    f1: float
    auc: float
    ece: float


def compared(
    features: Array,
    ill: NDArray[np.bool_],
    held_out: Array,
    truth: NDArray[np.bool_],
    *,
    prevalence: float,
    count: int,
    seeds: int,
) -> list[list[Outcome]]:
    """Every remedy on ``seeds`` training sets of ``count`` pictures: seeds × remedies."""
    rows = []
    for seed in range(seeds):
        own = at_prevalence(ill, prevalence, count, seed=seed)
        plain, weighted = (
            learning(features[own], ill[own], held_out, truth, weighted=one)[-1]
            for one in (False, True)
        )
        used = ((plain, HALF), (weighted, HALF), (plain, plain.threshold))
        rows.append([
            _outcome(name, moment, threshold, truth)
            for name, (moment, threshold) in zip(REMEDIES, used, strict=True)
        ])  # fmt: skip
    return rows


def _outcome(name: str, moment: Moment, threshold: float, truth: NDArray[np.bool_]) -> Outcome:
    counts = counts_at(moment.scores, truth, threshold)
    return Outcome(
        name,
        threshold,
        float(counts.precision[0]),
        float(counts.recall[0]),
        float(counts.f1[0]),
        curves(moment.scores, truth).auc,
        reliability(moment.scores, truth).ece,
    )
