"""The view "The plane" under AppTest: what the component gets, for every net and address."""

from __future__ import annotations

import base64
from functools import partial

import numpy as np
import pytest
import torch

from dlviz.core.attacks import fgsm
from dlviz.core.data import to_unit
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model
from dlviz.ui.adversarial import plane as view
from dlviz.ui.filters import memory
from tests.ui.own_nets import own_net


@pytest.fixture
def shown(monkeypatch):
    """What the component gets, run after run."""
    found = []
    monkeypatch.setattr(view, "plane_view", found.append)
    return found


@pytest.fixture
def open_view(monkeypatch, run_page, shown):
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    return partial(run_page, "adversarial", scene="plane", model="fashion_cnn")


def sound(test):
    assert not test.exception, test.exception
    assert not test.error, [item.value for item in test.error]
    return test


def along_the_axis(data):
    """Class names on the positive half of the horizontal axis, the middle first."""
    side = 2 * data["half"] + 1
    start = data["half"] * side + data["half"]
    return [data["names"][at] for at in data["labels"][start : start + data["half"] + 1]]


def test_it_grows_finer_and_its_axis_is_fgsm(open_view, shown):
    test = sound(open_view(image="3"))
    measured = [sum(data["known"]) for data in shown]
    assert measured == sorted(measured)
    assert measured[0] == 81, "coarse first"
    assert measured[-1] == 33 * 33
    data = shown[-1]
    model = load_model("fashion_cnn")
    pixels = held_out("fashion_mnist")[0][3:4]
    label = model(to_unit(pixels)).argmax(dim=1)
    for step, name in enumerate(along_the_axis(data)):
        moved = fgsm(model, to_unit(pixels), label, step * data["unit"] / 255)
        chances = model.probabilities((moved * 255).round() / 255)
        assert name == model.classes[int(chances.argmax())]
    text = " ".join(item.value for item in test.markdown)
    assert "Along **the gradient’s sign**" in text
    assert not test.query_params.get("seed")


def test_the_address_says_everything(open_view, shown):
    test = sound(open_view(image="3", span="random", seed="7", reach="16"))
    data = shown[-1]
    assert (data["unit"], data["axes"]) == (1, ["random signs", "other random signs"])
    assert len(set(data["labels"])) == 1, "random signs do not fool it"
    assert test.number_input(key="seed").value == 7
    first = base64.b64decode(data["signs"])
    sound(test.number_input(key="seed").set_value(8).run())
    assert test.query_params["seed"] in ("8", ["8"])
    assert base64.b64decode(shown[-1]["signs"]) != first


def test_a_link_to_what_is_not_there_gets_a_sentence_for_each(open_view, shown):
    test = sound(open_view(span="x", reach="9", seed="-1"))
    told = " ".join(item.value for item in test.info)
    for sentence in ("“x” as plane", "“9” as reach", "seed is a number from 0 to"):
        assert sentence in told
    assert shown


@pytest.mark.parametrize("preset", ["digits", "logistic"])
def test_a_visitors_own_net_stays_in_their_session(open_view, mine, shown, preset):
    entry = own_net(mine, preset)
    test = sound(open_view(model=entry.key))
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    assert shown[-1]["channels"] == 1
    assert all(shown[-1]["known"])
    assert "read_checkpoint" in test.code[0].value


def test_where_the_gradient_is_0_the_control_plane_is_offered(open_view, shown, monkeypatch):
    from dlviz.figures import attack

    real = attack.study

    def flat(model, pixels):
        one = real(model, pixels)
        return attack.Study(pixels, torch.zeros_like(one.direction), one.label, one.clean)

    monkeypatch.setattr(view, "studied", lambda _offer, model, subject: flat(model, subject.pixels))
    test = open_view()
    assert "Choose the plane of two random directions" in test.error[0].value
    assert not shown
    sound(test.selectbox(key="span").set_value("random").run())
    assert np.all(shown[-1]["known"])


@pytest.mark.acceptance
@pytest.mark.parametrize("name", ["mobilenet_v2", "creatures_cnn", "photo_cnn"])
def test_every_shipped_net(open_view, shown, name):
    sound(open_view(model=name))
    data = shown[-1]
    assert all(data["known"])
    names = along_the_axis(data)
    assert names[0] == data["target"]
    assert names[-1] != data["target"], "the walk leaves the class"
    sound(open_view(model=name, span="random"))
    assert along_the_axis(shown[-1])[1] == shown[-1]["target"]
