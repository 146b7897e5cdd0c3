"""The cards' answers: every number in them is worked out here, in the order of the text."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy.signal import convolve2d, correlate2d
from torch.nn import functional as F

from dlviz.core.kernels import KERNELS
from dlviz.core.lessons import CONVOLUTION_CARDS, Card
from dlviz.core.mixes import MIXES
from dlviz.io.grids import GRIDS

# What each parameter of the page's address may be; numbers as (least, largest).
PARAMETERS = {
    "op": {"convolution", "transposed", "max_pool", "average_pool"},
    "grid": set(GRIDS),
    "size": (3, 16),
    "channels": {"grey", "rgb", "depthwise"},
    "kernel": set(KERNELS),
    "ksize": (1, 7),
    "mix": set(MIXES),
    "stride": (1, 4),
    "padding": {"valid", "same", "full", "amount"},
    "dilation": (1, 3),
    "step": (1, 1),
}


def numbers(text: str) -> list[Fraction]:
    """Every number of a text, fractions and minus signs included."""
    found = re.findall(r"(?<!\w)(− ?)?(\d+(?:/\d+)?)", text)
    return [Fraction(value) * (-1 if sign == "−" else 1) for sign, value in found]


class World:
    """What a card's settings say, built from the registries."""

    def __init__(self, card: Card) -> None:
        told = card.settings
        grid = GRIDS[told.get("grid", "lecture")]
        kernel = KERNELS[told.get("kernel", "x")]
        size = int(told.get("size", grid.natural))
        channels = 1 if told.get("channels", "grey") == "grey" else 3
        self.planes = grid.at(size, channels=channels)
        self.image = self.planes[0]
        self.kernel = kernel.at(int(told.get("ksize", kernel.natural)))
        self.stride = int(told.get("stride", 1))
        self.dilation = int(told.get("dilation", 1))
        self.mix = MIXES[told.get("mix", "all")].weights

    def slid(self, name: str = "") -> np.ndarray:
        """SciPy's correlation with the card's kernel, or with another one."""
        return correlate2d(self.image, KERNELS[name].at(3) if name else self.kernel, "valid")


def count(world: World) -> list[float]:
    output = world.slid()
    assert output.shape == (5, 5)
    return [output.max(), (output == output.max()).sum(), world.kernel.sum(), 1]


def edge(world: World) -> list[float]:
    across = world.slid("sobel_x")
    columns = np.flatnonzero(across.any(axis=0))
    assert np.ptp(across, axis=0).max() == 0
    assert not np.ptp(world.slid())
    return [world.slid().max(), across.max(), len(columns)]


def blur(world: World) -> list[float]:
    output = world.slid()
    assert np.allclose(output, output[0])
    return [*output[0], world.kernel.sum()]


def laplacian(world: World) -> list[float]:
    ramp, flat = world.slid(), correlate2d(np.full((7, 7), 5.0), world.kernel, "valid")
    assert not ramp.any()
    assert not flat.any()
    sobel = KERNELS["sobel_x"].at(3)
    answers = world.slid("sobel_x")
    assert not np.ptp(answers)
    return [0, world.kernel.sum(), sobel.sum(), answers.max()]


def half_turn(world: World) -> list[float]:
    turned, upright = world.slid(), convolve2d(world.image, world.kernel, "valid")
    lowest = np.argwhere(turned == -2) + 1
    highest = np.argwhere(upright == -2) + 1
    assert len(lowest) == len(highest) == 1
    return [*lowest[0], 180, -2, *highest[0]]


def stride(world: World) -> list[float]:
    every = world.slid()
    image, kernel = (torch.from_numpy(a)[None, None] for a in (world.image, world.kernel))
    kept = F.conv2d(image, kernel, stride=world.stride)[0, 0].numpy()
    assert (kept == every[::2, ::2]).all()
    assert every.max() == 4
    assert not (kept == 4).any()
    return [*kept.shape, kept.size, every.size, 4, kept.max()]


def same(world: World) -> list[float]:
    """Where torch's "same" puts its zeros, found by asking it for a picture's first pixel."""

    def zeros(size: int) -> tuple[int, int]:
        ones = torch.ones(1, 1, 7, 7)
        sums = F.conv2d(ones, torch.ones(1, 1, size, size), padding="same")[0, 0]
        assert sums.shape == (7, 7)
        down = sums[:, 3] / sums[3, 3] * size  # how many rows of each window are in the picture
        return size - int(down[0]), size - int(down[-1])

    before, after = zeros(len(world.kernel))
    for_three = zeros(3)
    assert for_three[0] == for_three[1]
    return [before, after, before, after, 3, 3, for_three[0]]


def receptive(world: World) -> list[float]:
    once = correlate2d(world.image, world.kernel, "same")
    twice = correlate2d(once, world.kernel, "same")
    rows = [np.flatnonzero(output.any(axis=1)) for output in (once, twice)]
    first, second = np.count_nonzero(once), np.count_nonzero(twice)
    spans = [len(places) for places in rows]
    assert [span**2 for span in spans] == [first, second]
    corner = twice[rows[1][0], rows[1][0]]
    weights = [2 * world.kernel.size, spans[1] ** 2]
    squares = [first, spans[0], spans[0], second, spans[1], spans[1]]
    return [*squares, 3, 3, spans[1], spans[1], *weights, twice.max(), corner]


def dilation(world: World) -> list[float]:
    image, kernel = (torch.from_numpy(a)[None, None] for a in (world.image, world.kernel))
    output = F.conv2d(image, kernel, dilation=world.dilation)[0, 0].numpy()
    reached = np.argwhere(output)
    span = np.ptp(reached, axis=0) + 1
    gaps = span.prod() - len(reached)
    without = correlate2d(correlate2d(world.image, world.kernel), world.kernel)
    assert np.ptp(np.argwhere(without), axis=0).tolist() == (span - 1).tolist()
    return [len(reached), *span, *world.kernel.shape, world.dilation, gaps, 0]


def pooling(world: World) -> list[float]:
    def pooled(image: np.ndarray) -> np.ndarray:
        windows = image.reshape(4, 2, 4, 2)
        return windows.max(axis=(1, 3))

    moves = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1) if down or across]
    before = pooled(world.image)
    kept = [move for move in moves if (pooled(np.roll(world.image, move, (0, 1))) == before).all()]
    assert set(kept) == {(0, -1), (-1, 0), (-1, -1)}
    return [len(kept), len(moves) - len(kept)]


def colour(world: World) -> list[float]:
    parts = [correlate2d(plane, world.kernel, "valid") for plane in world.planes]
    opposed = sum(weight * part for weight, part in zip(world.mix, parts, strict=True))
    columns = np.flatnonzero(opposed.any(axis=0))
    assert not sum(parts).any()
    red, green = parts[0][:, columns].ravel(), parts[1][:, columns].ravel()
    assert len(set(red)) == len(set(green)) == 1
    return [opposed.min(), len(columns), red[0], -green[0], red[0], green[0], 0]


def stamps(world: World) -> list[float]:
    stride = world.stride
    side, taps = len(world.image), len(world.kernel)
    image, kernel = (torch.from_numpy(a)[None, None] for a in (world.image, world.kernel))
    output = F.conv_transpose2d(image, kernel, stride=stride)[0, 0].numpy()
    flat = output[:, output.any(axis=0)]
    assert len(output) == (side - 1) * stride + taps
    return [*output.shape, side, 1, stride, taps, *np.unique(flat)]


CLAIMS = {
    "count": count,
    "edge": edge,
    "blur": blur,
    "laplacian": laplacian,
    "half_turn": half_turn,
    "stride": stride,
    "same": same,
    "receptive": receptive,
    "dilation": dilation,
    "pooling": pooling,
    "colour": colour,
    "stamps": stamps,
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("name", CONVOLUTION_CARDS)
def test_every_number_of_the_answer_is_true(name):
    card = CONVOLUTION_CARDS[name]
    worked_out = [float(value) for value in CLAIMS[name](World(card))]
    assert worked_out == pytest.approx([float(value) for value in numbers(card.answer)])


def test_numbers_are_found_in_a_text():
    assert numbers("−2 and 1/3 in 3×3: −24 + 24, (4 − 1)·2, 180°.") == [
        *(-2, Fraction(1, 3), 3, 3, -24, 24, 4, 1, 2, 180)
    ]


def test_what_the_questions_say_of_their_settings():
    worlds = {name: World(card) for name, card in CONVOLUTION_CARDS.items()}
    assert np.allclose(worlds["blur"].kernel, 1 / 9)
    assert worlds["laplacian"].kernel.sum() == 0
    assert worlds["half_turn"].kernel[0, 0] == -2
    assert worlds["half_turn"].kernel[-1, -1] == 2
    assert worlds["half_turn"].image[3, 3] == worlds["half_turn"].image.sum() == 1
    assert worlds["stride"].stride == worlds["dilation"].dilation == 2
    assert worlds["same"].kernel.shape == (4, 4)
    assert worlds["dilation"].kernel.size == 9
    assert np.argwhere(worlds["pooling"].image).tolist() == [[3, 3]]  # 0-based: a lower right
    assert worlds["stamps"].image.shape == (4, 4)
    assert worlds["stamps"].stride == 2
    assert worlds["colour"].mix == (1, -1, 0)
    assert worlds["colour"].planes[0, 0, 0] == worlds["colour"].planes[1, 0, -1] > 0


@pytest.mark.parametrize("name", CONVOLUTION_CARDS)
def test_every_card_is_complete(name):
    card = CONVOLUTION_CARDS[name]
    assert card.name == name
    assert 1 <= len(card.title.split()) <= 3
    assert "Before you press play:" in " ".join(card.question.split())
    assert card.question.endswith("?")
    assert card.answer.endswith(".")
    assert 1 <= len(re.findall(r"[.?](?: |$)", card.answer)) <= 3
    for text in (card.question, card.answer, card.title):
        assert not re.search(r"[$*_`~<>#|\\\[\]]|:\w|  |^\d+[.)]|^[-+] ", text)


@pytest.mark.parametrize("name", CONVOLUTION_CARDS)
def test_the_settings_are_what_the_address_takes(name):
    card = CONVOLUTION_CARDS[name]
    for key, value in card.settings.items():
        allowed = PARAMETERS[key]
        if isinstance(allowed, set):
            assert value in allowed
        else:
            assert allowed[0] <= int(value) <= allowed[1]
            assert str(int(value)) == value
    assert World(card).image.ndim == 2


def test_the_story_has_its_parts_in_order():
    names = list(CONVOLUTION_CARDS)
    assert len(names) >= 10
    assert names[:4] == ["count", "edge", "blur", "laplacian"]
    assert set(CLAIMS) == set(names)
    seen = [tuple(sorted(card.settings.items())) for card in CONVOLUTION_CARDS.values()]
    assert len(set(seen)) == len(seen)
