"""Single numbers as arrays: the same sums, and nobody's to change."""

from __future__ import annotations

import numpy as np
import pytest

from dlviz.core.points.numbers import HALF, ONE, ZERO, scalar


def test_a_scalar_reckons_to_the_last_bit_as_the_number_does() -> None:
    x = np.random.default_rng(0).normal(size=(70, 8))
    for value in (0.1, 1.0 - 0.999, 7, 1e-8):
        assert scalar(value).shape == ()
        assert scalar(value).dtype == np.float64
        np.testing.assert_array_equal(x * scalar(value), x * value)
        np.testing.assert_array_equal(x / scalar(value), x / value)
        np.testing.assert_array_equal(x - scalar(value), x - value)
    assert (float(ZERO), float(HALF), float(ONE)) == (0.0, 0.5, 1.0)


def test_a_scalar_is_shared_and_cannot_be_written() -> None:
    assert scalar(0.25) is scalar(0.25)
    mine = scalar(0.25)
    with pytest.raises(ValueError, match="read-only"):
        mine += 1.0
