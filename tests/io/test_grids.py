"""The one registry of grids, and those that come from files."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dlviz.io.assets import read_arrays
from dlviz.io.grids import GRIDS, _crop
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph


def sizes(name: str) -> list[int]:
    return [GRIDS[name].fixed] if GRIDS[name].fixed else list(range(3, 17))


def test_the_visible_order():
    assert list(GRIDS) == [
        "lecture",
        "impulse",
        "edge",
        "checkerboard",
        "ramp",
        "letter",
        "blank",
        "digit",
        "photograph",
        "colours",
        "random",
    ]


@pytest.mark.parametrize("name", GRIDS)
def test_every_entry_at_every_size_in_grey_and_colour(name):
    grid = GRIDS[name]
    assert grid.name == name
    assert grid.what.endswith(".")
    assert "\n" not in grid.what
    assert grid.natural in sizes(name)
    for size in sizes(name):
        for channels in (1, 3):
            planes = grid.at(size, seed=3, channels=channels)
            assert planes.shape == (channels, size, size)
            assert planes.dtype == np.float64
            assert (planes == np.round(planes)).all()
            assert planes.min() >= 0
            assert planes.max() <= (size - 1 if name == "ramp" else 9)
            kept = planes.copy()
            planes += 1
            assert (grid.at(size, seed=3, channels=channels) == kept).all()
        assert bool(np.ptp(kept, axis=0).any()) is grid.coloured
    other = [grid.at(grid.natural, seed=seed) for seed in (0, 1, 9999)]
    assert (other[0] != other[1]).any() == grid.seeded
    assert (other[0] != other[2]).any() == grid.seeded


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"size": 2}, "3 to 16 rows|always 7×7"),
        ({"size": 17}, "3 to 16 rows|always 7×7"),
        ({"seed": -1}, "0 to 9999"),
        ({"seed": 10_000}, "0 to 9999"),
        ({"channels": 2}, "1 or 3 channels"),
    ],
)
def test_what_is_not_there_is_refused_in_one_sentence(name, wrong, words):
    given = {"size": 7, **wrong}
    with pytest.raises(ValueError, match=words) as caught:
        GRIDS[name].at(**given)
    assert str(caught.value).count(".") == 1


@pytest.mark.parametrize("size", [4, 7, 14])
@pytest.mark.parametrize("seed", [0, 1, 2005])
def test_a_digit_is_a_held_out_one_averaged_down(size, seed):
    (pixels,) = read_arrays("mnist.npz", "test_pixels")
    picture = Image.fromarray(pixels[seed % 2000].astype(np.float32))
    exact = np.asarray(picture.resize((size, size), Image.Resampling.BOX)) * 9 / 255
    digit = GRIDS["digit"].at(size, seed=seed)[0]
    assert np.abs(digit - exact).max() <= 0.5 + 1e-5
    assert digit.max() >= 3


@pytest.mark.parametrize("seed", range(16))
def test_a_piece_is_cut_out_of_the_photograph_that_the_seed_names(seed):
    photograph = load_photograph(list(PHOTOGRAPHS)[seed % len(PHOTOGRAPHS)])
    crop = _crop(seed)
    side = len(crop)
    corners = np.argwhere((photograph == crop[0, 0]).all(axis=2))
    assert any(
        np.array_equal(photograph[top : top + side, left : left + side], crop)
        for top, left in corners
    )
    fine = crop.repeat(12, axis=0).repeat(12, axis=1)
    exact = fine.reshape(12, side, 12, side, 3).mean(axis=(1, 3)) * 9 / 255
    shown = GRIDS["photograph"].at(12, seed=seed, channels=3)
    assert np.abs(shown - exact.transpose(2, 0, 1)).max() <= 0.5 + 1e-9
    grey = GRIDS["photograph"].at(12, seed=seed)[0]
    assert np.abs(grey - exact.mean(axis=2)).max() <= 0.5 + 1e-9


def test_the_pieces_are_worth_seeing():
    """The best of several places: livelier than a place taken by chance."""
    rng = np.random.default_rng(0)
    chosen, by_chance = [], []
    for seed in range(40):
        photograph = load_photograph(list(PHOTOGRAPHS)[seed % len(PHOTOGRAPHS)])
        crop = _crop(seed)
        top, left = (rng.integers(0, n - len(crop) + 1) for n in photograph.shape[:2])
        other = photograph[top : top + len(crop), left : left + len(crop)]
        chosen.append(crop.std())
        by_chance.append(other.std())
    assert np.median(chosen) > 1.4 * np.median(by_chance)
    first = GRIDS["photograph"].at(12)
    assert np.ptp(first) >= 5
