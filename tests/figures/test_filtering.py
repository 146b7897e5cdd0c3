"""Filtered and pooled photographs against SciPy, torch and numbers worked out by hand."""

import json
from base64 import b64decode

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.signal import correlate2d
from torch.nn import functional as F

from dlviz.core.kernels import KERNELS
from dlviz.figures.colours import SIGNED
from dlviz.figures.filtering import LONGEST, WAYS, FilterError, at_most, filter_photograph
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph

SIZES = (1, 2, 3, 4, 5, 6, 7)


@pytest.fixture(scope="module")
def photograph():
    return np.random.default_rng(1).integers(0, 256, (24, 31, 3), dtype=np.uint8)


def luma(photograph):
    """What Pillow means by grey, to within its rounding."""
    return np.asarray(Image.fromarray(photograph).convert("L"), np.float64)


def spread(kernel, dilation):
    """The kernel with ``dilation`` − 1 zeros between its numbers."""
    wide = np.zeros((dilation * (len(kernel) - 1) + 1,) * 2)
    wide[::dilation, ::dilation] = kernel
    return wide


def signs(colours):
    """+1 where a picture is orange, −1 where it is blue."""
    return np.sign(colours[..., 0].astype(int) - colours[..., 2])


def pixels_of(loupe):
    shape = loupe["planes"], loupe["height"], loupe["width"]
    return np.frombuffer(b64decode(loupe["pixels"]), np.uint8).reshape(shape).astype(np.float64)


def test_grey_is_what_pillow_calls_grey(photograph):
    sent = pixels_of(filter_photograph(photograph, KERNELS["box"].at(3)[None]).loupe)
    assert sent.shape == (1, 24, 31)
    assert np.abs(sent[0] - luma(photograph)).max() <= 1
    grey = np.repeat(photograph[..., :1], 3, axis=2)
    kept = pixels_of(filter_photograph(grey, KERNELS["box"].at(3)[None]).loupe)
    assert (kept[0] == grey[..., 0]).all()


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kernel_at_every_size_equals_scipy(photograph, kernel):
    for size in SIZES[KERNELS[kernel].least - 1 :]:
        weights = KERNELS[kernel].at(size)
        result = filter_photograph(photograph, weights[None])
        answer = correlate2d(pixels_of(result.loupe)[0], weights, "valid")
        assert result.before.shape == result.after.shape == (*answer.shape, 3)
        place = (size - 1) // 2
        middle = pixels_of(result.loupe)[0][place:, place:][: len(answer), : answer.shape[1]]
        assert (result.before == middle[..., None]).all()
        total = weights.sum()
        if abs(total) > 1e-9:
            expected = np.clip(answer / total, 0, 255)
            assert np.abs(result.after - expected[..., None]).max() <= 0.5 + 1e-6
        elif np.abs(answer).max() > 1e-6:
            strong = np.abs(answer) > 0.2 * np.abs(answer).max()
            assert (signs(result.after)[strong] == np.sign(answer)[strong]).all()


@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_each_colour_by_itself(photograph, dilation):
    kernels = np.random.default_rng(2).uniform(0.1, 1, (3, 3, 3))
    result = filter_photograph(photograph, kernels, way="channels", dilation=dilation)
    largest = kernels.sum(axis=(1, 2)).max()
    for colour, kernel in enumerate(kernels):
        answer = correlate2d(photograph[..., colour], spread(kernel, dilation), "valid") / largest
        assert result.after[..., colour].shape == answer.shape
        assert np.abs(result.after[..., colour] - answer).max() <= 0.5 + 1e-9
    assert (result.before == photograph[dilation:-dilation, dilation:-dilation]).all()


def test_one_kernel_serves_all_colours(photograph):
    blur = KERNELS["gaussian"].at(3)
    one = filter_photograph(photograph, blur[None], way="channels")
    three = filter_photograph(photograph, np.stack([blur] * 3), way="channels")
    assert (one.after == three.after).all()
    summed = filter_photograph(photograph, blur[None], way="summed")
    mean = sum(correlate2d(photograph[..., colour], blur, "valid") for colour in range(3)) / 3
    assert np.abs(summed.after - mean[..., None]).max() <= 0.5 + 1e-9
    assert summed.how == "Grey from 0 to 255, divided by the kernel's sum 3."


def test_colours_without_a_sum_have_grey_for_zero(photograph):
    edges = KERNELS["sobel_x"].at(3)[None]
    result = filter_photograph(photograph, edges, way="channels")
    limit = result.loupe["by"]
    for colour in range(3):
        answer = correlate2d(photograph[..., colour], edges[0], "valid")
        expected = np.clip(127.5 + 127.5 * answer / limit, 0, 255)
        assert np.abs(result.after[..., colour] - expected).max() <= 0.5 + 1e-9
    assert "Middle grey is 0" in result.how
    assert f"±{limit:g}" in result.how


def test_summing_is_torchs_convolution_of_three_channels(photograph):
    kernels = np.random.default_rng(3).normal(size=(3, 5, 5))
    kernels -= kernels.mean()
    result = filter_photograph(photograph, kernels, way="summed")
    image = torch.from_numpy(photograph).permute(2, 0, 1).double()
    answer = F.conv2d(image[None], torch.from_numpy(kernels)[None])[0, 0].numpy()
    limit = np.quantile(np.abs(answer), 0.995)
    assert result.loupe["by"] == pytest.approx(limit, rel=0.06)
    strong = np.abs(answer) > 0.2 * limit
    assert (signs(result.after)[strong] == np.sign(answer)[strong]).all()
    ends = SIGNED["light"][[0, -1]]
    assert (result.after[answer <= -result.loupe["by"]] == ends[0]).all()
    assert (result.after[answer >= result.loupe["by"]] == ends[1]).all()


def test_a_grey_picture_has_the_same_number_in_all_three_channels(photograph):
    """So on a grey picture the three ways to treat colours are one and the same."""
    grey = np.repeat(photograph[..., :1], 3, axis=2)
    kernels = np.random.default_rng(4).uniform(0, 1, (3, 3, 3))
    assert (
        filter_photograph(grey, kernels).after
        == filter_photograph(grey, kernels, way="summed").after
    ).all()


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (3, 1), (2, 4), (7, 4), (1, 3)])
@pytest.mark.parametrize("way", ["grey", "channels"])
def test_pooling_equals_torch(photograph, size, stride, way):
    for op, library in (("max_pool", F.max_pool2d), ("average_pool", F.avg_pool2d)):
        result = filter_photograph(photograph, None, way=way, pool=(op, size, stride))
        planes = torch.from_numpy(pixels_of(result.loupe))
        answer = library(planes[None], size, stride)[0].numpy()
        large = answer.repeat(stride, axis=1).repeat(stride, axis=2).transpose(1, 2, 0)
        rows, columns = result.after.shape[:2]
        assert rows > large.shape[0] - stride
        assert columns > large.shape[1] - stride
        assert np.abs(result.after - large[:rows, :columns]).max() <= 0.5 + 1e-9
        # Answers stand in the middle of their windows.
        aside = max(0, (size - stride) // 2)
        seen = planes.numpy()[:, aside:, aside:][:, :rows, :columns].transpose(1, 2, 0)
        assert result.before.shape == result.after.shape
        assert (result.before == seen).all()


def test_a_network_filter_that_nearly_cancels_is_shown_signed(photograph):
    kernel = KERNELS["sobel_x"].at(3)[None] + 1e-3
    assert filter_photograph(photograph, kernel).loupe["signed"]
    assert filter_photograph(photograph, -KERNELS["box"].at(3)[None]).loupe["signed"]
    assert not filter_photograph(photograph, KERNELS["sharpen"].at(7)[None]).loupe["signed"]


@pytest.mark.parametrize("way", WAYS)
def test_the_theme_decides_the_colour_of_zero(photograph, way):
    flat, kernel = np.full_like(photograph, 90), KERNELS["laplacian"].at(3)[None]
    light = filter_photograph(flat, kernel, way=way)
    dark = filter_photograph(flat, kernel, way=way, theme="dark")
    if way == "channels":
        assert (light.after == 128).all()
        assert (dark.after == 128).all()
    else:
        assert (light.after == 255).all()
        assert (dark.after < 60).all()


def test_it_starts_where_the_most_happens():
    black = np.zeros((21, 21, 3), np.uint8)
    black[9, 12] = 200
    found = filter_photograph(black, KERNELS["laplacian"].at(3)[None]).loupe["start"]
    assert found == [8, 11]  # the window around pixel (9, 12)
    found = filter_photograph(black, None, pool=("max_pool", 3, 3)).loupe["start"]
    assert found == [3, 4]


def test_the_loupes_data_are_plain_json_within_the_budget():
    for name in PHOTOGRAPHS:
        small = at_most(load_photograph(name))
        result = filter_photograph(small, KERNELS["gaussian"].at(7)[None], way="channels")
        assert json.loads(json.dumps(result.loupe)) == result.loupe
        assert len(json.dumps(result.loupe)) < 700_000
    worst = at_most(np.zeros((2000, 2000, 3), np.uint8))
    assert len(json.dumps(filter_photograph(worst, np.ones((1, 7, 7)), way="summed").loupe)) < 7e5


@pytest.mark.parametrize(
    ("size", "expected"),
    [((640, 320), (320, 160)), ((10, 4000), (1, 320)), ((200, 100), (200, 100))],
)
def test_a_picture_keeps_its_shape_and_is_never_enlarged(size, expected):
    small = at_most(Image.new("L", size, 77))
    assert small.shape == (expected[1], expected[0], 3)
    assert max(small.shape) <= LONGEST
    assert (small == 77).all()


@pytest.mark.parametrize(
    ("shape", "kernels", "options", "says"),
    [
        ((5, 40, 3), np.ones((1, 3, 3)), {"dilation": 3}, "7×7 pixels .* picture of 40×5"),
        ((2, 2, 3), None, {"pool": ("max_pool", 3, 1)}, "3×3 pixels .* picture of 2×2"),
        ((9, 9, 3), None, {"pool": ("sum", 3, 1)}, "one of max_pool, average_pool"),
        ((9, 9, 3), None, {}, "needs one kernel"),
        ((9, 9, 3), np.ones((2, 3, 3)), {}, "one for each of its three colours"),
        ((9, 9, 3), np.ones((1, 3, 2)), {}, "square"),
        ((9, 9, 3), np.full((1, 3, 3), np.nan), {}, "must be finite"),
        ((9, 9), np.ones((1, 3, 3)), {}, "uint8 H×W×3"),
        ((9, 9, 3), np.ones((1, 3, 3)), {"way": "x"}, "grey, channels, summed"),
    ],
)
def test_what_cannot_be_filtered_is_refused_in_one_sentence(shape, kernels, options, says):
    with pytest.raises(FilterError, match=says) as refused:
        filter_photograph(np.zeros(shape, np.uint8), kernels, **options)
    assert str(refused.value).count(".") == 1
