"""Weighting the loss and moving the threshold, against scikit-learn and over five training sets."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss

from dlviz.core.medical.heads import DECAY
from dlviz.core.medical.remedies import (
    REMEDIES,
    STEPS_SHOWN,
    best_threshold,
    compared,
    learning,
)
from dlviz.core.medical.screening import at_prevalence
from dlviz.io.xray_features import cases
from tests.core.medical.test_verdicts import scored

TRAIN, TEST = cases("train"), cases("test")
ILL = TRAIN.findings[:, 0]
SEEN = at_prevalence(TEST.findings[:, 0], 0.1, 800, seed=6)
HELD_OUT, TRUTH = TEST.features[SEEN], TEST.findings[SEEN, 0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("levels", [0, 12])
def test_no_threshold_has_a_larger_f1(seed: int, levels: int) -> None:
    scores, ill = scored(seed, count=120, levels=levels)
    found = f1_score(ill, scores >= best_threshold(scores, ill))
    assert found == pytest.approx(max(f1_score(ill, scores >= one) for one in set(scores)))


@pytest.mark.parametrize("weighted", [False, True])
def test_the_end_is_scikit_learns_with_balanced_classes(*, weighted: bool) -> None:
    own = at_prevalence(ILL, 0.1, 600, seed=1)
    x, y = TRAIN.features[own], ILL[own]
    moments = learning(x, y, HELD_OUT, TRUTH, weighted=weighted)
    assert [moment.step for moment in moments] == list(STEPS_SHOWN)
    weight = {True: 9.0 if weighted else 1.0, False: 1.0}
    total = np.where(y, weight[True], 1).sum()
    theirs = LogisticRegression(C=1 / (DECAY * total), class_weight=weight, tol=1e-8).fit(x, y)
    said = theirs.predict_proba(HELD_OUT)[:, 1]
    np.testing.assert_allclose(moments[-1].scores, said, atol=0.02)
    assert moments[-1].loss == pytest.approx(log_loss(TRUTH, moments[-1].scores))
    assert moments[0].loss == pytest.approx(np.log(2))


def test_over_five_training_sets_both_remedies_raise_f1_and_one_costs_calibration() -> None:
    rows = compared(TRAIN.features, ILL, HELD_OUT, TRUTH, prevalence=0.1, count=600, seeds=5)
    assert [outcome.remedy for outcome in rows[0]] == list(REMEDIES)
    f1, auc, ece = (
        np.array([[getattr(outcome, key) for outcome in row] for row in rows])
        for key in ("f1", "auc", "ece")
    )
    assert (f1[:, 1:] > f1[:, :1]).all()  # in each of the five
    assert np.abs(f1[:, 1] - f1[:, 2]).mean() < 0.06
    np.testing.assert_array_equal(auc[:, 0], auc[:, 2])  # the same head
    assert np.abs(auc[:, 1] - auc[:, 0]).max() < 0.03
    assert (ece[:, 1] > 5 * ece[:, 0]).all()
