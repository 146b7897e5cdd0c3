"""Squares of the photographs: as many as said, inside, and cut where they say."""

import numpy as np
import pytest
import torch

from dlviz.io.photo_grid import EACH, boxes, photo_grid
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.io.pictures import fit


@pytest.mark.parametrize(("width", "height"), [(512, 512), (448, 172), (300, 451)])
def test_squares_lie_inside_and_reach_every_corner(width, height):
    found = np.array(list(boxes(width, height)))
    assert found.shape == (24, 4)
    assert EACH == 24
    assert len(np.unique(found, axis=0)) == 24
    sides = found[:, 2:] - found[:, :2]
    assert sides[:, 0] == pytest.approx(sides[:, 1])
    assert sorted(set((sides[:, 0] / min(width, height)).round(6))) == [0.5, 0.75, 1.0]
    assert (found[:, :2].min(), found[:, 2].max(), found[:, 3].max()) == (0, width, height)
    assert (found[:, :2] >= 0).all()


def test_they_are_cut_out_of_the_photograph_they_name():
    pixels, labels = photo_grid(48)
    assert pixels.shape == (24 * len(PHOTOGRAPHS), 3, 48, 48)
    assert pixels.dtype == torch.uint8
    assert labels.tolist() == [n for n in range(len(PHOTOGRAPHS)) for _ in range(24)]
    for number, name in enumerate(PHOTOGRAPHS):
        whole = pixels[24 * number + 23].int()  # the last is the square that ``fit`` cuts
        assert (whole - fit(load_photograph(name), 48).int()).abs().max() <= 1
