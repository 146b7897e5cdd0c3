"""The deconvnet view under AppTest: every model and address shows something true or a sentence."""

from functools import partial

import pytest

from dlviz.core.patches import top_patches
from dlviz.io import datasets
from dlviz.io.models import load_model
from dlviz.ui.components import deconv as component
from dlviz.ui.filters import deconvnet as view
from dlviz.ui.filters import memory, unit
from tests.ui.test_page_filters import activations_by_hand, snapshot, sound, texts

NAME = "creatures_cnn"


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to the component."""
    given = {}
    real = component._mount

    def mount(*, key, data, **options):
        given.update(data)
        return real(key=key, data=data, **options)

    monkeypatch.setattr(component, "_mount", mount)
    return given


@pytest.fixture
def told(monkeypatch):
    """What the component says in the next run, as a hand in the browser would."""
    said = {}
    monkeypatch.setattr(view, "_told", said.get)
    return said


@pytest.fixture
def open_page(monkeypatch, run_page, shown):
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    return partial(run_page, "filters", view="deconvnet")


def html(test):
    return " ".join(item.proto.body for item in test.get("html"))


def test_it_opens_on_the_strongest_picture_of_the_whisker_channel(open_page, shown):
    test = open_page()
    layer, channel = unit.FIRST_LOOK[NAME]
    strongest = activations_by_hand(NAME, layer, channel).max()
    assert float(shown["value"]) == pytest.approx(float(strongest), abs=0.006)
    assert shown["unit"][0] == channel
    assert set(test.query_params) == {"view"}
    assert [tensor["name"] for tensor in shown["tensors"]][-3:] == ["pool2", "conv3", "relu3"]
    assert len(shown["steps"]) == len(shown["tensors"]) == 9
    assert "what in **this** picture drove the unit, not what the unit means" in texts(test)
    assert html(test).count("<figure>") == 5
    assert "for this unit" in html(test)
    assert not test.info


@pytest.mark.acceptance
@pytest.mark.parametrize("name", view.FIRST_PICTURE)
def test_the_first_picture_is_the_one_that_excites_the_channel_most(name):
    layer, channel = unit.FIRST_LOOK[name]
    assert int(activations_by_hand(name, layer, channel).argmax()) == view.FIRST_PICTURE[name]


def test_the_address_says_unit_picture_place_and_rule(open_page, shown):
    test = open_page(layer="relu4", channel="3", image="7", at="2.5", rule="guided")
    assert shown["unit"] == [3, 2, 5]
    assert shown["rule"] == "guided"
    assert test.number_input(key="image").value == 7
    assert not test.info
    sound(test.number_input(key="channel").set_value(4).run())
    assert "at" not in test.query_params  # another channel is strongest elsewhere
    assert shown["unit"][0] == 4
    assert shown["rule"] == "guided"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"at": "9.1"}, "a place “9.1” in a map of 7 rows and 7 columns"),
        ({"at": "one"}, "a place “one”"),
        ({"at": "1.-1"}, "in a map of 7 rows"),
        ({"at": "٣.1"}, "in a map of 7 rows"),
        ({"rule": "<b>x"}, "a rule “bx”"),
    ],
)
def test_a_bad_link_gets_the_default_and_one_sentence(open_page, shown, address, said):
    test = open_page(**address)
    (info,) = test.info
    assert said in info.value
    assert shown["unit"] == [89, 5, 5]
    assert shown["rule"] == "deconvnet"


def test_a_clicked_place_and_a_chosen_rule_are_followed(open_page, shown, told):
    test = open_page()
    told.update(spot=[6, 2], rule="plain")
    sound(test.run())
    assert shown["unit"] == [89, 6, 2]
    assert shown["rule"] == "plain"
    told.clear()
    sound(test.run())
    assert shown["unit"] == [89, 6, 2]
    assert test.query_params["at"] in ("6.2", ["6.2"])
    assert test.query_params["rule"] in ("plain", ["plain"])
    told.update(spot=[5, 5], rule="elsewhere")
    sound(test.run())
    assert "at" not in test.query_params
    assert shown["rule"] == "plain"


def test_grad_cam_explains_the_unit_or_the_class(open_page):
    test = open_page()
    assert "the 7×7 maps of pool 2, for this unit" in html(test)
    sound(test.selectbox(key="cam").set_value("class").run())
    assert "the maps of conv 3 (after ReLU), for the class mouse (1.00)" in html(test)
    assert test.query_params["cam"] in ("class", ["class"])
    assert "grad_cam(model, image, " in test.code[0].value
    assert "grad_cam(model, image, unit" not in test.code[0].value


@pytest.mark.parametrize("name", ["photo_cnn", "fashion_cnn"])
def test_the_first_and_the_last_layer_of_other_nets(open_page, shown, name):
    layers = list(memory.facts(load_model(name))[1])
    test = open_page(model=name, layer=layers[0])
    assert len(shown["steps"]) == 3
    (info,) = test.info
    assert "own filter, laid down at its place" in info.value
    assert "1.000" in info.value
    assert "for the class" in html(test)
    sound(test.selectbox(key="layer").set_value(layers[-1]).run())
    assert shown["tensors"][-1]["name"] == layers[-1]
    assert not test.info


def test_mobilenet_shows_one_template_and_offers_guided_backpropagation(open_page, shown, told):
    test = open_page(model="mobilenet_v2", layer="features.2")
    (info,) = test.info
    assert "no switches" in info.value
    assert "cosine with that of the mirrored picture: 1.000" in info.value
    assert "Guided backpropagation" in info.value
    assert [tensor["name"] for tensor in shown["tensors"]] == [
        "pixels", "block 0", "block 1", "block 2",
    ]  # fmt: skip
    told.update(rule="guided")
    sound(test.run())
    assert shown["rule"] == "guided"
    assert not test.info


def test_a_visitors_own_net_stays_in_their_session(open_page, mine, shown):
    spec, first = snapshot("digits")
    entry = mine.shelf.add(spec, [first])
    test = open_page(model=entry.key)
    assert shown["tensors"][0]["shape"] == [1, 28, 28]
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    assert f"{entry.key}.safetensors" in test.code[0].value


def test_a_net_without_maps_and_one_without_relus_get_a_sentence(open_page, mine):
    spec, first = snapshot("logistic")
    test = open_page(model=mine.shelf.add(spec, [first]).key)
    assert "no layer that can be looked into" in test.error[0].value
    spec, first = without_relus()
    test = open_page(model=mine.shelf.add(spec, [first]).key)
    assert "no ReLU" in test.error[0].value


def without_relus():
    """A visitor's net with tanh and pools."""
    from dataclasses import replace

    import torch

    from dlviz.core.layers import build
    from dlviz.core.networks import PRESETS
    from dlviz.core.snapshots import DataFacts, Snapshot
    from dlviz.core.specs import NetSpec, layer

    net = NetSpec(
        (layer("conv", channels=4, kernel=3), layer("tanh"), layer("max_pool", size=2),
         layer("flatten"), layer("dense"))
    )  # fmt: skip
    spec = replace(PRESETS["digits"].spec, net=net)
    facts = DataFacts(datasets.DATASETS["mnist"].classes, (1, 28, 28), (0.3,), (0.3,))
    module, _ = build(net, facts.shape, 10, torch.Generator().manual_seed(0))
    return spec, Snapshot(0, 0.0, module.state_dict(), spec, facts)


def test_around_the_first_picture_none_excites_the_channel_more():
    pixels, _ = datasets.held_out(load_model(NAME).data)
    layer, channel = unit.FIRST_LOOK[NAME]
    found = top_patches(load_model(NAME), pixels[800:840], layer=layer)
    assert int(found.indices[channel, 0]) + 800 == view.FIRST_PICTURE[NAME]
    assert found.positions[channel, 0].tolist() == [5, 5]
