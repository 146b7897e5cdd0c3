"""Every kernel of the registry has the property that it is named for."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import ndimage

from dlviz.core.kernels import KERNELS

IMAGE = np.random.default_rng(0).normal(size=(12, 12))


def by_scipy(name: str) -> np.ndarray:
    return ndimage.correlate(IMAGE, KERNELS[name].array, mode="reflect")


@pytest.mark.parametrize("name", KERNELS)
def test_every_entry_is_complete(name):
    kernel = KERNELS[name]
    assert kernel.name == name
    assert kernel.title
    assert kernel.what.endswith(".")
    assert "\n" not in kernel.what
    assert kernel.array.ndim == 2
    assert kernel.array.dtype == np.float64
    assert np.isfinite(kernel.array).all()
    assert hash(kernel) == hash(KERNELS[name])
    with pytest.raises(AttributeError):
        kernel.values = ()  # type: ignore[misc]


def test_what_must_be_there_is_there():
    wanted = [
        "x",
        "identity",
        "laplacian",
        "sobel_x",
        "sobel_y",
        "sharpen",
        "box",
        "gaussian",
        "emboss",
    ]
    assert set(wanted) <= set(KERNELS)


def test_the_lectures_two_kernels():
    assert KERNELS["x"].values == ((1, 0, 1), (0, 1, 0), (1, 0, 1))
    assert KERNELS["laplacian"].values == ((0, 1, 0), (1, -4, 1), (0, 1, 0))


def test_against_scipys_own_filters():
    np.testing.assert_allclose(by_scipy("identity"), IMAGE)
    np.testing.assert_allclose(by_scipy("laplacian"), ndimage.laplace(IMAGE))
    np.testing.assert_allclose(by_scipy("sobel_x"), ndimage.sobel(IMAGE, axis=1))
    np.testing.assert_allclose(by_scipy("sobel_y"), ndimage.sobel(IMAGE, axis=0))
    np.testing.assert_allclose(by_scipy("box"), ndimage.uniform_filter(IMAGE, 3), atol=1e-12)
    np.testing.assert_allclose(by_scipy("sharpen"), IMAGE - ndimage.laplace(IMAGE))


@pytest.mark.parametrize("name", ["box", "gaussian", "identity", "sharpen", "emboss"])
def test_brightness_is_kept(name):
    assert KERNELS[name].array.sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["laplacian", "sobel_x", "sobel_y"])
def test_a_flat_picture_gives_nothing(name):
    assert KERNELS[name].array.sum() == 0


def test_a_half_turn_makes_sobel_its_own_negative_and_leaves_the_lectures_kernel():
    sobel, x = KERNELS["sobel_x"].array, KERNELS["x"].array
    assert (sobel[::-1, ::-1] == -sobel).all()
    assert (x[::-1, ::-1] == x).all()


def test_kernels_and_grids_do_not_import_torch():
    code = "import sys, dlviz.core.kernels, dlviz.core.grids; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
