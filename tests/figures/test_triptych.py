"""The three pictures of an attack: one size, true colours."""

import numpy as np
import pytest
import torch

from dlviz.figures.colours import SIGNED, STEPS
from dlviz.figures.triptych import added, enlarged, plain


@pytest.mark.parametrize(("side", "scale"), [(224, 2), (64, 7), (28, 16)])
def test_every_networks_pictures_come_out_at_one_size_with_hard_edges(side, scale):
    picture = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    large = enlarged(picture)
    assert large.shape == (448, 448, 3)
    np.testing.assert_array_equal(large, np.kron(picture, np.ones((scale, scale, 1), np.uint8)))


def test_a_picture_larger_than_the_place_stays_as_it_is():
    assert enlarged(np.zeros((500, 500, 3), np.uint8)).shape == (500, 500, 3)


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_are_shown_as_they_are(channels):
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (channels, 5, 7), generator=generator).to(torch.uint8)
    expected = pixels.expand(3, 5, 7).permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(plain(pixels), expected)


@pytest.mark.parametrize("theme", SIGNED)
def test_what_is_added_is_what_really_changed(theme):
    before = torch.tensor([[[0, 100, 255]]], dtype=torch.uint8).expand(3, 1, 3)
    # Down from black and up from white is not possible: nothing is added there.
    after = torch.tensor([[[0, 104, 255]]], dtype=torch.uint8).expand(3, 1, 3)
    magnified = added(before, after, limit=4 / 255, theme=theme)
    middle, full = SIGNED[theme][STEPS // 2], SIGNED[theme][-1]
    np.testing.assert_array_equal(magnified[0], [middle, full, middle])
    less = added(after, before, limit=4 / 255, theme=theme)
    np.testing.assert_array_equal(less[0, 1], SIGNED[theme][0])

    true_scale = added(before, after, limit=1.0, theme=theme).astype(int)
    assert 0 < np.abs(true_scale[0, 1] - middle).max() <= 8, "hardly to be seen: that is the point"


def test_colour_channels_that_disagree_cancel():
    before = torch.full((3, 1, 1), 100, dtype=torch.uint8)
    after = torch.tensor([106, 94, 100], dtype=torch.uint8).view(3, 1, 1)
    np.testing.assert_array_equal(
        added(before, after, limit=6 / 255)[0, 0], SIGNED["light"][STEPS // 2]
    )
