"""Changed cells travel in a link and come back as they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.core.edits import EditError, edited, edits_between, rounded

NUMBERS = st.floats(-999, 999, allow_nan=False).map(lambda value: float(f"{value:.12g}"))


@settings(derandomize=True, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 5)),
    changes=st.dictionaries(st.integers(0, 74), NUMBERS, max_size=20),
)
def test_there_and_back_again(shape, changes):
    before = np.arange(np.prod(shape), dtype=np.float64).reshape(shape) / 7
    after = before.copy()
    for cell, value in changes.items():
        after.flat[cell % after.size] = value
    text = edits_between(before, after)
    again = edited(before, text)
    np.testing.assert_allclose(again, after, rtol=6e-12, atol=1e-15)
    assert edits_between(before, again) == text
    assert set(text) <= set("0123456789-+.e*_")
    np.testing.assert_array_equal(before, np.arange(before.size).reshape(shape) / 7)


def test_it_is_short_and_readable():
    before = np.zeros((3, 3))
    after = before.copy()
    after[1, 1], after[2, 0] = 5, -0.5
    assert edits_between(before, after) == "4*5_6*-0.5"
    assert edits_between(before, before) == ""
    assert edited(before, "").tolist() == before.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "9*1",
        "-1*1",
        "0",
        "0*",
        "*1",
        "0*nan",
        "0*inf",
        "0*1e9",
        "0*1000",
        "a*1",
        "0*1__1*2",
        "\x00",
    ],
)
def test_a_strangers_text_is_refused(text):
    with pytest.raises(EditError):
        edited(np.zeros((3, 3)), text)


def test_more_changes_than_cells_are_refused_unread():
    with pytest.raises(EditError, match="more changed cells"):
        edited(np.zeros((2, 2)), "_".join(["0*1"] * 5))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e9, -1000])
def test_no_number_beyond_the_limit(value):
    with pytest.raises(EditError, match="999"):
        rounded(np.array([[value]]))


def test_shapes_must_agree():
    with pytest.raises(EditError):
        edits_between(np.zeros((2, 2)), np.zeros((3, 3)))


def test_a_ninth_stays_a_ninth():
    ninth = edited(np.zeros((1, 1)), edits_between(np.zeros((1, 1)), np.array([[1 / 9]])))
    assert abs(9 * ninth[0, 0] - 1) < 1e-9


def test_a_table_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(EditError, match="1024"):
        rounded(np.full(5_000_000, np.nan))
