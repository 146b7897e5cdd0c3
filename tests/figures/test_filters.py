"""First-layer filters: one scale, symmetric about 0, every filter at its place."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.figures.colours import SIGNED, STEPS
from dlviz.figures.filters import FULL, GAP, balanced_columns, filter_wall, first_filters


def cells(wall, shown, columns):
    """The enlarged filters cut out of the composed picture again, one colour a weight."""
    height, width = shown.size
    scale = (shown.picture.shape[1] - GAP) // columns - GAP
    scale //= width
    found = []
    for index in range(shown.count):
        y = GAP + index // columns * (height * scale + GAP)
        x = GAP + index % columns * (width * scale + GAP)
        cell = wall[y : y + height * scale, x : x + width * scale]
        assert cell.shape == (height * scale, width * scale, 3)
        found.append(cell.reshape(height, scale, width, scale, 3).astype(int))
    return found


def random_weights(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_colour_filters_are_pictures_around_grey_on_one_scale():
    weights = random_weights(48, 3, 7, 7)
    weights[5] *= 0.1
    shown = filter_wall(weights)
    limit = np.quantile(weights.abs().numpy().ravel(), FULL)
    assert shown.limit == pytest.approx(limit, rel=1e-5)
    assert (shown.count, shown.size, shown.colour, shown.dead) == (48, (7, 7), True, ())
    expected = np.clip(weights.permute(0, 2, 3, 1).numpy() / (2 * limit) + 0.5, 0, 1) * 255
    for cell, filter_ in zip(cells(shown.picture, shown, 8), expected, strict=True):
        assert np.abs(cell[:, 0, :, 0] - filter_).max() <= 0.51
        assert (cell == cell[:, :1, :, :1]).all()  # hard edges
    weak = cells(shown.picture, shown, 8)[5]
    assert np.abs(weak - 127.5).max() < 30  # a weak filter looks weak


def test_grey_filters_use_the_signed_scale_of_the_theme():
    weights = torch.zeros(8, 1, 5, 5)
    weights[:, 0, 0, 0] = 1.0
    weights[:, 0, 4, 4] = -1.0
    for theme in ("light", "dark"):
        shown = filter_wall(weights, theme=theme)
        assert not shown.colour
        for cell in cells(shown.picture, shown, 4):
            assert tuple(cell[0, 0, 0, 0]) == tuple(SIGNED[theme][-1])
            assert tuple(cell[4, 0, 4, 0]) == tuple(SIGNED[theme][0])
            assert tuple(cell[2, 0, 2, 0]) == tuple(SIGNED[theme][STEPS // 2])


def test_filters_that_are_almost_zero_are_crossed_out_and_only_they():
    weights = random_weights(6, 3, 5, 5)
    weights[2] *= 1e-4
    weights[4] = 0.0
    shown = filter_wall(weights)
    assert shown.dead == (2, 4)
    assert "2 almost zero" in shown.words
    for index, cell in enumerate(cells(shown.picture, shown, 3)):
        assert (cell == cell[:, :1, :, :1]).all() == (index not in (2, 4))


def test_filters_that_are_all_zero_have_a_picture_too():
    shown = filter_wall(torch.zeros(4, 1, 3, 3))
    assert shown.limit == 1.0
    assert shown.dead == ()  # none is weak beside the others


@pytest.mark.parametrize("shape", [(4, 2, 3, 3), (4, 3, 3), (0, 3, 3, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="N×1×h×w or N×3×h×w"):
        filter_wall(torch.zeros(shape))


def test_weights_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        filter_wall(torch.full((4, 3, 3, 3), float("inf")))


def test_columns_leave_no_gap_where_they_need_not():
    assert [balanced_columns(n) for n in (1, 8, 10, 12, 16, 32, 48)] == [1, 4, 5, 4, 4, 8, 8]
    for count in range(1, 513):
        columns = balanced_columns(count)
        rows = -(-count // columns)
        assert columns * rows >= count
        assert (rows - 1) * columns < count
        assert columns <= 3 * rows  # never a ribbon


def test_the_first_convolution_is_found_behind_the_normalisation():
    chain = nn.Sequential(
        OrderedDict(pool=nn.MaxPool2d(2), first=nn.Conv2d(3, 4, 3), second=nn.Conv2d(4, 5, 3))
    )
    model = Classifier(chain, "ab", (0.5,), (0.5,), layers=("first",), input_shape=(3, 9, 9))
    assert torch.equal(first_filters(model), chain.first.weight)
    assert first_filters(nn.Sequential(nn.Flatten(), nn.Linear(3, 2))) is None
