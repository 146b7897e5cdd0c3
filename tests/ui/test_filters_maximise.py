"""Dreams under AppTest: the film and the real pictures beside it, links, every kind of network."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from dlviz.core.networks import PRESETS
from dlviz.core.patches import top_patches
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.io import datasets
from dlviz.io.datasets import DATASETS
from dlviz.io.models import load_model
from dlviz.ui.components import dream as component
from dlviz.ui.components import tiles as tiles_module
from dlviz.ui.filters import memory
from tests.ui.filters_page import few_held_out, sound

SEEN = 80


@pytest.fixture
def shown(monkeypatch):
    """What the page gave to the film, the newest last, and to the grid beside it."""
    films, grids = [], {}
    real, real_tiles = component._mount, tiles_module._mount

    def mount(*, key, data, **options):
        films.append(data)
        return real(key=key, data=data, **options)

    def mount_tiles(*, key, data, **options):
        grids[key] = data
        return real_tiles(key=key, data=data, **options)

    monkeypatch.setattr(component, "_mount", mount)
    monkeypatch.setattr(tiles_module, "_mount", mount_tiles)
    return films, grids


@pytest.fixture
def open_view(monkeypatch, run_page, shown):
    """The view on few held-out pictures, nothing cached."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    few_held_out(monkeypatch, SEEN)
    return partial(run_page, "filters", view="maximise")


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption, *test.info])


def own_net(mine, preset):
    from dlviz.core.layers import build

    spec = PRESETS[preset].spec
    facts = DataFacts(DATASETS[spec.data.name].classes, (1, 28, 28), (0.3,), (0.3,))
    module, _ = build(spec.net, facts.shape, 10, torch.Generator().manual_seed(0))
    return mine.shelf.add(spec, [Snapshot(0, 0.0, module.state_dict(), spec, facts)])


def test_it_opens_on_a_dream_that_beats_the_strongest_real_picture(open_view, shown):
    films, grids = shown
    test = sound(open_view())
    film = films[-1]
    assert films[0]["steps"][-1] <= 16 < film["steps"][-1] == 64
    assert film["steps"][0] == 0
    model = load_model("creatures_cnn")
    top = top_patches(model, datasets.held_out("creatures")[0], layer="relu3", k=9)
    assert film["strongest"] == pytest.approx(float(top.values[89, 0]), abs=1e-4)
    assert film["answers"][-1] > film["strongest"]
    times = film["answers"][-1] / film["strongest"]
    assert f"{times:.1f} × the strongest of {SEEN} held-out pictures" in texts(test)
    assert len(grids["beside"]["names"]) == 9
    assert not [key for key in test.query_params if key != "view"]


def test_a_channel_that_nothing_excites_is_told(open_view, shown):
    test = sound(open_view(layer="relu4", channel="20"))
    assert max(shown[0][-1]["answers"]) == 0
    assert f"None of {SEEN} held-out pictures excites this channel." in texts(test)
    assert "Nothing grown here excites it" in texts(test)
    assert "beside" not in shown[1]


def test_settings_stand_in_the_address_and_change_the_picture(open_view, shown):
    films, _ = shown
    address = {"steps": "6", "seed": "3", "jitter": "0", "canvas": "pixels", "hues": "plain"}
    test = sound(open_view(model="fashion_cnn", layer="relu2", channel="2", **address))
    first = films[-1]
    assert first["steps"][-1] == first["planned"] == 6
    for name, value in address.items():
        assert test.query_params[name] in (value, [value])
    sound(test.number_input(key="seed").set_value(4).run())
    assert films[-1]["sheet"]["png"] != first["sheet"]["png"]
    sound(test.number_input(key="seed").set_value(3).run())
    assert films[-1]["sheet"]["png"] == first["sheet"]["png"]


def test_a_class_grows_beside_pictures_of_it(open_view, shown):
    films, grids = shown
    test = sound(open_view(model="fashion_cnn", grow="class", **{"class": "7"}))
    film = films[-1]
    assert film["share"]
    assert film["strongest"] is None
    assert film["answers"][-1] > film["answers"][0]
    title = DATASETS["fashion_mnist"].classes[7]
    assert f"**{title}**" in texts(test)
    assert all(title in name for name in grids["beside"]["names"])


@pytest.mark.parametrize("name", ["grow", "canvas", "hues", "steps"])
def test_a_link_to_what_is_not_there_gets_one_sentence(open_view, shown, name):
    address = {"steps": "4", name: "9999999x"}
    test = sound(open_view(model="fashion_cnn", layer="relu2", **address))
    assert "The link asks for what is not there" in texts(test)


def test_a_visitors_own_net_stays_in_their_session(open_view, mine, shown):
    entry = own_net(mine, "digits")
    test = sound(open_view(model=entry.key, steps="5"))
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    assert f"{entry.key}.safetensors" in test.code[0].value


def test_a_net_without_maps_can_dream_of_its_classes(open_view, mine, shown):
    entry = own_net(mine, "logistic")
    test = open_view(model=entry.key)
    assert "no layer that can be looked into" in test.error[0].value
    sound(test.selectbox(key="grow").set_value("class").run())
    assert shown[0][-1]["steps"][-1] == 64


@pytest.mark.acceptance
def test_mobilenet(open_view, shown):
    test = sound(open_view(model="mobilenet_v2", grow="class", steps="4"))
    assert shown[0][-1]["sheet"]["width"] == 224
    assert 'load_model("mobilenet_v2")' in test.code[0].value


@pytest.mark.parametrize("grow", ["unit", "channel", "class"])
def test_the_code_runs_as_it_stands_and_grows_the_same_picture(open_view, grow):
    test = sound(open_view(model="fashion_cnn", layer="relu2", steps="3", grow=grow))
    names = {}
    exec(compile(test.code[0].value, "shown", "exec"), names)
    assert names["growth"].done == 3
    again = {}
    exec(compile(test.code[0].value, "shown", "exec"), again)
    assert torch.equal(names["picture"], again["picture"])
