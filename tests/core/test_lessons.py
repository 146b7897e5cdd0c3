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
    "window": (1, 7),
    "turned": (1, 1),
    "border": {"zeros", "reflect", "replicate", "circular"},
    "step": (1, 49),
}


def numbers(text: str) -> list[Fraction]:
    """Every number of a text, fractions and minus signs included."""
    found = re.findall(r"(?<!\w)(− ?)?(\d+(?:/\d+)?)", text)
    return [Fraction(value) * (-1 if sign == "−" else 1) for sign, value in found]


class World:
    """What a card's settings say, built from the registries; ``then``: those it goes on to."""

    def __init__(self, card: Card, *, then: bool = False) -> None:
        told = {**card.settings, **(card.then if then else {})}
        self.then = self if then else World(card, then=True)
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

    def slid(self) -> np.ndarray:
        """SciPy's correlation of the grey picture with the kernel."""
        return correlate2d(self.image, self.kernel, "valid")


def count(world: World) -> list[float]:
    output = world.slid()
    assert output.shape == (5, 5)
    return [output.max(), (output == output.max()).sum(), world.kernel.sum(), 1]


def edge(world: World) -> list[float]:
    across, down = world.slid(), world.then.slid()
    assert np.ptp(across, axis=0).max() == 0
    assert not np.ptp(world.image, axis=0).any()
    assert not np.ptp(down)
    columns = np.flatnonzero(across.any(axis=0)) + 1
    (answer,) = set(across[:, columns - 1].ravel())
    return [answer, *columns, down.max()]


def blur(world: World) -> list[float]:
    output = world.slid()
    assert np.allclose(output, output[0])
    return [*output[0], world.kernel.sum()]


def laplacian(world: World) -> list[float]:
    output, ramp = world.slid(), world.then.slid()
    assert not np.ptp(output, axis=0).any()
    assert np.ptp(world.then.image) == 6
    middle = world.image[0, 1:-1]  # what each output answers for
    (dark,) = set(output[0, middle == 0]) - {0}
    (bright,) = set(output[0, middle == 1]) - {0}
    assert not np.ptp(ramp)
    return [dark, bright, ramp.max()]


def half_turn(world: World) -> list[float]:
    copy, upright = world.slid(), convolve2d(world.image, world.kernel, "valid")
    lowest = np.argwhere(copy == -2) + 1
    highest = np.argwhere(upright == -2) + 1
    assert len(lowest) == len(highest) == 1
    assert (lowest > 3).all()  # the middle of 5×5: below it and to its right
    return [*lowest[0], *highest[0]]


def stride(world: World) -> list[float]:
    every = world.slid()
    image, kernel = (torch.from_numpy(a)[None, None] for a in (world.image, world.kernel))
    kept = F.conv2d(image, kernel, stride=world.stride)[0, 0].numpy()
    assert (kept == every[::2, ::2]).all()
    assert every.max() == 4
    assert not (kept == 4).any()
    return [kept.size, every.size, 4, kept.max()]


def same(world: World) -> list[float]:
    def corner(filled: str) -> float:
        padded = np.pad(world.image, (1, 2), mode=filled)
        return correlate2d(padded, world.kernel, "valid")[-1, -1]

    def by_torch(image: np.ndarray) -> np.ndarray:
        image, kernel = (torch.from_numpy(a)[None, None] for a in (image, world.kernel))
        return F.conv2d(image, kernel, padding="same")[0, 0].numpy()

    assert by_torch(world.image)[-1, -1] == corner("constant")
    assert world.image[-1, -1] == corner("edge")
    inside = by_torch(np.ones((7, 7)))[-1, -1] * world.kernel.size
    return [
        corner("constant"),
        inside,
        world.kernel.size,
        world.kernel.size - inside,
        corner("edge"),
    ]


def receptive(world: World) -> list[float]:
    once = correlate2d(world.image, world.kernel, "same")
    twice = correlate2d(once, world.kernel, "same")
    rows = [np.flatnonzero(output.any(axis=1)) for output in (once, twice)]
    first, second = np.count_nonzero(once), np.count_nonzero(twice)
    spans = [len(places) for places in rows]
    assert [span**2 for span in spans] == [first, second]
    corner = twice[rows[1][0], rows[1][0]]
    weights = [2 * world.kernel.size, spans[1] ** 2]
    return [first, second, 3, 3, spans[1], spans[1], *weights, twice.max(), corner]


def dilation(world: World) -> list[float]:
    image, kernel = (torch.from_numpy(a)[None, None] for a in (world.image, world.kernel))
    output = F.conv2d(image, kernel, dilation=world.dilation)[0, 0].numpy()
    reached = np.argwhere(output)
    span = np.ptp(reached, axis=0) + 1
    gaps = span.prod() - len(reached)
    without = correlate2d(correlate2d(world.image, world.kernel), world.kernel)
    assert np.ptp(np.argwhere(without), axis=0).tolist() == (span - 1).tolist()
    assert (np.diff(np.unique(reached[:, 0])) > 1).all()  # with gaps
    return [len(reached), gaps, 0, *span, world.dilation]


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
    assert world.then.mix == (1, 1, 1)
    assert not sum(parts).any()
    assert not np.ptp(world.planes.mean(axis=0))
    red, green = parts[0][:, columns].ravel(), parts[1][:, columns].ravel()
    assert len(set(red)) == len(set(green)) == 1
    return [opposed.min(), red[0], -green[0], red[0], green[0], 0]


def stamps(world: World) -> list[float]:
    stride = world.stride
    side, taps = len(world.image), len(world.kernel)
    image, kernel = (torch.from_numpy(a)[None, None] for a in (world.image, world.kernel))
    output = F.conv_transpose2d(image, kernel, stride=stride)[0, 0].numpy()
    flat = output[:, output.any(axis=0)]
    assert len(output) == (side - 1) * stride + taps
    return [*np.unique(flat), *output.shape, side, 1, stride, taps]


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
    for name in ("edge", "blur", "laplacian", "same"):
        assert worlds[name].image[0].tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert np.allclose(worlds["blur"].kernel, 1 / 9)
    assert worlds["laplacian"].kernel.sum() == 0
    assert worlds["half_turn"].kernel[0, 0] == -2
    for name in ("half_turn", "receptive", "dilation", "pooling"):
        assert worlds[name].image.sum() == worlds[name].image.max() == 1
    assert worlds["stride"].stride == worlds["dilation"].dilation == worlds["stamps"].stride == 2
    assert worlds["same"].kernel.shape == (4, 4)
    assert worlds["dilation"].kernel.size == 9
    assert np.argwhere(worlds["pooling"].image).tolist() == [[3, 3]]  # 0-based: a lower right
    assert CONVOLUTION_CARDS["pooling"].settings["window"] == "2"
    assert worlds["colour"].mix == (1, -1, 0)
    assert worlds["colour"].planes[0, 0, 0] == worlds["colour"].planes[1, 0, -1] > 0


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_where_same_padding_puts_its_zeros():
    """Torch itself, asked where in the window of a first output the first pixel lies."""
    kernel = torch.arange(16.0).reshape(1, 1, 4, 4)
    image = torch.zeros(1, 1, 7, 7)
    image[..., 0, 0] = 1
    row, column = divmod(int(F.conv2d(image, kernel, padding="same")[0, 0, 0, 0]), 4)
    assert row == column == 1  # so 1 above, and 4 − 1 − 1 below
    assert "1 row of zeros goes above, 2 below" in CONVOLUTION_CARDS["same"].question


def first_step(card: Card) -> list[float]:
    """Numbers that the page shows before the prediction: sizes, and the first output."""
    world = World(card)
    image, kernel = (torch.from_numpy(a)[None, None] for a in (world.image, world.kernel))
    if card.settings.get("op") == "max_pool":
        output = F.max_pool2d(image, 2)
    elif card.settings.get("op") == "transposed":
        output = F.conv_transpose2d(image, kernel, stride=world.stride)
    else:
        padding = card.settings.get("padding", "valid")
        output = F.conv2d(image, kernel, None, world.stride, padding, world.dilation)
    return [output.shape[-1], float(output[0, 0, 0, 0])]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("name", [name for name in CONVOLUTION_CARDS if name != "blur"])
def test_the_answer_does_not_begin_with_what_the_screen_shows(name):  # blur's is a whole row
    card = CONVOLUTION_CARDS[name]
    (answer,) = numbers(card.answer)[:1]
    if name == "stamps":  # 1, 2 and 4: the largest is asked for as well
        answer = Fraction(4)
    assert answer not in first_step(card)


@pytest.mark.parametrize("name", CONVOLUTION_CARDS)
def test_every_card_is_complete(name):
    card = CONVOLUTION_CARDS[name]
    assert card.name == name
    assert 1 <= len(card.title.split()) <= 3
    assert card.question.count(" Predict: ") == 1
    assert card.question.endswith("?")
    assert card.answer.endswith(".")
    assert 1 <= len(re.findall(r"[.?](?: |$)", card.answer)) <= 3
    assert bool(card.then) == bool(card.then_label)
    assert len(card.then_label) <= 20  # three buttons stand in one row
    for text in (card.question, card.answer, card.title, card.then_label):
        assert not re.search(r"[$*_`~<>#|\\\[\]]|:\w|  |^\d+[.)]|^[-+] ", text)


@pytest.mark.parametrize("name", CONVOLUTION_CARDS)
def test_the_settings_are_what_the_address_takes(name):
    card = CONVOLUTION_CARDS[name]
    assert card.settings["step"] == "1", "nothing is given away"
    assert card.then.items().isdisjoint(card.settings.items())
    for key, value in [*card.settings.items(), *card.then.items()]:
        allowed = PARAMETERS[key]
        if isinstance(allowed, set):
            assert value in allowed
        else:
            assert allowed[0] <= int(value) <= allowed[1]
            assert str(int(value)) == value
    assert World(card).image.ndim == 2


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("name", [card.name for card in CONVOLUTION_CARDS.values() if card.then])
def test_what_follows_shows_the_whole_output(name):
    card = CONVOLUTION_CARDS[name]
    assert int(card.then["step"]) == first_step(card)[0] ** 2


def test_the_story_has_its_parts_in_order():
    names = list(CONVOLUTION_CARDS)
    assert len(names) >= 10
    assert names[:4] == ["count", "edge", "blur", "laplacian"]
    assert set(CLAIMS) == set(names)
    seen = [tuple(sorted(card.settings.items())) for card in CONVOLUTION_CARDS.values()]
    assert len(set(seen)) == len(seen)
