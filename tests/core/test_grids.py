"""The drawn grids: the lecture's by hand, the others by what they are for."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image
from scipy.signal import convolve2d, correlate2d

from dlviz.core.grids import COLOURED, SHAPES, shrink

DRAWN = {grid.name: grid for grid in (*SHAPES, *COLOURED)}
SIZES = range(3, 17)


def plane(name: str, size: int = 7) -> np.ndarray:
    return DRAWN[name].at(size)[0]


def test_the_lectures_grid():
    rows = ["".join(str(int(value)) for value in row) for row in plane("lecture")]
    assert rows == ["0111000", "0011100", "0001110", "0001100", "0011000", "0110000", "1100000"]
    with pytest.raises(ValueError, match="always 7×7"):
        DRAWN["lecture"].at(8)


@pytest.mark.parametrize("size", SIZES)
def test_the_others_are_what_their_names_say(size):
    impulse, edge = plane("impulse", size), plane("edge", size)
    assert impulse.sum() == 1
    assert impulse[(size - 1) // 2, (size - 1) // 2] == 1
    assert set(edge.ravel()) == {0, 1}
    assert np.count_nonzero(np.diff(edge, axis=1)) == size
    assert np.count_nonzero(np.diff(edge, axis=0)) == 0
    assert edge[0, 0] < edge[0, -1]
    checkerboard, ramp = plane("checkerboard", size), plane("ramp", size)
    assert (np.abs(np.diff(checkerboard, axis=0)) == 1).all()
    assert (np.abs(np.diff(checkerboard, axis=1)) == 1).all()
    assert (np.diff(ramp, axis=1) == 1).all()
    assert (np.diff(ramp, axis=0) == 0).all()


def test_an_impulse_shows_the_kernel_turned_or_upright():
    kernel = np.arange(9.0).reshape(3, 3)
    seen = correlate2d(plane("impulse"), kernel, "valid")[1:4, 1:4]
    assert (seen == kernel[::-1, ::-1]).all()
    assert (convolve2d(plane("impulse"), kernel, "valid")[1:4, 1:4] == kernel).all()


@pytest.mark.parametrize("size", SIZES)
def test_the_letter_differs_from_its_flips_and_turns(size):
    letter = plane("letter", size)
    assert set(letter.ravel()) == {0, 1}
    turned = [letter, letter[::-1], letter[:, ::-1], letter[::-1, ::-1]]
    if size > 3:
        turned += [flipped.T for flipped in turned]
    for one, other in itertools.combinations(turned, 2):
        assert (one != other).any()


@pytest.mark.parametrize("size", SIZES)
def test_two_colours_have_an_edge_that_grey_does_not_see(size):
    colours = DRAWN["colours"].at(size, channels=3)
    red, green, blue = colours
    assert ((red > 0) == (green == 0)).all()
    assert (blue == 0).all()
    assert (colours.sum(axis=0) == colours.sum(axis=0)[0, 0]).all()
    assert np.count_nonzero(np.diff(red, axis=1)) == size
    assert (DRAWN["colours"].at(size) == colours.mean(axis=0)).all()


def test_random_numbers_are_whole_and_belong_to_their_seed():
    draw = DRAWN["random"].at
    numbers = draw(16, seed=4, channels=3)
    assert set(numbers.ravel()) == set(range(10))
    assert (numbers == draw(16, seed=4, channels=3)).all()
    assert (numbers != draw(16, seed=5, channels=3)).any()
    assert (numbers[0] != numbers[1]).any()
    assert (draw(16, seed=4) == numbers[:1]).all()
    state = np.random.get_state()[1].copy()
    draw(5)
    assert (np.random.get_state()[1] == state).all(), "the global generator is left alone"


@pytest.mark.parametrize("shape", [(28, 28), (30, 41), (16, 3), (5, 5)])
@pytest.mark.parametrize("size", [3, 5, 7, 16])
def test_shrinking_is_the_mean_over_each_area(shape, size):
    picture = np.random.default_rng(3).integers(0, 256, (*shape, 3), dtype=np.uint8)
    shrunk = shrink(picture, size)
    fine = picture.repeat(size, axis=0).repeat(size, axis=1)  # now every border is a whole one
    blocks = fine.reshape(size, shape[0], size, shape[1], 3)
    np.testing.assert_allclose(shrunk, blocks.mean(axis=(1, 3)), atol=1e-9)
    np.testing.assert_allclose(shrink(picture[..., 0], size), shrunk[..., 0])


@pytest.mark.parametrize("size", [4, 7, 14])
def test_shrinking_is_pillows_box_filter_where_the_areas_are_whole(size):
    picture = np.random.default_rng(4).random((28, 28)).astype(np.float32)
    expected = Image.fromarray(picture).resize((size, size), Image.Resampling.BOX)
    np.testing.assert_allclose(shrink(picture, size), np.asarray(expected), atol=1e-5)
