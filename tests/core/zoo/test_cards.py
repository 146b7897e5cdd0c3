"""The cards' answers: every number in them is worked out here, from the networks."""

from __future__ import annotations

import re

import pytest

from dlviz.core.architectures_cards import ARCHITECTURES_CARDS
from dlviz.core.milestones import MILESTONES
from dlviz.core.words import percent
from dlviz.core.zoo.anatomy import Fork
from dlviz.core.zoo.ilsvrc import PEOPLE, SECOND_2012, WINNERS
from dlviz.core.zoo.published import PRICED
from dlviz.figures.zoo_pair import dense_share
from dlviz.io.zoo import ZOO, anatomy_of

PARTS = ("timeline", "imagenet", "net", "pair", "cost")


def answer(name):
    return ARCHITECTURES_CARDS[name].answer


@pytest.mark.parametrize("card", ARCHITECTURES_CARDS.values(), ids=lambda card: card.name)
def test_the_settings_are_there_and_the_texts_are_short(card):
    for settings in (card.settings, {**card.settings, **card.then}):
        assert settings.get("part", "timeline") in PARTS
        assert settings.get("event", "alexnet") in MILESTONES
        for key in ("zoo", "left", "right"):
            assert settings.get(key, "vgg16") in ZOO
        if "block" in settings:
            assert 1 <= int(settings["block"]) <= len(anatomy_of(settings["zoo"]).stations)
    assert len(card.question) < 240
    assert len(card.answer) < 220


def test_the_breakthrough():
    assert f"{WINNERS[2012].error} % against {SECOND_2012} %" in answer("breakthrough")
    first = min(year for year, winner in WINNERS.items() if winner.error < PEOPLE)
    assert f"In {first} {WINNERS[first].title} with {WINNERS[first].error} %" in answer(
        "breakthrough"
    )


def test_dense():
    found = anatomy_of("vgg16")
    dense = [station for station in found.stations if station.kind == "dense"]
    assert (len(dense), found.depth) == (3, 16)
    adds = sum(station.multiply_adds for station in dense) / found.multiply_adds
    said = f"{percent(dense_share(found))} of the parameters, {percent(adds)} of the multiply-adds"
    assert said in answer("dense")
    assert dense_share(anatomy_of("lenet5")) > 0.5


def test_small_kernels():
    second = anatomy_of("vgg16").stations[1]
    assert f"{second.sight}×{second.sight} pixels" in answer("small_kernels")
    two, one = 2 * 9 * 64 * 64, 25 * 64 * 64
    assert two == 2 * (second.parameters - 64)
    said = re.findall(r"\d[\d ]*\d", answer("small_kernels"))
    assert [str(two), str(one), str(round(100 * (1 - two / one)))] == [
        number.replace(" ", "") for number in said
    ]


def test_inception():
    found = anatomy_of("googlenet")
    block = found.stations[5]
    (fork,) = block.items
    assert [branch[-1].shape[0] for branch in fork.branches] == [64, 128, 32, 32]
    assert answer("inception").startswith(f"{block.shape[0]}:")
    assert found.stations[-1].parameters == 1_025_000
    assert found.stations[-2].shape[0] == 1024
    dense = next(s for s in anatomy_of("vgg16").stations if s.kind == "dense")
    assert dense.parameters == 102_764_544
    assert "1 025 000, for a global average leaves 1 024 numbers" in answer("inception")


def test_residual():
    blocks = [
        (k + 1, s) for k, s in enumerate(anatomy_of("resnet18").stations) if s.kind == "residual"
    ]
    fits = [() in next(i for i in s.items if isinstance(i, Fork)).branches for _, s in blocks]
    assert (len(blocks), fits.count(False), fits.count(True)) == (8, 3, 5)
    first = blocks[fits.index(False)]
    assert str(first[0]) == ARCHITECTURES_CARDS["residual"].then["block"]
    (short,) = min(first[1].items[0].branches, key=len)
    assert short.title == "1×1 conv /2"
    assert "In 3:" in answer("residual")
    assert "other 5" in answer("residual")


def test_finer():
    old, new = anatomy_of("alexnet"), anatomy_of("zfnet")
    more = percent(new.parameters / old.parameters - 1)
    busier = percent(new.multiply_adds / old.multiply_adds - 1)
    assert f"Parameters {more} more, multiply-adds {busier} more" in answer("finer")
    assert old.stations[0].title == "11×11 conv /4"
    assert new.stations[0].title == "7×7 conv /2"


def test_depthwise():
    around, mixing = 9 * 64, 64 * 64
    assert 9 * 64 * 64 == 36_864
    assert answer("depthwise").startswith("4 672, an eighth: 576 to look around in each map, 4 096")
    assert (around, mixing, around + mixing) == (576, 4096, 4672)
    assert round(36_864 / 4672) == 8
    ratio = PRICED["vgg16"].billions / PRICED["mobilenet_v2"].billions
    assert f"{ratio:.0f} times" in answer("depthwise")
    assert PRICED["mobilenet_v2"].first > PRICED["vgg16"].first
