"""A drawing is moved to the middle, whole, as MNIST's digits are."""

import numpy as np
import pytest
import torch

from dlviz.core.centring import centred
from dlviz.io.datasets import held_out


def mass_centre(pixels):
    ink = pixels[0].numpy().astype(float)
    rows, columns = np.indices(ink.shape)
    return (rows * ink).sum() / ink.sum(), (columns * ink).sum() / ink.sum()


@pytest.mark.parametrize("seed", range(6))
def test_no_other_shift_that_loses_no_ink_is_nearer_to_the_middle(seed):
    draw = np.random.default_rng(seed)
    pixels = torch.zeros(1, 28, 28, dtype=torch.uint8)
    top, left, height, width = draw.integers(0, 8), draw.integers(8, 18), 12, draw.integers(3, 10)
    pixels[0, top : top + height, left : left + width] = torch.from_numpy(
        draw.integers(1, 256, (height, width)).astype(np.uint8)
    )
    found = centred(pixels)
    assert sorted(found.flatten().tolist()) == sorted(pixels.flatten().tolist())
    every = []
    for down in range(-top, 28 - top - height + 1):
        for right in range(-left, 28 - left - width + 1):
            row, column = mass_centre(torch.roll(pixels, (int(down), int(right)), (1, 2)))
            every.append((row - 13.5) ** 2 + (column - 13.5) ** 2)
    row, column = mass_centre(found)
    assert (row - 13.5) ** 2 + (column - 13.5) ** 2 == pytest.approx(min(every))


def test_mnist_is_as_it_says_and_is_left_about_where_it_is():
    pixels, _ = held_out("mnist")
    moved = [
        max(abs(a - b) for a, b in zip(mass_centre(one), mass_centre(centred(one)), strict=True))
        for one in pixels[:50]
    ]
    assert max(moved) <= 1


def test_an_empty_sheet_and_ink_at_the_edge_stay():
    assert not centred(torch.zeros(1, 28, 28, dtype=torch.uint8)).any()
    full = torch.ones(1, 28, 28, dtype=torch.uint8)
    full[0, :14] = 255
    assert torch.equal(centred(full), full)
