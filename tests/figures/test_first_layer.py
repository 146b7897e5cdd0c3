"""The first layer's filters as pictures: colours, marks and words against numbers by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlviz.figures.colours import SIGNED
from dlviz.figures.first_layer import DEAD_MARK, bank


def weights(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def test_on_one_scale_grey_is_zero_and_a_weak_filter_looks_weak() -> None:
    given = weights(6, 3, 7, 7)
    given[2] *= 0.1
    found = bank(given)
    expected = np.clip(given.permute(0, 2, 3, 1).numpy() / (2 * found.limit) + 0.5, 0, 1) * 255
    assert np.abs(found.pictures - expected).max() <= 0.51
    assert np.abs(found.pictures[2].astype(int) - 127).max() < 30


def test_each_on_its_own_scale_a_dead_filter_looks_vivid_and_that_is_said() -> None:
    given = weights(6, 3, 7, 7)
    given[2] *= 1e-4
    found = bank(given, own_scale=True)
    for picture, filter_ in zip(found.pictures, given, strict=True):
        numbers = filter_.permute(1, 2, 0).numpy()
        expected = (numbers / np.abs(numbers).max() / 2 + 0.5) * 255
        assert np.abs(picture - expected).max() <= 0.51
    assert found.marks[2] == DEAD_MARK
    assert "as vivid as a strong one" in found.words
    assert "1 of 6 is dead" in found.words


def test_grey_filters_use_the_signed_scale_of_the_theme() -> None:
    given = torch.zeros(4, 1, 3, 3)
    given[:, 0, 0, 0], given[:, 0, 2, 2] = 1.0, -1.0
    for theme in ("light", "dark"):
        found = bank(given, theme=theme)
        assert tuple(found.pictures[0, 0, 0]) == tuple(SIGNED[theme][-1])
        assert tuple(found.pictures[0, 2, 2]) == tuple(SIGNED[theme][0])


def test_twins_share_a_letter_and_are_named() -> None:
    given = weights(6, 3, 5, 5)
    given[4] = 2 * given[1]
    given[5] = 0.5 * given[3]
    found = bank(given)
    assert found.marks == ("", "A", "", "B", "A", "B")
    assert "4 look like another one (same letter, 2 groups)" in found.words
    assert "most like filter 1, 100" in found.names[4]


def test_a_healthy_layer_is_said_to_be_healthy() -> None:
    assert "None is dead, no two look the same" in bank(weights(8, 3, 7, 7)).words


def test_filters_of_one_size_are_not_compared_by_a_factor() -> None:
    signs = torch.where(
        torch.rand(6, 3, 5, 5, generator=torch.Generator().manual_seed(1)) < 0.5, -1.0, 1.0
    )
    assert "the strongest is no larger than the median." in bank(signs).words
    signs[0] *= 3
    assert "the strongest has 3.0 times the median’s size." in bank(signs).words


def test_filters_of_a_deeper_layer_are_no_pictures() -> None:
    with pytest.raises(ValueError, match="1 or 3 channels"):
        bank(weights(4, 16, 3, 3))
