"""Masks: which pixels an attack may change."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.core.attacks import channel, rectangle, sticker

SHAPE = (3, 10, 14)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(top=st.integers(-3, 9), left=st.integers(-3, 13), size=st.integers(4, 20))
def test_a_rectangle_is_its_rows_and_columns(top, left, size) -> None:
    mask = rectangle(SHAPE, top, left, size, size + 1)
    assert mask.dtype == torch.bool
    assert mask.shape == SHAPE
    for row in range(10):
        for column in range(14):
            inside = top <= row < top + size and left <= column < left + size + 1
            assert mask[:, row, column].tolist() == [inside] * 3


def test_a_channel_is_one() -> None:
    mask = channel(SHAPE, 1)
    assert mask.dtype == torch.bool
    assert mask.flatten(1).float().mean(dim=1).tolist() == [0, 1, 0]


def test_a_sticker_is_a_disk() -> None:
    mask = sticker((1, 7, 7), (3, 3), 2)
    rows = ["".join(".#"[int(one)] for one in row) for row in mask[0]]
    assert rows == [".......", "...#...", "..###..", ".#####.", "..###..", "...#...", "......."]
    big = sticker((3, 200, 200), (100, 100), 60)
    assert big.dtype == torch.bool
    assert big.sum().item() / 3 == pytest.approx(torch.pi * 60**2, rel=0.01)
    assert sticker(SHAPE, (0, 0), 1).sum() == 9  # a quarter of it


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: rectangle(SHAPE, 10, 0, 5, 5), "a pixel of the 10×14 picture"),
        (lambda: rectangle(SHAPE, 0, 0, 0, 5), "must cover"),
        (lambda: channel(SHAPE, 3), "from 0 to 2"),
        (lambda: channel(SHAPE, -1), "from 0 to 2"),
        (lambda: sticker(SHAPE, (50, 50), 3), "must cover"),
        (lambda: sticker(SHAPE, (5, 5), -1), "must cover"),
        (lambda: rectangle((10, 14), 0, 0, 1, 1), "channels, height, width"),
    ],
)
def test_a_mask_of_nothing_is_refused(make, words) -> None:
    with pytest.raises(ValueError, match=words):
        make()
