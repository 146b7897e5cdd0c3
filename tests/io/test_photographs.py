"""The shipped photographs."""

from __future__ import annotations

import numpy as np
import pytest

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph


@pytest.mark.parametrize("name", list(PHOTOGRAPHS))
def test_each_photograph(name: str) -> None:
    entry, picture = PHOTOGRAPHS[name], load_photograph(name)
    assert picture.dtype == np.uint8
    assert picture.ndim == 3
    assert picture.shape[2] == 3
    assert 160 <= min(picture.shape[:2]) <= max(picture.shape[:2]) <= 512
    assert picture.std() > 10
    assert entry.licence.startswith(("CC0", "public domain"))
    assert ("grey" in entry.what) == bool((np.ptp(picture, axis=2) == 0).all())


def test_a_caller_cannot_change_anothers_picture() -> None:
    first = load_photograph("cat")
    first[:] = 0
    assert load_photograph("cat").mean() > 50


def test_unknown_names_get_the_known_ones() -> None:
    with pytest.raises(ValueError, match="known are cat, coffee"):
        load_photograph("../../secret")
