"""Counts, curves and calibration, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from dlviz.core.medical.verdicts import (
    counts_at,
    curves,
    precision_at,
    reliability,
    shifted,
)


def scored(seed: int, *, count: int = 300, levels: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    ill = rng.random(count) < 0.3
    scores = 1 / (1 + np.exp(-rng.normal(1.2 * ill, 1)))
    return (np.round(scores * levels) / levels if levels else scores), ill


@pytest.mark.parametrize("levels", [0, 12])  # with ties, too
@pytest.mark.parametrize("threshold", [0.0, 0.31, 0.5, 0.9])
def test_counts_and_shares_are_scikit_learns(threshold: float, levels: int) -> None:
    scores, ill = scored(1, levels=levels)
    called = scores >= threshold
    found = counts_at(scores, ill, threshold)
    theirs = metrics.confusion_matrix(ill, called, labels=[False, True]).ravel().tolist()
    assert [int(part[0]) for part in (found.tn, found.fp, found.fn, found.tp)] == theirs
    assert found.precision == pytest.approx(metrics.precision_score(ill, called))
    assert found.recall == pytest.approx(metrics.recall_score(ill, called))
    assert found.specificity == pytest.approx(metrics.recall_score(~ill, ~called))
    assert found.f1 == pytest.approx(metrics.f1_score(ill, called))


def test_where_nobody_is_called_ill_precision_is_no_number() -> None:
    scores, ill = scored(1)
    found = counts_at(scores, ill, 1.1)
    assert np.isnan(found.precision[0])
    assert found.f1[0] == found.recall[0] == 0
    assert found.specificity[0] == 1


@pytest.mark.parametrize("levels", [0, 12])
@pytest.mark.parametrize("seed", range(3))
def test_both_curves_are_scikit_learns(seed: int, levels: int) -> None:
    scores, ill = scored(seed, levels=levels)
    found = curves(scores, ill)
    fpr, tpr, at = metrics.roc_curve(ill, scores, drop_intermediate=False)
    np.testing.assert_allclose(found.false_alarms, fpr)
    np.testing.assert_allclose(found.recall, tpr)
    np.testing.assert_allclose(found.thresholds, at)
    precision, recall, _ = metrics.precision_recall_curve(ill, scores)
    np.testing.assert_allclose(found.precision, precision[::-1])
    np.testing.assert_allclose(found.recall, recall[::-1])
    assert found.auc == pytest.approx(metrics.roc_auc_score(ill, scores))
    assert found.average_precision == pytest.approx(metrics.average_precision_score(ill, scores))


def test_the_auc_is_the_chance_that_an_ill_picture_scores_higher() -> None:
    scores, ill = scored(4, levels=12)
    pairs = scores[ill][:, None] - scores[~ill]
    assert curves(scores, ill).auc == pytest.approx((pairs > 0).mean() + (pairs == 0).mean() / 2)


def test_calibration_is_scikit_learns() -> None:
    scores, ill = scored(2)
    found = reliability(scores, ill)
    true, said = calibration_curve(ill, scores, n_bins=10)
    full = found.count > 0
    np.testing.assert_allclose(found.true[full], true)
    np.testing.assert_allclose(found.said[full], said)
    assert found.brier == pytest.approx(metrics.brier_score_loss(ill, scores))
    weights = np.histogram(scores, 10, (0, 1))[0][full] / len(ill)
    assert found.ece == pytest.approx((weights * np.abs(true - said)).sum())


def test_precision_follows_from_the_roc_point_and_the_prevalence() -> None:
    scores, ill = scored(3)
    found = counts_at(scores, ill, 0.5)
    recall, alarms = float(found.recall[0]), 1 - float(found.specificity[0])
    assert precision_at(recall, alarms, ill.mean()) == pytest.approx(float(found.precision[0]))
    assert precision_at(0.8, 0.1, 0.02) == pytest.approx(0.016 / (0.016 + 0.098))


def test_another_prevalence_moves_the_log_odds_and_keeps_the_order() -> None:
    """Exact for a known likelihood: N(0, 1) and N(1.5, 1), whose posterior is a logistic curve."""
    rng = np.random.default_rng(0)
    seen = np.concatenate([rng.normal(1.5, 1, 4_000), rng.normal(0, 1, 36_000)])
    ill = np.arange(40_000) < 4_000
    balanced = 1 / (1 + np.exp(-(1.5 * seen - 1.125)))
    moved = shifted(balanced, 0.5, 0.1)
    np.testing.assert_allclose(moved, 1 / (1 + np.exp(-(1.5 * seen - 1.125 + np.log(1 / 9)))))
    assert reliability(moved, ill).ece < 0.01
    assert reliability(balanced, ill).ece > 0.2
    assert curves(moved, ill).auc == pytest.approx(curves(balanced, ill).auc)


@pytest.mark.parametrize(
    ("scores", "ill"),
    [([0.1, 0.2], [True, True]), ([0.1], [True, False]), ([0.1, np.nan], [True, False])],
)
def test_what_has_no_curve_gets_one_sentence(scores: list[float], ill: list[bool]) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        curves(scores, ill)


def test_only_probabilities_can_be_calibrated() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        reliability([-0.5, 1.5], [False, True])
