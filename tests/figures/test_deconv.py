"""What the component is given is what the descent holds, and the words say its numbers."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch

from dlviz.core.classifier import Classifier
from dlviz.core.deconv_stages import Stage, Unit, descend, strongest_unit
from dlviz.figures import deconv_words as words
from dlviz.figures.deconv import descent_data, stage_titles
from tests.core.conftest import make_images, make_net

__all__ = ["make_images", "make_net"]
RULES = list(words.RULES)


@pytest.fixture
def found(make_net, make_images):
    """A descent through overlapping pools, by rule."""

    def of(rule="deconvnet", kind="overlapping"):
        model, image = make_net(kind), make_images(1)[0]
        return descend(model, image, strongest_unit(model, image, layer="pool2", channel=5), rule)

    return of


def numbers_of(packed, shape):
    steps = np.frombuffer(base64.b64decode(packed["steps"]), "<i2").reshape(shape)
    return steps / 32767 * packed["largest"]


def data_of(descent):
    return descent_data(descent, title="a title", field=(1, 2, 9, 8))


@pytest.mark.parametrize("rule", RULES)
def test_maps_and_signals_survive_the_packing(rule, found):
    descent = found(rule)
    data = data_of(descent)
    pixels, *rest = data["tensors"]
    levels = np.frombuffer(base64.b64decode(pixels["levels"]), np.uint8).reshape(3, 24, 24)
    assert np.abs(levels / 255 - descent.pixels.numpy()).max() <= 0.5 / 255 + 1e-6
    signal = numbers_of(pixels["down"], (3, 24, 24))
    assert np.abs(signal - descent.signal.numpy()).max() <= pixels["down"]["largest"] / 60000
    assert len(rest) == len(descent.stages) == 6
    for tensor, stage in zip(rest, descent.stages, strict=True):
        assert tensor["shape"] == list(stage.up.shape)
        for way in ("up", "down"):
            wanted = getattr(stage, way)[tensor["channels"]].numpy()
            got = numbers_of(tensor[way], wanted.shape)
            assert np.abs(got - wanted).max() <= tensor[way]["largest"] / 60000


def test_the_channels_shown_carry_most_of_the_signal(found):
    descent = found()
    tensors = data_of(descent)["tensors"][1:]
    groups = [tensor["group"] for tensor in tensors]
    assert groups == [0, 0, 0, 1, 1, 1]
    sizes = descent.stages[2].down.abs().sum((1, 2))
    assert sizes[tensors[2]["channels"]].tolist() == sorted(sizes.tolist(), reverse=True)[:6]
    assert {tuple(tensor["channels"]) for tensor in tensors[:3]} == {tuple(tensors[0]["channels"])}
    largest = float(sizes.max() / sizes.sum())
    assert tensors[0]["shares"][0] == f"{100 * largest:.0f} %"
    assert tensors[-1]["channels"] == [5]


def test_switches_and_filters_are_those_between_the_shown_channels(found):
    descent = found()
    data = data_of(descent)
    kinds = [step["kind"] for step in data["steps"]]
    assert kinds == ["start", "max_pool", "relu", "conv", "max_pool", "relu", "conv"]
    lower, upper = data["tensors"][1]["channels"], data["tensors"][4]["channels"]
    pool = np.frombuffer(base64.b64decode(data["steps"][4]["switches"]), "<i4")
    wanted = descent.stages[2].switches[lower].flatten().tolist()
    assert pool.tolist() == wanted
    conv = data["steps"][3]["filters"]
    assert conv["shape"] == [1, len(lower), 3, 3]
    weight = descent.stages[3].weight[upper][:, lower].numpy()
    assert np.abs(numbers_of(conv, weight.shape) - weight).max() <= conv["largest"] / 60000
    assert data["steps"][6]["filters"]["shape"] == [len(lower), 3, 5, 5]


def test_the_relus_words_count_what_it_cuts(found):
    descent = found()
    assert "The unit’s own ReLU" in words.step_words(descent, 4)
    signal = descent.stages[1].down
    assert int((signal < 0).sum()) > 0
    said = words.step_words(descent, 1)
    assert f"{int((signal < 0).sum())} are negative and are cut away" in said
    assert f"of {int((signal != 0).sum())} values that arrive" in said
    cut = float(signal.clamp(max=0).abs().sum() / signal.abs().sum())
    assert words.percent(cut) in said


@pytest.mark.parametrize("rule", ["guided", "plain"])
def test_the_other_rules_words_count_what_arrives_at_closed_relus(rule, make_images):
    torch.manual_seed(0)
    chain = torch.nn.Sequential(
        torch.nn.Conv2d(3, 6, 3), torch.nn.ReLU(), torch.nn.Conv2d(6, 4, 3), torch.nn.ReLU()
    )
    model = Classifier(chain, "a", [0.5] * 3, [0.2] * 3, layers=["3"], input_shape=(3, 24, 24))
    image = make_images(1)[0]
    descent = descend(model, image, strongest_unit(model, image, layer="3", channel=1), rule)
    arriving, closed = descent.stages[1].down, descent.stages[0].up <= 0
    lost = closed & (arriving > 0 if rule == "guided" else arriving != 0)
    assert 0 < int(lost.sum()) < int((arriving != 0).sum())
    said = words.step_words(descent, 1)
    wanted = {
        "guided": f"{int(lost.sum())} arrive where the ReLU was closed",
        "plain": f"{int(lost.sum())} of {int((arriving != 0).sum())} values arrive where it was",
    }
    assert wanted[rule] in said


def test_unpooling_says_whether_windows_overlap(found):
    overlapping, apart = words.step_words(found(), 2), words.step_words(found(kind="plain"), 2)
    assert "windows overlap (3×3, stride 2)" in overlapping
    assert "gets the sum, as in the gradient" in overlapping
    assert "do not overlap, so each has a place of its own" in apart


def test_the_start_says_who_speaks(make_net, make_images, found):
    descent = found()
    said = words.start_words(descent)
    assert f"its own activation {descent.value:.2f}. The other 299 values" in said
    model, image = make_net(), make_images(1)[0]
    maps = descend(model, image, Unit("relu2", 0, 0, 0)).stages[-1].up
    channel, row, column = (maps == 0).nonzero()[0].tolist()
    silent = descend(model, image, Unit("relu2", channel, row, column))
    assert "silent in this picture" in words.start_words(silent)
    assert words.step_words(silent, 0) == words.start_words(silent)
    before = descend(model, image, Unit("conv2", channel, row, column))
    assert before.value < 0
    assert "what spoke against the unit" in words.start_words(before)
    data = data_of(silent)  # nothing to show, and nothing fails
    assert data["tensors"][0]["down"]["limit"] == 1.0


def test_numbers_in_words():
    maps = torch.zeros(2, 5, 10)
    maps[0, :, :5] = 4.2
    maps[1, 0, :3] = -0.5
    assert words.numbers(maps) == "5×10×2, 25 % positive, 3 % negative, max |value| 4.20"
    assert words.numbers(maps[:1]) == "5×10×1, 50 % positive, 0 % negative, max 4.20"
    assert words.percent(0.001) == "under 1 %"
    assert words.percent(0.999) == "over 99 %"
    assert (words.digits(0.0), words.digits(0.0123), words.digits(12345.0)) == (
        "0.00",
        "0.012",
        "1.2e+04",
    )


def test_a_template_is_called_one():
    assert "cosine with that of the mirrored picture: 1.000" in words.template_words(1, first=False)
    assert "Guided backpropagation" in words.template_words(1, first=False)
    assert "own filter" in words.template_words(1, first=True)


def test_names_fit_above_the_maps():
    def titles(*stages):
        nothing = torch.zeros(1, 1, 1)
        return stage_titles([Stage(name, kind, nothing, nothing) for name, kind in stages])

    assert titles(("conv1", "conv"), ("relu1", "relu")) == ["conv1", "relu1"]
    alexnet = [("features.0", "conv"), ("features.1", "relu"), ("features.2", "max_pool")]
    assert titles(*alexnet, ("features.3", "conv")) == ["conv1", "relu1", "pool1", "conv2"]
    blocks = [("features.0", "block"), ("features.1", "block")]
    assert titles(*blocks) == ["block 0", "block 1"]
    resnet = [("maxpool", "max_pool"), ("layer1", "block"), ("layer2.0", "block")]
    assert titles(*resnet) == ["maxpool", "layer1", "layer2.0"]
