"""Every kernel of the registry has the property that it is named for, at every size."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from scipy import ndimage
from scipy.signal import correlate2d

from dlviz.core.kernels import KERNELS

IMAGE = np.random.default_rng(0).normal(size=(12, 12))
ENTRIES = [(name, size) for name, kernel in KERNELS.items() for size in range(kernel.least, 8)]
STENCILS = [name for name, kernel in KERNELS.items() if kernel.least > 1]
SIZES = range(1, 8)


def by_scipy(name: str, size: int = 3) -> np.ndarray:
    return ndimage.correlate(IMAGE, KERNELS[name].at(size), mode="reflect")


def by_torch(weights: np.ndarray) -> np.ndarray:
    """The output of torch's own "same", whose even kernels reach one pixel further at the end."""
    image, kernel = torch.from_numpy(IMAGE), torch.from_numpy(weights)
    output = torch.nn.functional.conv2d(image[None, None], kernel[None, None], padding="same")
    return output[0, 0].numpy()


@pytest.mark.parametrize(("name", "size"), ENTRIES)
def test_every_entry_at_every_size(name, size):
    weights = KERNELS[name].at(size)
    assert weights.shape == (size, size)
    assert weights.dtype == np.float64
    assert np.isfinite(weights).all()
    kept = weights.copy()
    weights += 1
    assert (KERNELS[name].at(size) == kept).all(), "the array is the caller's own"


@pytest.mark.parametrize("name", KERNELS)
def test_every_entry_says_what_it_does_and_refuses_other_sizes(name):
    kernel = KERNELS[name]
    assert kernel.name == name
    assert kernel.what.endswith(".")
    assert "\n" not in kernel.what
    assert kernel.least <= kernel.natural <= 7
    for size in (kernel.least - 1, 8, -1):
        with pytest.raises(ValueError, match=f"size from {kernel.least} to 7") as caught:
            kernel.at(size)
        assert kernel.title in str(caught.value)
    with pytest.raises(AttributeError):
        kernel.title = ""  # type: ignore[misc]


def test_the_visible_order():
    assert list(KERNELS) == [
        "x",
        "identity",
        "laplacian",
        "laplacian8",
        "sobel_x",
        "sobel_y",
        "prewitt_x",
        "prewitt_y",
        "scharr_x",
        "scharr_y",
        "sharpen",
        "unsharp",
        "box",
        "gaussian",
        "motion",
        "emboss",
        "gabor",
        "ones",
        "roberts",
    ]


def test_the_lectures_two_kernels():
    assert KERNELS["x"].at(3).tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    assert KERNELS["laplacian"].at(3).tolist() == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]


def test_against_scipys_own_filters():
    np.testing.assert_allclose(by_scipy("laplacian"), ndimage.laplace(IMAGE))
    np.testing.assert_allclose(by_scipy("sobel_x"), ndimage.sobel(IMAGE, axis=1))
    np.testing.assert_allclose(by_scipy("sobel_y"), ndimage.sobel(IMAGE, axis=0))
    np.testing.assert_allclose(by_scipy("prewitt_x"), ndimage.prewitt(IMAGE, axis=1))
    np.testing.assert_allclose(by_scipy("prewitt_y"), ndimage.prewitt(IMAGE, axis=0))
    np.testing.assert_allclose(by_scipy("sharpen"), IMAGE - ndimage.laplace(IMAGE))
    neighbours = 9 * (ndimage.uniform_filter(IMAGE, 3) - IMAGE)
    np.testing.assert_allclose(by_scipy("laplacian8"), neighbours, atol=1e-12)
    smoothed = ndimage.correlate1d(IMAGE, [3, 10, 3], axis=0)
    np.testing.assert_allclose(by_scipy("scharr_x"), ndimage.correlate1d(smoothed, [-1, 0, 1]))
    assert (KERNELS["scharr_y"].at(3) == KERNELS["scharr_x"].at(3).T).all()
    crosswise = correlate2d(IMAGE, KERNELS["roberts"].at(2), "valid")
    np.testing.assert_allclose(crosswise, IMAGE[:-1, :-1] - IMAGE[1:, 1:])


@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_the_sizes_with_a_middle_against_scipy(size):
    np.testing.assert_allclose(by_scipy("identity", size), IMAGE)
    np.testing.assert_allclose(
        by_scipy("box", size), ndimage.uniform_filter(IMAGE, size), atol=1e-12
    )
    blurred = by_scipy("gaussian", size)
    np.testing.assert_allclose(by_scipy("unsharp", size), IMAGE + (IMAGE - blurred))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_made_for_any_size_is_so_at_every_size(size):
    row = np.ones(1)
    for _ in range(size - 1):
        row = np.convolve(row, [0.5, 0.5])  # a Gaussian is what averaging two, often, comes to
    np.testing.assert_allclose(KERNELS["gaussian"].at(size), np.outer(row, row))
    np.testing.assert_allclose(KERNELS["box"].at(size) * size**2, np.ones((size, size)))
    assert (KERNELS["ones"].at(size) == 1).all()
    cross = KERNELS["x"].at(size)
    assert cross.sum() == 2 * size - size % 2
    assert (np.diag(cross) == 1).all()
    assert (np.diag(cross[::-1]) == 1).all()
    moved = correlate2d(IMAGE, KERNELS["motion"].at(size), "valid")
    steps = [IMAGE[k : 13 - size + k, k : 13 - size + k] for k in range(size)]
    np.testing.assert_allclose(moved, np.mean(steps, axis=0))


def test_the_usual_gaussian_is_the_binomial_one():
    assert (KERNELS["gaussian"].at(3) * 16).tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("size", SIZES)
def test_even_kernels_have_their_middle_where_same_padding_puts_it(size):
    np.testing.assert_allclose(by_torch(KERNELS["identity"].at(size)), IMAGE)
    blurred = by_torch(KERNELS["gaussian"].at(size))
    np.testing.assert_allclose(by_torch(KERNELS["unsharp"].at(size)), 2 * IMAGE - blurred)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("name", STENCILS)
def test_zeros_around_a_stencil_change_nothing(name):
    small = by_torch(KERNELS[name].at(KERNELS[name].least))
    for size in range(KERNELS[name].least + 1, 8):
        np.testing.assert_allclose(by_torch(KERNELS[name].at(size)), small, atol=1e-12)


KEEPING = ["identity", "sharpen", "unsharp", "box", "gaussian", "motion", "emboss"]
ADDING_UP = ["x", "ones"]


@pytest.mark.parametrize("name", KERNELS)
def test_a_flat_picture_stays_or_vanishes(name):
    for size in range(KERNELS[name].least, 8):
        total = KERNELS[name].at(size).sum()
        if name in ADDING_UP:
            assert total >= size
        else:
            assert total == pytest.approx(1 if name in KEEPING else 0, abs=1e-12)


def test_a_half_turn_makes_sobel_its_own_negative_and_leaves_the_lectures_kernel():
    sobel, x = KERNELS["sobel_x"].at(3), KERNELS["x"].at(3)
    assert (sobel[::-1, ::-1] == -sobel).all()
    assert (x[::-1, ::-1] == x).all()


def test_the_x_answers_loudest_to_an_x_and_to_a_block():
    x = KERNELS["x"].at(3)
    every = (np.arange(512)[:, None] >> np.arange(9) & 1).reshape(512, 3, 3)
    answers = (every * x).sum(axis=(1, 2))
    assert answers.max() == 5
    loudest = {tuple(grid.ravel()) for grid in every[answers == 5]}
    assert {tuple(x.ravel()), (1,) * 9} <= loudest


@pytest.mark.parametrize("size", SIZES)
def test_gabor_is_a_wave_along_one_diagonal_in_hundredths(size):
    weights = KERNELS["gabor"].at(size)
    np.testing.assert_allclose(weights * 100, np.round(weights * 100), atol=1e-9)
    np.testing.assert_allclose(weights, weights.T, atol=1e-12)
    np.testing.assert_allclose(weights, weights[::-1, ::-1], atol=1e-12)
    if size < 3:
        return  # one number without its mean is 0, and four have no room for a wave
    down, across = np.mgrid[:40, :40]
    length = 0.8 * size
    rising, falling = (
        np.cos(2 * np.pi * place / np.sqrt(2) / length) for place in (down + across, down - across)
    )
    loud = [np.abs(correlate2d(s, weights, "valid")).max() for s in (rising, falling)]
    assert loud[0] > 2 * loud[1]
    if size >= 5:
        fine = np.cos(2 * np.pi * (down + across) / np.sqrt(2) / (length / 2))
        assert loud[0] > 2 * np.abs(correlate2d(fine, weights, "valid")).max()


def test_scharr_tells_directions_more_precisely_than_sobel():
    down, across = np.mgrid[:32, :32]
    errors = {}
    for family in ("sobel", "scharr"):
        missed = []
        for angle in np.radians([15, 25, 35]):
            wave = np.sin(2 * np.pi / 7 * (across * np.cos(angle) + down * np.sin(angle)))
            right, below = (
                correlate2d(wave, KERNELS[f"{family}_{axis}"].at(3), "valid") for axis in "xy"
            )
            strong = np.hypot(right, below) > 0.5 * np.hypot(right, below).max()
            missed.append(np.abs(np.arctan(below / right)[strong] - angle).max())
        errors[family] = max(missed)
    assert errors["scharr"] < errors["sobel"] / 3


def test_kernels_grids_and_mixes_do_not_import_torch():
    names = ("kernels", "grids", "mixes")
    code = "".join(f"import dlviz.core.{name};" for name in names)
    code = f"import sys; {code} import dlviz.io.grids; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
