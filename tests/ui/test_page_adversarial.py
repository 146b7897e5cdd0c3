"""The adversarial page under AppTest: it runs for every model, picture and address."""

import random
from functools import partial
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from dlviz.figures import attack
from dlviz.io.models import MODELS
from dlviz.io.photographs import load_photograph
from dlviz.ui.adversarial import subject as ui_attack
from dlviz.ui.models import address_of


@pytest.fixture
def open_page(run_page):
    return partial(run_page, "adversarial")


@pytest.fixture
def gradients(monkeypatch):
    """Every gradient that is computed, by the size of its picture; nothing is cached before."""
    ui_attack._shared_study.clear()
    computed = []
    real = attack.study

    def counted(model, pixels):
        computed.append(tuple(pixels.shape))
        return real(model, pixels)

    monkeypatch.setattr(attack, "study", counted)
    return computed


@pytest.fixture
def nothing_shared(monkeypatch):
    """The cache that all visitors share must not be asked."""

    def asked(*_arguments):
        raise AssertionError("a visitor's own work went to the shared cache")

    monkeypatch.setattr(ui_attack, "_shared_study", asked)


def sound(test):
    assert not test.exception, test.exception
    return test


def said(test):
    """The verdict with its kind."""
    (box,) = [item.value for item in test.markdown if 'class="verdict' in item.value]
    return box


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption])


def png(picture):
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def upload(test, data):
    return sound(test.file_uploader[0].set_value(("mine.png", data, "image/png")).run())


def test_it_opens_on_a_cup_of_espresso_that_is_fooled(open_page):
    test = open_page()
    assert "verdict fooled" in said(test)
    assert "espresso has become consomme" in said(test)
    assert test.slider(key="eps").value == 2
    assert r"2/255 = 0.0078" in texts(test)
    assert "Magnified ×128" in texts(test)
    assert "with random signs: still espresso" in texts(test)
    assert len(test.image) == 3
    assert not test.query_params


def test_moving_eps_computes_no_second_gradient(open_page, gradients):
    test = open_page()
    for eps, kind in [(0, "start"), (1, "fooled"), (16, "fooled")]:
        sound(test.slider(key="eps").set_value(eps).run())
        assert f"verdict {kind}" in said(test)
        assert f"{eps}/255 = {eps / 255:.4f}" in texts(test)
    sound(test.toggle(key="magnified").set_value(False).run())
    assert "True scale" in texts(test)
    assert gradients == [(3, 224, 224)]


@pytest.mark.parametrize(
    ("picture", "kind"), [("cat", "changed"), ("camera", "fooled"), ("brick", "unsuitable")]
)
def test_a_photograph_that_the_net_does_not_know_cannot_fool_it(open_page, picture, kind):
    assert f"verdict {kind}" in said(open_page(picture=picture))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_opens_on_a_picture_that_it_gets_right(open_page, name):
    test = open_page(model=name)
    assert "verdict unsuitable" not in said(test)
    assert name in test.code[0].value


@pytest.mark.parametrize(
    "address",
    [
        {"model": "../secret", "photo": "<b>", "eps": "abc", "magnified": "maybe"},
        {"eps": "-1", "picture": "own"},
        {"eps": "99999999999999999999"},
        {"model": "creatures_cnn", "image": "-1", "eps": "41"},
        {"model": "creatures_cnn", "image": "1500", "eps": "NaN"},
        {"model": "fashion_cnn", "image": "1e9"},
        {"model": "fashion_cnn", "image": ""},
    ],
)
def test_a_spoilt_address_is_the_default_and_no_traceback(open_page, address):
    test = open_page(**address)
    assert 'class="verdict' in said(test)
    assert test.slider(key="eps").value in (2, 16, 40)


def test_a_link_brings_model_picture_and_eps_back(open_page):
    test = open_page(model="creatures_cnn", image="7", eps="33")
    assert test.number_input(key="image").value == 7
    assert test.slider(key="eps").value == 33
    assert "held_out(" in test.code[0].value
    assert "pixels = pixels[7]" in test.code[0].value
    assert "33 / 255 * gradient.sign()" in test.code[0].value


def test_another_kind_of_net_starts_at_its_own_eps_and_picture(open_page):
    test = open_page(model="creatures_cnn", image="1499", eps="33")
    for name, largest, first in [
        ("mobilenet_v2", 16, 2),
        ("fashion_cnn", 80, 40),
        ("creatures_cnn", 40, 16),
    ]:
        sound(test.selectbox(key="model").set_value(name).run())
        slider = test.slider(key="eps")
        assert (slider.max, slider.value) == (largest, first)
        assert "verdict unsuitable" not in said(test)


def test_a_random_picture_is_one_that_the_net_gets_right(open_page):
    test = open_page(model="creatures_cnn")
    state = random.getstate(), torch.random.get_rng_state(), np.random.get_state()[1].tolist()
    seen = set()
    for _ in range(4):
        (button,) = [item for item in test.button if item.label == "Random"]
        sound(button.click().run())
        seen.add(test.number_input(key="image").value)
        assert "verdict unsuitable" not in said(test)
    assert len(seen) > 1
    assert random.getstate() == state[0]
    assert torch.equal(torch.random.get_rng_state(), state[1])
    assert np.random.get_state()[1].tolist() == state[2]


def test_an_upload_stays_with_its_owner(open_page, gradients, request):
    test = open_page(picture="own")
    assert "Until then: coffee." in texts(test)
    request.getfixturevalue("nothing_shared")
    upload(test, png(load_photograph("camera")))
    assert "tripod" in said(test)
    assert "my-picture.png" in test.code[0].value
    sound(test.slider(key="eps").set_value(3).run())
    assert gradients == [(3, 224, 224)] * 2


@pytest.mark.parametrize("data", [b"", b"no picture", png(load_photograph("cat"))[:5000]])
def test_a_refused_upload_is_one_sentence_and_the_page_goes_on(open_page, data):
    test = upload(open_page(picture="own"), data)
    assert [item.value.count(".") for item in test.error] == [1]
    assert "verdict fooled" in said(test)


def test_a_visitors_own_net_is_attacked_and_nothing_is_shared(open_page, mine, nothing_shared):
    snapshots = MODELS["creatures_cnn"].snapshots()
    entry = mine.shelf.add(snapshots[-1].spec, snapshots[-1:])
    test = open_page(model=entry.key, eps="40")
    assert test.selectbox(key="model").value == address_of(entry)
    assert "verdict fooled" in said(test)
    assert "read_checkpoint" in test.code[0].value
