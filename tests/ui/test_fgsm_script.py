"""The opened FGSM's script under Node: the same bytes as Python, the same PNG, the same words."""

from __future__ import annotations

import base64
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.core.attacks import apply
from dlviz.core.data import to_unit
from dlviz.figures.colours import SIGNED, signed_colours
from dlviz.figures.fgsm_scene import packed, text_of
from dlviz.io.pictures import read_picture
from dlviz.ui.components.fgsm import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(3, 5, 7), (1, 28, 28), (3, 16, 16)])
@pytest.mark.parametrize("eps", [0, 1, 2, 77, 255])
def test_the_browser_adds_up_the_very_bytes_that_python_does(shape, eps):
    pixels = torch.from_numpy(RNG.integers(-60, 316, shape).clip(0, 255).astype(np.uint8))
    signs = torch.from_numpy(RNG.integers(-1, 2, shape).astype(np.int8))
    moved = in_node(
        script(),
        "Array.from(movedPixels(fgsmBytes(value.pixels), "
        "unpackedSigns(fgsmBytes(value.signs), value.count), value.eps))",
        {"pixels": text_of(pixels.numpy()), "signs": text_of(packed(signs)),
         "count": pixels.numel(), "eps": eps},
    )  # fmt: skip
    expected = (apply(to_unit(pixels), signs, eps / 255) * 255).round().to(torch.uint8)
    assert moved == expected.flatten().tolist()


@pytest.mark.parametrize("channels", [1, 3])
def test_the_png_holds_the_pixels_to_the_last_bit(channels):
    pixels = RNG.integers(0, 256, (channels, 6, 9), dtype=np.uint8)
    text = in_node(
        script(),
        "Buffer.from(await pngBytes(rgbaOf(fgsmBytes(value.pixels), value.channels), 9))"
        '.toString("base64")',
        {"pixels": text_of(pixels), "channels": channels},
    )
    file = base64.b64decode(text)
    with Image.open(BytesIO(file)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (9, 6))
        picture.verify()  # every chunk's checksum
    shown = np.asarray(read_picture(file)).transpose(2, 0, 1)
    np.testing.assert_array_equal(shown, np.broadcast_to(pixels, (3, 6, 9)))


def test_the_gradient_keeps_its_numbers():
    gradient = RNG.normal(size=40) * 1e-4
    limit = float(np.abs(gradient).max())
    steps = np.rint(gradient / limit * 32767).astype("<i2")
    got = in_node(
        script(),
        "Array.from(unpackedGradient(fgsmBytes(value.steps), value.limit))",
        {"steps": text_of(steps), "limit": limit},
    )
    np.testing.assert_allclose(got, gradient, atol=limit / 60_000)


def test_signed_numbers_have_pythons_colours():
    values = [*RNG.normal(size=60).tolist(), 0.0, 5.0, -5.0]
    got = in_node(
        script(),
        "Array.from(signedRgba(value.values, 1.5, decodeTable(value.table)))",
        {"values": values, "table": text_of(SIGNED["light"])},
    )
    shown = np.array(got).reshape(-1, 4)
    np.testing.assert_array_equal(shown[:, :3], signed_colours(values, 1.5))
    assert (shown[:, 3] == 255).all()


def test_what_was_added_is_the_difference_and_its_mean():
    added, mean = in_node(
        script(),
        "[Array.from(addedTo(value[0], value[1])), Array.from(channelMean(value[1], 3))]",
        [[0, 250, 9], [3, 255, 0]],
    )
    assert added == [3, 5, -9]
    assert mean == [pytest.approx(86)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("smallNumber(0.000312)", "+3.1·10⁻⁴"),
        ("smallNumber(-0.25)", "−0.25"),
        ("smallNumber(0)", "0"),
        ("smallNumber(-2.04e-12)", "−2.0·10⁻¹²"),
        ("lossText(null)", "above 100"),
        ("lossText(0.0106)", "0.011"),
        ("lossText(2.4875)", "2.49"),
        ("epsText(2)", "2/255 ≈ 0.0078"),
        ("epsText(51)", "51/255 = 0.2000"),
        ("magnifiedText(2)", "magnified ×128"),
        ("magnifiedText(40)", "magnified ×6.38"),
        (
            "pixelText({row: 3, column: 4, channel: 'red', before: 187, eps: 2, sign: 1, "
            "after: 189})",
            "Pixel 4 across, 3 down, red: 187 + 2·(+1) = 189",
        ),
        (
            "pixelText({row: 3, column: 4, channel: 'red', before: 1, eps: 2, sign: -1, after: 0})",
            "Pixel 4 across, 3 down, red: 1 + 2·(−1) = −1, clipped to 0",
        ),
    ],
)
def test_numbers_in_words(call, expected):
    assert in_node(script(), call) == expected


@pytest.mark.parametrize(
    "ends",
    [
        [8, 86],
        [8, 8],
        [86, 86, 86],
        [8, 8, 8],
        [46, 48, 47],
        [47, 46, 48],
        [80, 86, 87],
        [32, 51],
        [36, 60, 40],
    ],
)
def test_words_beside_lines_that_meet_do_not_cover_each_other(ends):
    heights = in_node(script(), "fgsmWordHeights(value, fgsmArea(606, 120))", ends)
    assert len(heights) == len(ends)
    apart = [abs(a - b) for at, a in enumerate(heights) for b in heights[:at]]
    assert min(apart) >= 17
    assert all(0 <= height <= 120 for height in heights)
    if max(ends) - min(ends) < 10:
        return
    assert np.argsort(ends).tolist() == np.argsort(heights).tolist()


@pytest.mark.parametrize("largest", [16, 32, 40, 80, 255])
def test_the_axis_has_few_round_marks_and_every_step_is_found_again(largest):
    ticks, found = in_node(
        script(),
        "(() => { const area = fgsmArea(606, 120); return [fgsmTicks(value), "
        "Array.from({length: value + 1}, (_, eps) => "
        "fgsmEpsAt(area.left + area.width * eps / value, area, value))]; })()",
        largest,
    )
    assert ticks[0] == 0
    assert 4 <= len(ticks) <= 9
    assert found == list(range(largest + 1))
