"""A saved picture comes back as it was: nothing is resized, cropped or mixed."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.io.pictures import PictureError, fit
from dlviz.io.saved import read_saved


def stored(pixels: np.ndarray, kind: str = "PNG", **options) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("side", [1, 2, 28, 63, 64, 224])
def test_a_file_of_the_input_size_is_never_resized_or_cropped(side):
    """Noise: any resampling or shift would change nearly every value."""
    noise = np.random.default_rng(side).integers(0, 256, (side, side, 3), dtype=np.uint8)
    expected = torch.from_numpy(noise).permute(2, 0, 1)
    assert torch.equal(read_saved(stored(noise), (3, side, side)), expected)
    # The way of every upload of the lab.
    with Image.open(BytesIO(stored(noise))) as picture:
        assert torch.equal(fit(picture, side), expected)


def test_a_grey_net_gets_its_one_channel_back():
    grey = np.random.default_rng(0).integers(0, 256, (5, 7), dtype=np.uint8)
    for held in (grey, np.repeat(grey[..., None], 3, axis=2)):
        got = read_saved(stored(held), (1, 5, 7))
        np.testing.assert_array_equal(got[0].numpy(), grey)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (stored(np.zeros((8, 9, 3), np.uint8)), "9×8 pixels, and nothing is resized here: 8×8"),
        (stored(np.array([[[1, 2, 3]] * 8] * 8, np.uint8)), "sees grey alone"),
        (b"no picture", "not a readable"),
        (stored(np.zeros((8, 8), np.uint8))[:-20], "damaged"),
    ],
)
def test_what_is_not_the_networks_own_size_and_kind_is_refused_in_a_sentence(data, says):
    with pytest.raises(PictureError, match=says):
        read_saved(data, (1, 8, 8))
