"""The view "From inside" under AppTest: every net, attack and address."""

from __future__ import annotations

from functools import partial

import pytest

from dlviz.io.models import load_model
from dlviz.ui.filters import memory
from tests.ui.own_nets import own_net


@pytest.fixture
def open_view(monkeypatch, run_page):
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    return partial(run_page, "adversarial", scene="inside", model="fashion_cnn")


def sound(test):
    assert not test.exception, test.exception
    assert not test.error, [item.value for item in test.error]
    return test


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption])


def test_it_opens_on_distances_maps_grad_cam_and_occlusion(open_view):
    test = sound(open_view())
    said = texts(test)
    assert "Attacked by ε = 40/255" in said
    assert "On the way the attack has grown" in said
    assert said.count('class="changed"') == 1
    assert said.count('class="panels4"') == 2
    assert "A square of 9×9 pixels" in said
    assert len(test.get("plotly_chart")) == 1
    for key in ("layer", "measure", "eps", "attack"):
        assert key not in test.query_params


def test_the_address_says_everything(open_view):
    address = {"layer": "relu1", "measure": "angle", "eps": "20", "attack": "pgd", "image": "3"}
    test = sound(open_view(**address))
    assert "**conv 1 (after ReLU)**" in texts(test)
    assert "90° is nothing in common" in texts(test)
    assert "Attacked by ε = 20/255" in texts(test)
    assert '"pgd"' in test.code[0].value
    assert "20 / 255" in test.code[0].value
    for name, value in address.items():
        assert test.query_params[name] in (value, [value])
    sound(test.number_input(key="eps").set_value(0).run())
    assert "Nothing is added" in texts(test)


def test_a_link_to_what_is_not_there_gets_a_sentence_for_each(open_view):
    test = sound(open_view(layer="conv9", measure="x", eps="256", attack="deepfool"))
    told = " ".join(item.value for item in test.info)
    for sentence in ("“conv9” as layer", "“x” as measure", "from 0 to 255"):
        assert sentence in told
    assert test.selectbox(key="attack").value == "fgsm"


@pytest.mark.parametrize(
    ("preset", "said"),
    [
        ("digits", "Grad-CAM at"),
        ("deep_mlp", "this layer answers with a vector"),
        ("logistic", "random signs"),
    ],
)
def test_a_visitors_own_net_stays_in_their_session(open_view, mine, preset, said):
    test = sound(open_view(model=own_net(mine, preset).key))
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    assert said in texts(test)
    assert "read_checkpoint" in test.code[0].value
    if preset == "logistic":
        assert "no hidden layer" in " ".join(item.value for item in test.info)
    if preset != "digits":
        assert "there is no Grad-CAM of it" in texts(test)


def test_a_picture_that_the_net_does_not_know_is_no_fair_test(open_view):
    for view in ("inside", "plane"):
        for image, unfair in (("0", False), ("5", True)):
            test = sound(open_view(scene=view, image=image))
            told = " ".join(item.value for item in test.info)
            assert ("Not a fair test: the net is wrong from the start" in told) is unfair


@pytest.mark.acceptance
@pytest.mark.parametrize("name", ["mobilenet_v2", "creatures_cnn", "photo_cnn"])
def test_every_shipped_net(open_view, name):
    test = sound(open_view(model=name))
    assert "On the way the attack has grown" in texts(test)
    assert texts(test).count('class="panels4"') == (1 if name == "mobilenet_v2" else 2)
    if load_model(name).input_shape[-1] >= 128:
        sound(test.toggle(key="cover").set_value(True).run())
        assert "of 36 places" in texts(test)
