"""Shifts against SciPy's correlation, torch's pooling and pictures of one bright pixel."""

import numpy as np
import pytest
import torch
from scipy.ndimage import correlate
from torch.nn import functional as F

from dlviz.core.translation import (
    FURTHEST,
    STRIDES,
    WINDOWS,
    SilentError,
    crop,
    measure,
    pooled,
    response,
    scene,
)
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph

SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
ONE = np.ones((1, 1))


def random(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def by_scipy(picture, kernel, mode="wrap"):
    """SciPy puts the cell [k // 2, k // 2] over the pixel, for even kernels one further than we."""
    origin = [-1 if size % 2 == 0 else 0 for size in kernel.shape]
    return np.maximum(correlate(picture, kernel, mode=mode, cval=0.0, origin=origin), 0.0)


def change(one, other):
    return np.sqrt(((one - other) ** 2).sum() / (other**2).sum())


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 3), (4, 4), (7, 7), (3, 2), (1, 5)])
@pytest.mark.parametrize(("border", "mode"), [("circular", "wrap"), ("zeros", "constant")])
def test_the_map_is_scipys(size, border, mode):
    picture, kernel = random(1, 24, 33), random(2, *size)
    ours = response(picture, kernel, border=border)
    np.testing.assert_allclose(ours, by_scipy(picture, kernel, mode), rtol=0, atol=1e-12)


@pytest.mark.parametrize("window", [1, *WINDOWS])
def test_pooling_is_torchs(window):
    values = random(3, 32, 48)
    theirs = F.max_pool2d(torch.from_numpy(values)[None], window)[0].numpy()
    np.testing.assert_array_equal(pooled(values, window), theirs)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7])
def test_every_line_step_by_step(size):
    wide, kernel = random(4, 32, 32 + FURTHEST), random(size, size, size)
    found = measure(wide, kernel)
    picture = wide[:, FURTHEST:]
    still = by_scipy(picture, kernel)
    for pixels in range(FURTHEST + 1):
        moved = by_scipy(np.roll(picture, pixels, axis=1), kernel)
        for stride in STRIDES:
            one, other = moved[::stride, ::stride], still[::stride, ::stride]
            # All whole shifts of this output, of which the nearest two are the ones to try.
            tried = [change(one, np.roll(other, by, axis=1)) for by in range(one.shape[1])]
            nearest = {pixels // stride, -(-pixels // stride)}
            expected = min(tried[by % one.shape[1]] for by in nearest)
            assert found.follows[stride][pixels] == pytest.approx(expected, abs=1e-12)
        for window in (1, *WINDOWS):
            pool = torch.nn.MaxPool2d(window)
            one, other = (pool(torch.from_numpy(values)[None]).numpy() for values in (moved, still))
            assert found.stays[window][pixels] == pytest.approx(change(one, other), abs=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_what_is_exact_is_zero(size):
    found = measure(random(5, 48, 48 + FURTHEST), random(6, size, size))
    for stride in STRIDES:
        for pixels, miss in enumerate(found.follows[stride]):
            assert (miss == 0.0) is (pixels % stride == 0)
    assert set(found.maximum) == set(found.average) == set(found.inside) == {0.0}
    for window in (1, *WINDOWS):
        assert found.stays[window][0] == 0.0
        assert min(found.stays[window][1:]) > 0.0


@pytest.mark.parametrize("size", [2, 3, 5])
def test_zeros_around_the_picture_disturb_its_border_only(size):
    wide, kernel = random(7, 32, 32 + FURTHEST), random(8, size, size)
    found = measure(wide, kernel)
    still = by_scipy(wide[:, FURTHEST:], kernel, "constant")
    for pixels in (1, 5, FURTHEST):
        moved = by_scipy(wide[:, FURTHEST - pixels : -pixels], kernel, "constant")
        gap = moved[:, pixels:] - still[:, : 32 - pixels]
        expected = np.linalg.norm(gap) / np.linalg.norm(still)
        assert found.bordered[pixels] == pytest.approx(expected, abs=1e-12)
        assert expected > 0.01
    assert found.bordered[0] == 0.0


def test_one_bright_pixel_by_hand():
    wide = np.zeros((16, 16 + FURTHEST))
    wide[4, FURTHEST + 4] = 5.0
    found = measure(wide, ONE)
    # In column 4 of 16: by 1 it stays in its 2×2 window, by 3 in its 8×8 window; by 12 it is back
    # in the first 8 columns, by 16 where it was.
    apart = pytest.approx(np.sqrt(2.0))
    assert found.stays[1] == (0.0, *[apart] * 15, 0.0)
    assert found.stays[2] == (0.0, 0.0, *[apart] * 14, 0.0)
    assert found.stays[8] == (*[0.0] * 4, *[apart] * 8, *[0.0] * 5)
    # A stride of 2 looks at even columns only: shifted to an odd one, all of it is missed.
    assert found.follows[1] == (0.0,) * 17
    assert found.follows[2] == (0.0, 1.0) * 8 + (0.0,)
    assert found.follows[4] == (0.0, 1.0, 1.0, 1.0) * 4 + (0.0,)


def test_a_shipped_photograph_changes_less_when_pooled_but_does_not_stay():
    found = measure(scene(load_photograph("cat")), SOBEL)
    itself, small, large = (found.stays[window][1] for window in (1, *WINDOWS))
    assert [itself, small, large] == pytest.approx([0.815, 0.595, 0.244], abs=0.001)
    assert found.follows[2][1] > 0.5
    assert found.maximum[1] == found.average[1] == 0.0


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_every_photograph_has_a_scene(name):
    photograph = load_photograph(name)
    wide = scene(photograph)
    top, left, side = crop(*photograph.shape[:2])
    assert wide.shape == (side, side + FURTHEST)
    assert side % 16 == 0
    assert side >= 128
    red, green, blue = photograph[top, left].tolist()
    grey = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    assert wide[0, FURTHEST] == pytest.approx(grey)


def test_a_picture_too_small_to_shift_is_refused():
    assert crop(16, 32) == (0, 16, 16)
    for height, width in ((15, 100), (100, 31), (0, 0)):
        with pytest.raises(ValueError, match="16×32 pixels"):
            crop(height, width)


@pytest.mark.parametrize("kernel", [np.zeros((3, 3)), -np.ones((2, 2))])
def test_a_map_of_zeros_cannot_be_compared(kernel):
    with pytest.raises(SilentError, match="nothing is left"):
        measure(np.ones((16, 16 + FURTHEST)), kernel)


def test_a_map_that_no_stride_sees_cannot_be_compared():
    wide = np.zeros((16, 16 + FURTHEST))
    wide[3, FURTHEST + 4] = 5.0
    with pytest.raises(SilentError, match="nothing is left"):
        measure(wide, ONE)
