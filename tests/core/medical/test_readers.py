"""Simulated readers, against scikit-learn's F1 and what normal curves predict."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm
from sklearn.metrics import f1_score

from dlviz.core.medical.bootstrap import drawn, paired_f1
from dlviz.core.medical.paper import DIFFERENCE, TABLE
from dlviz.core.medical.readers import (
    Board,
    Duel,
    agreement,
    by_all,
    by_the_others,
    disagreement,
    duel,
    f1_of,
    read,
)


@pytest.mark.parametrize("factor", [1, 4])
@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_both_have_the_papers_f1_however_alike_they_err(alike: float, factor: int) -> None:
    calls, truth = duel(Duel().times(factor), alike, seed=3)
    found = [f1_score(truth, said) for said in calls]
    assert f1_of(calls, truth) == pytest.approx(found)
    assert found == pytest.approx([TABLE["mean"].f1, TABLE["chexnet"].f1], abs=0.001)
    assert calls.shape == (2, 420 * factor)


@pytest.mark.parametrize(("alike", "without_0"), [(0.0, 0), (0.8, 20), (1.0, 100)])
def test_the_page_says_in_how_many_samples_the_difference_excludes_0(
    alike: float, without_0: int
) -> None:
    """The page opens on a sample that shows it early; most others need more alike errors."""
    often = drawn(420, seed=0)
    pairs = [paired_f1(*duel(Duel(), alike, seed=seed), often) for seed in range(100)]
    assert sum(bool(pair.paired[0] > 0) for pair in pairs) == without_0


def test_how_alike_they_err_is_how_far_their_mistakes_correlate() -> None:
    """Over the well: calls are cut from two normal errors, as the normal law says."""
    shares = np.array([95, 60]) / 336  # of the well, who is called ill
    limits = norm.ppf(1 - shares)
    for alike in (0.0, 0.5, 1.0):
        calls, truth = duel(Duel().times(40), alike, seed=0)
        rho = np.sin(alike * np.pi / 2)
        cut = multivariate_normal(cov=[[1, rho], [rho, 1]], allow_singular=True)
        both = cut.cdf(-limits)
        known = (both - shares.prod()) / np.sqrt((shares * (1 - shares)).prod())
        assert np.corrcoef(calls[:, ~truth])[0, 1] == pytest.approx(known, abs=0.02)


def test_the_difference_narrows_and_the_readers_own_intervals_stay() -> None:
    often = drawn(420, seed=0)
    pairs = [paired_f1(*duel(Duel(), alike, seed=1), often) for alike in (0.0, 0.5, 1.0)]
    widths = [np.diff(pair.paired)[0] for pair in pairs]
    assert widths[0] > 1.25 * widths[1] > 1.25**2 * widths[2]
    own = np.array([np.diff(pair.intervals, axis=0)[0] for pair in pairs])
    assert np.ptp(own, axis=0).max() < 0.02
    assert pairs[0].paired[0] < 0 < pairs[2].paired[0]
    (_, high), (low, _) = pairs[2].intervals.T
    assert low < high  # and still they overlap


def test_the_table_is_the_lectures() -> None:
    """Slide “Medical Image Classification”, and the paper's paired difference."""
    rows = [(row.f1, row.low, row.high) for row in TABLE.values()]
    assert rows == [
        (0.383, 0.309, 0.453), (0.356, 0.282, 0.428), (0.365, 0.291, 0.435),
        (0.442, 0.390, 0.492), (0.387, 0.330, 0.442), (0.435, 0.387, 0.481),
    ]  # fmt: skip
    assert np.mean([row[0] for row in rows[:4]]) == pytest.approx(TABLE["mean"].f1, abs=0.001)
    assert TABLE["radiologist_4"].f1 > TABLE["chexnet"].f1
    assert TABLE["mean"].high > TABLE["chexnet"].low  # they overlap
    assert DIFFERENCE == (0.051, 0.005, 0.084)


@pytest.mark.parametrize("noise", [0.0, 0.7])
def test_agreement_is_scikit_learns_f1_either_way_round(noise: float) -> None:
    calls, program, _ = read(Board(pictures=300, shared=0.3), noise, seed=2)
    table = agreement(calls)
    for row, said in enumerate(calls):
        for column, judge in enumerate(calls):
            assert table[row, column] == pytest.approx(f1_score(judge, said))
    np.testing.assert_array_equal(table, table.T)
    others = [np.mean([table[r, s] for s in range(4) if s != r]) for r in range(4)]
    assert by_the_others(calls) == pytest.approx(others)
    assert by_all(calls, program) == pytest.approx(np.mean([f1_score(j, program) for j in calls]))
    pairs = [(calls[r] != calls[s]).mean() for r in range(4) for s in range(r)]
    assert disagreement(calls) == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize("shared", [0.0, 0.6])
def test_a_readers_mistakes_are_what_the_normal_curve_says(shared: float) -> None:
    calls, _, truth = read(Board(pictures=40_000, shared=shared), 0.8, seed=0)
    assert (calls != truth).mean(1) == pytest.approx(norm.cdf(-1 / 0.8), abs=0.005)


def test_sharing_an_error_raises_agreement_and_not_the_truth() -> None:
    alone = read(Board(pictures=20_000, shared=0.0), 0.8, seed=1)
    alike = read(Board(pictures=20_000, shared=0.8), 0.8, seed=1)
    assert by_the_others(alike[0]).mean() > by_the_others(alone[0]).mean() + 0.08
    known = [f1_of(calls, truth).mean() for calls, _, truth in (alone, alike)]
    assert known[1] == pytest.approx(known[0], abs=0.01)


def test_whoever_knows_the_truth_is_judged_by_the_readers_mistakes() -> None:
    calls, program, truth = read(Board(pictures=20_000), 0.8, seed=1)
    np.testing.assert_array_equal(program, truth)  # nothing is shared: what is common is the truth
    assert by_all(calls, program) == pytest.approx(f1_of(calls, truth).mean())
    assert by_the_others(calls).mean() < by_all(calls, program) < 0.9


def test_what_is_no_simulation_gets_one_sentence() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        duel(Duel(), 1.5, seed=0)
    with pytest.raises(ValueError, match="from 0 to 1"):
        read(Board(shared=2), 1, seed=0)
