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
from dlviz.ui.adversarial import opened, studies
from dlviz.ui.components import fgsm
from dlviz.ui.models import address_of
from dlviz.ui.newest import Newest


@pytest.fixture
def shown(monkeypatch):
    """What the component was given, newest last."""
    given = []
    real = fgsm._mount

    def mount(*, key, data, **options):
        given.append(data)
        return real(key=key, data=data, **options)

    monkeypatch.setattr(fgsm, "_mount", mount)
    return given


@pytest.fixture
def open_page(monkeypatch, run_page, shown):
    """Run the page with nothing kept; only the few ε around the current one are asked about."""
    monkeypatch.setattr(studies, "SHARED", Newest(8))
    monkeypatch.setattr(opened, "run", lambda task, **_options: task.result)
    return partial(run_page, "adversarial")


@pytest.fixture
def gradients(monkeypatch):
    """Every gradient that is computed, by the size of its picture and its target."""
    computed = []
    real = attack.study

    def counted(model, pixels, target=None):
        computed.append((*pixels.shape, target))
        return real(model, pixels, target)

    monkeypatch.setattr(attack, "study", counted)
    return computed


@pytest.fixture
def nothing_shared(monkeypatch):
    """The cache that all visitors share must not be asked."""

    class Asked:
        def get(self, *_arguments):
            raise AssertionError("a visitor's own work went to the shared cache")

    monkeypatch.setattr(studies, "SHARED", Asked())


def sound(test):
    assert not test.exception, test.exception
    return test


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption])


def rest_on(test, eps, side="signs"):
    """As if the finger had rested there: the component's event sets both."""
    test.session_state[opened.EPS], test.session_state[opened.SIDE] = eps, side
    return sound(test.run())


def verdict(data, eps=None, side="signs"):
    return data["rows"][data["eps"] if eps is None else eps][side]


def asked(test, key):
    """What the address has: a list where the test has put it there."""
    value = test.query_params[key]
    return value if isinstance(value, str) else value[-1]


def png(picture):
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def upload(test, data):
    return sound(test.file_uploader[0].set_value(("mine.png", data, "image/png")).run())


def test_it_opens_on_a_cup_of_espresso_that_is_fooled(open_page, shown):
    test = open_page()
    data = shown[-1]
    assert (data["eps"], data["side"]) == (2, "signs")
    clean = verdict(data, 0)["top"][0]
    assert clean["name"] == "espresso"
    assert clean["share"] >= 0.5
    for eps in (1, 2):
        assert verdict(data, eps)["kind"] == "fooled"
        assert "espresso has become consomme" in verdict(data, eps)["say"]
        assert not verdict(data, eps, "noise")["flipped"]
    assert "Random signs. Resisted: still espresso" in verdict(data, 2, "noise")["say"]
    assert data["smallest"] == 1
    assert not test.query_params


def test_the_whole_scan_is_made_by_itself_and_says_how_far(monkeypatch, run_page, shown):
    monkeypatch.setattr(studies, "SHARED", Newest(8))
    run_page("adversarial", model="creatures_cnn")
    assert None in shown[0]["rows"], "something is there before all of it is"
    assert None not in shown[-1]["rows"]
    assert "Every ε up to 40/255 was tried" in shown[-1]["facts"]
    assert {data["start"] for data in shown} == {shown[0]["start"]}


def test_every_step_of_the_file_can_be_scanned(open_page, shown):
    test = open_page(model="creatures_cnn", eps="200", whole="1")
    assert shown[-1]["largest"] == 255
    assert shown[-1]["rows"][200] is not None
    sound(test.toggle(key="whole").set_value(False).run())
    assert (shown[-1]["largest"], shown[-1]["eps"]) == (40, 40)


def test_the_way_back_brings_the_short_scan_back(open_page, shown):
    """What the address says counts in the same run, not only after the next click."""
    test = open_page(model="creatures_cnn", whole="1")
    assert shown[-1]["largest"] == 255
    del test.query_params["whole"]
    sound(test.run())
    assert shown[-1]["largest"] == 40
    assert not test.toggle(key="whole").value


def test_a_resting_finger_is_in_the_address_and_computes_no_second_gradient(
    open_page, gradients, shown
):
    test = open_page()
    start = shown[-1]["start"]
    for eps in (0, 1, 16):
        rest_on(test, eps)
        assert asked(test, "eps") == str(eps)
        assert verdict(shown[-1], eps)["kind"] == ("fooled" if eps else "start")
    rest_on(test, 2, "noise")
    assert "eps" not in test.query_params
    assert asked(test, "signs") == "noise"
    assert gradients == [(3, 224, 224, None)]
    assert shown[-1]["start"] != start, "who has no event told it is a link or a card"


@pytest.mark.parametrize(
    ("picture", "kind"), [("cat", "changed"), ("camera", "fooled"), ("brick", "unsuitable")]
)
def test_a_photograph_that_the_net_does_not_know_cannot_fool_it(open_page, shown, picture, kind):
    open_page(picture=picture)
    assert verdict(shown[-1])["kind"] == kind


@pytest.mark.parametrize("name", MODELS)
def test_every_model_opens_on_a_picture_that_it_gets_right(open_page, shown, name):
    test = open_page(model=name)
    assert verdict(shown[-1])["kind"] in ("fooled", "holds")
    assert name in test.code[0].value


@pytest.mark.parametrize(
    "address",
    [
        {"model": "../secret", "photo": "<b>", "eps": "abc", "magnified": "maybe"},
        {"eps": "-1", "picture": "own", "signs": "<i>"},
        {"eps": "99999999999999999999", "target": "1000", "whole": "2"},
        {"model": "creatures_cnn", "image": "-1", "eps": "256", "target": "-1"},
        {"model": "creatures_cnn", "image": "1500", "eps": "NaN", "target": "espresso"},
        {"model": "fashion_cnn", "image": "1e9"},
        {"model": "fashion_cnn", "image": "", "eps": "²"},
    ],
)
def test_a_spoilt_address_is_the_default_and_no_traceback(open_page, shown, address):
    open_page(**address)
    assert shown[-1]["eps"] in (2, 16, 40)
    assert shown[-1]["target"] is None


def test_a_link_brings_model_picture_and_eps_back(open_page, shown):
    test = open_page(model="creatures_cnn", image="7", eps="33")
    assert test.number_input(key="image").value == 7
    assert shown[-1]["eps"] == 33
    assert shown[-1]["rows"][33] is not None, "what is looked at is asked about first"
    assert "held_out(" in test.code[0].value
    assert "pixels = pixels[7]" in test.code[0].value
    assert "image + 33 / 255 * gradient.sign()" in test.code[0].value


def test_an_attack_can_be_aimed(open_page, shown, gradients):
    test = open_page(model="creatures_cnn", target="likely", eps="40")
    order = [row["name"] for row in shown[-1]["rows"][0]["signs"]["top"]]
    assert shown[-1]["target"] == order[1]
    assert verdict(shown[-1])["aim"] > verdict(shown[-1], 0)["aim"], "its loss has fallen"
    assert "image - 40 / 255 * gradient.sign()" in test.code[0].value
    assert "One straight step often misses" in texts(test)
    sound(test.selectbox(key="target").set_value("least").run())
    assert asked(test, "target") == "least"
    chosen = next(text for text in test.selectbox(key="target").options if text == "To cat")
    sound(test.selectbox(key="target").select(chosen).run())
    assert shown[-1]["target"] == "cat"
    assert [target is None for *_, target in gradients] == [True, False, False, False]


def test_another_kind_of_net_starts_at_its_own_eps_and_picture(open_page, shown):
    test = open_page(model="creatures_cnn", image="1499", eps="33")
    for name, largest, first in [
        ("mobilenet_v2", 32, 2),
        ("fashion_cnn", 80, 40),
        ("creatures_cnn", 40, 16),
    ]:
        sound(test.selectbox(key="model").set_value(name).run())
        assert (shown[-1]["largest"], shown[-1]["eps"]) == (largest, first)
        assert verdict(shown[-1])["kind"] != "unsuitable"


def test_a_random_picture_is_one_that_the_net_gets_right(open_page, shown):
    test = open_page(model="creatures_cnn")
    state = random.getstate(), torch.random.get_rng_state(), np.random.get_state()[1].tolist()
    seen = set()
    for _ in range(4):
        (button,) = [item for item in test.button if item.label == "Random"]
        sound(button.click().run())
        seen.add(test.number_input(key="image").value)
        assert verdict(shown[-1])["kind"] != "unsuitable"
    assert len(seen) > 1
    assert random.getstate() == state[0]
    assert torch.equal(torch.random.get_rng_state(), state[1])
    assert np.random.get_state()[1].tolist() == state[2]


def test_an_upload_stays_with_its_owner(open_page, shown, gradients, request):
    test = open_page(picture="own")
    assert "Until then: coffee." in texts(test)
    request.getfixturevalue("nothing_shared")
    upload(test, png(load_photograph("camera")))
    assert shown[-1]["label"] == "tripod"
    assert "my-picture.png" in test.code[0].value
    rest_on(test, 3)
    assert gradients == [(3, 224, 224, None)] * 2


@pytest.mark.parametrize("data", [b"", b"no picture", png(load_photograph("cat"))[:5000]])
def test_a_refused_upload_is_one_sentence_and_the_page_goes_on(open_page, shown, data):
    test = upload(open_page(picture="own"), data)
    assert [item.value.count(".") for item in test.error] == [1]
    assert verdict(shown[-1])["kind"] == "fooled"


def test_a_visitors_own_net_is_attacked_and_nothing_is_shared(
    open_page, shown, mine, nothing_shared
):
    snapshots = MODELS["creatures_cnn"].snapshots()
    entry = mine.shelf.add(snapshots[-1].spec, snapshots[-1:])
    test = open_page(model=entry.key, eps="40")
    assert test.selectbox(key="model").value == address_of(entry)
    assert verdict(shown[-1])["kind"] == "fooled"
    assert "read_checkpoint" in test.code[0].value
