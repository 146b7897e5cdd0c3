"""A kernel spread over channels: by hand, and against torch's own layers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d

from dlviz.core.kernels import KERNELS
from dlviz.core.mixes import MIXES, filter_bank
from dlviz.io.grids import GRIDS

SOBEL, BOX = KERNELS["sobel_x"].at(3), KERNELS["box"].at(3)


def conv2d(image: np.ndarray, bank: np.ndarray, groups: int = 1) -> np.ndarray:
    given = torch.from_numpy(image)[None], torch.from_numpy(bank)
    return torch.nn.functional.conv2d(*given, groups=groups)[0].numpy()


def test_the_registry():
    weights = {name: mix.weights for name, mix in MIXES.items()}
    assert weights == {
        "all": (1, 1, 1),
        "red": (1, 0, 0),
        "red_green": (1, -1, 0),
        "blue_yellow": (-0.5, -0.5, 1),
    }
    for mix in MIXES.values():
        assert mix.what.endswith(".")


@pytest.mark.parametrize("name", MIXES)
def test_each_filter_adds_up_its_weighted_channels(name):
    mix = MIXES[name]
    image = GRIDS["photograph"].at(12, channels=3)
    bank = filter_bank([SOBEL, BOX], 3, mix)
    assert bank.shape == (2, 3, 3, 3)
    mixed = np.tensordot(mix.weights, image, axes=1)
    expected = [correlate2d(mixed, kernel, "valid") for kernel in (SOBEL, BOX)]
    np.testing.assert_allclose(conv2d(image, bank), expected, atol=1e-12)


@pytest.mark.parametrize("name", MIXES)
def test_depthwise_keeps_the_channels_apart(name):
    mix = MIXES[name]
    image = GRIDS["photograph"].at(12, channels=3)
    bank = filter_bank([SOBEL, BOX], 3, mix, depthwise=True)
    assert bank.shape == (3, 1, 3, 3)
    expected = [
        weight * correlate2d(plane, kernel, "valid")
        for weight, plane, kernel in zip(mix.weights, image, (SOBEL, BOX, SOBEL), strict=True)
    ]
    np.testing.assert_allclose(conv2d(image, bank, groups=3), expected, atol=1e-12)


@pytest.mark.parametrize("depthwise", [False, True])
def test_one_channel_gets_the_kernel_whatever_the_mix(depthwise):
    bank = filter_bank([SOBEL], 1, MIXES["red_green"], depthwise)
    assert np.array_equal(bank, SOBEL[None, None])


@pytest.mark.parametrize("name", ["red_green", "blue_yellow"])
def test_a_mix_of_opposites_does_not_see_grey(name):
    grey = GRIDS["photograph"].at(12)
    bank = filter_bank([SOBEL, BOX], 3, MIXES[name])
    assert np.abs(conv2d(np.repeat(grey, 3, axis=0), bank)).max() < 1e-12


def test_the_kernels_are_copied():
    kernel = SOBEL.copy()
    bank = filter_bank([kernel], 3, MIXES["all"])
    bank += 1
    assert np.array_equal(kernel, SOBEL)


@pytest.mark.parametrize(
    ("kernels", "channels", "words"),
    [
        ([], 3, "at least one kernel"),
        ([SOBEL, np.ones((5, 5))], 3, "all of one size"),
        ([SOBEL], 2, "1 or 3 channels, not 2"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(kernels, channels, words):
    with pytest.raises(ValueError, match=words):
        filter_bank(kernels, channels, MIXES["all"])
