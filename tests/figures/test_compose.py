"""Composed pictures against Pillow, which lays out and decodes on its own."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.figures.colours import signed_colours
from dlviz.figures.compose import MAX_PIXELS, signed_picture, tile, unit_picture
from dlviz.io.png import png_bytes


@pytest.fixture
def pictures():
    return np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), dtype=np.uint8)


@pytest.mark.parametrize(("columns", "pad", "scale"), [(1, 0, 1), (2, 3, 2), (3, 1, 1), (7, 2, 3)])
def test_tile_is_what_pillow_pastes(pictures, columns, pad, scale):
    rows = -(-5 // columns)
    width, height = 6 * scale, 4 * scale
    size = (columns * (width + pad) + pad, rows * (height + pad) + pad)
    expected = Image.new("RGB", size, (9, 8, 7))
    for index, picture in enumerate(pictures):
        large = Image.fromarray(picture).resize((width, height), Image.Resampling.NEAREST)
        row, column = divmod(index, columns)
        expected.paste(large, (pad + column * (width + pad), pad + row * (height + pad)))
    wall = tile(pictures, columns, pad=pad, background=(9, 8, 7), scale=scale)
    assert (wall == np.asarray(expected)).all()


def test_a_png_gives_the_same_pixels_back(pictures):
    with Image.open(BytesIO(png_bytes(pictures[0]))) as read:
        assert read.format == "PNG"
        assert (np.asarray(read) == pictures[0]).all()


def test_unit_picture_rounds_clips_and_makes_grey_three_channels():
    colour = torch.tensor([[[0.0, 1.0]], [[0.5, 2.0]], [[-1.0, 0.25]]])
    assert unit_picture(colour).tolist() == [[[0, 128, 0], [255, 255, 64]]]
    grey = unit_picture(np.array([[0.0, 0.2]]))
    assert grey.tolist() == [[[0, 0, 0], [51, 51, 51]]]
    assert grey.flags.writeable


def test_eight_bits_survive_a_round_trip():
    levels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    assert (unit_picture(levels / 255.0)[..., 0] == levels[0]).all()


def test_maps_of_one_wall_share_their_limit():
    maps = np.array([[[1.0]], [[-4.0]]])
    wall = signed_picture(maps)
    assert wall.shape == (2, 1, 1, 3)
    assert (wall[0, 0, 0] == signed_colours(1.0, 4.0)).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: tile(np.zeros((0, 2, 2, 3), np.uint8), 1),
        lambda: tile(np.zeros((1, 2, 2, 3), np.float32), 1),
        lambda: tile(np.zeros((1, 2, 2, 3), np.uint8), 0),
        lambda: tile(np.zeros((1, 100, 100, 3), np.uint8), 1, scale=int(MAX_PIXELS**0.5)),
        lambda: unit_picture(np.zeros((2, 4, 4))),
        lambda: unit_picture(np.full((1, 4, 4), np.nan)),
        lambda: signed_picture(np.zeros(4)),
        lambda: png_bytes(np.zeros((4, 4), np.uint8)),
    ],
)
def test_other_shapes_are_refused_in_a_sentence(call):
    with pytest.raises(ValueError, match=r"\.$"):
        call()
