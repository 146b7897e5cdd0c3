"""The feature maps' view under AppTest: every kind of network, picture and address."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.io.datasets import DATASETS
from dlviz.io.models import MODELS
from dlviz.ui.components import maps as component
from dlviz.ui.filters import maps as view
from dlviz.ui.models import address_of
from dlviz.ui.newest import Newest
from tests.ui.filters_page import given_to, sound


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to the component, the newest last."""
    return given_to(monkeypatch, component)


@pytest.fixture
def open_page(monkeypatch, run_page, shown):
    monkeypatch.setattr(view, "SHARED", Newest(12))
    return partial(run_page, "filters", view="maps")


FAST = ("creatures_cnn", "fashion_cnn", "mobilenet_v2")


@pytest.mark.parametrize(
    "name",
    [n if n in FAST else pytest.param(n, marks=pytest.mark.acceptance) for n in MODELS],
)
def test_every_shipped_net_shows_all_its_layers_at_once(open_page, shown, name):
    sound(open_page(model=name))
    data = shown[-1]
    assert [layer["name"] for layer in data["layers"]] == list(MODELS[name].load().layers)
    assert all(layer["rows"] for layer in data["layers"])
    assert data["asked"] == {"at": None, "map": None, "sort": None, "scale": None}
    assert len(view.SHARED) == 1


def test_another_picture_brings_other_maps_and_the_code_names_it(open_page, shown):
    test = sound(open_page(image="3"))
    first = shown[-1]["layers"][1]["sheet"]
    assert "pixels = pixels[3]" in test.code[0].value
    sound(test.number_input(key="image").set_value(4).run())
    assert shown[-1]["layers"][1]["sheet"] != first
    sound(test.selectbox(key="picture").set_value("cat").run())
    assert shown[-1]["file"] == "creatures_cnn-cat"
    assert 'load_photograph("cat")' in test.code[0].value


def test_what_the_address_asks_for_is_handed_on(open_page, shown):
    test = sound(open_page(at="relu3", map="89", scale="own"))
    assert shown[-1]["asked"] == {"at": "relu3", "map": "89", "sort": None, "scale": "own"}
    assert test.query_params["at"] in ("relu3", ["relu3"])


def own_net(mine, preset):
    spec = PRESETS[preset].spec
    entry = DATASETS[spec.data.name]
    facts = DataFacts(entry.classes, (1, 28, 28), (0.3,), (0.3,))
    from dlviz.core.layers import build

    module, _ = build(spec.net, facts.shape, 10, torch.Generator().manual_seed(0))
    return mine.shelf.add(spec, [Snapshot(0, 0.0, module.state_dict(), spec, facts)])


def test_a_visitors_own_net_stays_in_their_session(open_page, mine, shown):
    entry = own_net(mine, "digits")
    test = sound(open_page(model=entry.key))
    assert test.selectbox(key="model").value == address_of(entry)
    assert len(view.SHARED) == 0
    assert len(test.session_state[view._OWN]) == 1
    assert [layer["name"] for layer in shown[-1]["layers"]] == list(entry.classifier.layers)
    assert f"{entry.key}.safetensors" in test.code[0].value


def test_a_net_without_maps_is_refused_in_a_sentence(open_page, mine, shown):
    test = open_page(model=own_net(mine, "logistic").key)
    assert not test.exception
    assert "no feature maps" in test.error[0].value
    assert not shown
