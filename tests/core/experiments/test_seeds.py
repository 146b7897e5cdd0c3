"""Intervals over seeds, against SciPy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from dlviz.core.seeds import MOST_SEEDS, T_95, difference, interval


def test_the_table_is_students() -> None:
    for freedom, value in enumerate(T_95, start=1):
        assert value == pytest.approx(stats.t.ppf(0.975, freedom), abs=5e-5)


@pytest.mark.parametrize("count", [2, 3, 5, MOST_SEEDS])
def test_an_interval_is_scipys(count: int) -> None:
    values = np.random.default_rng(count).normal(3, 2, count)
    found = interval(values.tolist())
    low, high = stats.t.interval(0.95, count - 1, values.mean(), stats.sem(values))
    assert (found.mean, found.low, found.high) == pytest.approx(
        (values.mean(), low, high), abs=1e-3
    )
    assert found.count == count
    assert found.is_known


def test_a_difference_is_the_paired_one_and_not_that_of_two_strangers() -> None:
    one, other = [0.71, 0.82, 0.93], [0.70, 0.80, 0.92]
    found = difference(one, other)
    oracle = stats.ttest_rel(one, other).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx(tuple(oracle), abs=1e-5)
    strangers = stats.ttest_ind(one, other).confidence_interval(0.95)
    assert strangers.high - strangers.low > 10 * (found.high - found.low)


def test_one_value_has_no_interval() -> None:
    found = interval([0.9])
    assert (found.mean, found.count) == (0.9, 1)
    assert not found.is_known
    assert found.sign == 0


@pytest.mark.parametrize(
    ("values", "sign"), [([1, 1.1, 1.2], 1), ([-1, -1.1, -1.2], -1), ([-1, 1, 1.2], 0)]
)
def test_the_sign_is_told_only_where_the_whole_interval_has_it(
    values: list[float], sign: int
) -> None:
    assert interval(values).sign == sign


@pytest.mark.parametrize("count", [0, MOST_SEEDS + 1])
def test_too_few_and_too_many_values_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 20 values"):
        interval([1.0] * count)


def test_pairs_need_a_partner_each() -> None:
    with pytest.raises(ValueError, match="shorter"):
        difference([1.0, 2.0], [1.0])


def test_equal_values_are_a_point() -> None:
    found = interval([0.5, 0.5])
    assert math.isclose(found.low, found.high)
