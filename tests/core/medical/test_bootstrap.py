"""The bootstrap: against a loop over drawn sets with scikit-learn, SciPy's, and its coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score, precision_score, roc_auc_score

from dlviz.core.medical.bootstrap import (
    auc_drawn,
    counts_drawn,
    drawn,
    interval,
    paired_f1,
    share_intervals,
)
from tests.core.medical.test_verdicts import scored


def redrawn(often: np.ndarray) -> list[np.ndarray]:
    """Each drawn set as picture numbers."""
    return [np.repeat(np.arange(len(row)), row.astype(int)) for row in often]


def test_every_set_has_as_many_pictures_as_there_are() -> None:
    often = drawn(50, seed=3, draws=200)
    assert set(often.sum(1).tolist()) == {50.0}
    assert often.mean() == 1
    assert (often == 0).mean() == pytest.approx(np.exp(-1), abs=0.02)  # (1 − 1/n)ⁿ
    np.testing.assert_array_equal(often, drawn(50, seed=3, draws=200))


def test_the_shares_of_each_set_are_scikit_learns() -> None:
    scores, ill = scored(1, count=80)
    often = drawn(80, seed=0, draws=40)
    found = counts_drawn(scores, ill, [0.4, 0.6], often)
    for row, picked in enumerate(redrawn(often)):
        for column, threshold in enumerate((0.4, 0.6)):
            pair = ill[picked], scores[picked] >= threshold
            assert found.f1[row, column] == pytest.approx(f1_score(*pair))
            assert found.precision[row, column] == pytest.approx(precision_score(*pair))


@pytest.mark.parametrize("levels", [0, 8])
def test_the_area_of_each_set_is_scikit_learns(levels: int) -> None:
    scores, ill = scored(1, count=80, levels=levels)
    often = drawn(80, seed=0, draws=20)
    theirs = [roc_auc_score(ill[picked], scores[picked]) for picked in redrawn(often)]
    assert auc_drawn(scores, ill, often) == pytest.approx(theirs)


def test_the_percentiles_are_numpys_without_the_nan() -> None:
    values = np.random.default_rng(0).normal(size=(333, 4, 2))
    values[::7, 1] = np.nan
    values[:, 3] = np.nan
    with np.errstate(all="ignore"):
        known = np.nanpercentile(values[:, :3], [2.5, 97.5], axis=0)
    np.testing.assert_allclose(interval(values)[:, :3], known)
    assert np.isnan(interval(values)[:, 3]).all()


def test_the_interval_is_scipys() -> None:
    """Another generator draws other sets: the ends agree to a fraction of the width."""
    scores, ill = scored(5, count=200)

    def recall(picked: np.ndarray) -> float:
        return (scores[picked] >= 0.6)[ill[picked]].mean()

    theirs = stats.bootstrap(
        (np.arange(200),), recall, n_resamples=2000, method="percentile", vectorized=False,
        random_state=1,
    ).confidence_interval  # fmt: skip
    low, high = share_intervals(scores, ill, [0.6])["recall"][:, 0]
    assert (low, high) == pytest.approx(tuple(theirs), abs=0.12 * (high - low))


def test_the_pair_is_drawn_together() -> None:
    rng = np.random.default_rng(2)
    ill = rng.random(90) < 0.4
    calls = rng.random((2, 90)) < np.where(ill, 0.7, 0.2)
    often = drawn(90, seed=1, draws=50)
    pair = paired_f1(calls, ill, often)
    for row, picked in enumerate(redrawn(often)):
        both = [f1_score(ill[picked], said[picked]) for said in calls]
        assert pair.draws[row] == pytest.approx(both)
    assert pair.f1 == pytest.approx([f1_score(ill, said) for said in calls])
    differences = np.diff(pair.draws, axis=1)[:, 0]
    np.testing.assert_allclose(pair.paired, np.percentile(differences, [2.5, 97.5]))
    assert pair.difference == pytest.approx(pair.f1[1] - pair.f1[0])


def test_ninety_five_of_a_hundred_intervals_hold_the_truth() -> None:
    """Recall 0.75 of a population, 200 samples of it."""
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        ill = np.arange(120) < 80
        scores = np.where(ill, rng.random(120) < 0.75, rng.random(120) < 0.2).astype(float)
        often = drawn(120, seed=seed, draws=200)
        low, high = interval(counts_drawn(scores, ill, [0.5], often).recall)[:, 0]
        held += low <= 0.75 <= high
    assert 0.9 <= held / 200 <= 0.98
