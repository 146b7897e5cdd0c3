"""Models, links and ways back that the filters lab was not made for: a sentence, never a trace."""

from __future__ import annotations

import pytest
import torch

from dlviz.core.layers import build
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, layer
from dlviz.figures import walls
from dlviz.io import datasets, models
from dlviz.io.assets import AssetError
from dlviz.io.datasets import DATASETS
from dlviz.io.photo_grid import photo_grid
from dlviz.ui import steps
from dlviz.ui.components import tiles as tiles_module
from dlviz.ui.filters import ablation, memory
from dlviz.ui.filters.views import VIEWS
from dlviz.ui.rate_finder import Crowd
from dlviz.ui.steps import Task

SEEN = 40


@pytest.fixture
def open_view(monkeypatch, run_page):
    """The page on few pictures, nothing cached."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    real = datasets.held_out
    monkeypatch.setattr(
        datasets, "held_out", lambda name: tuple(part[:SEEN] for part in real(name))
    )
    return lambda view, **address: run_page("filters", view=view, **address)


def add_net(mine, bend="relu", spoil=None, data="mnist"):
    """A visitor's net of two convolutions for digits, with its first two snapshots."""
    rows = [[layer("conv", channels=4), layer(bend), layer("max_pool")] for _ in range(2)]
    net = NetSpec((*rows[0], *rows[1], layer("flatten"), layer("dense")))
    spec = RunSpec(net, DataSpec(data))
    facts = DataFacts(DATASETS["mnist"].classes, (1, 28, 28), (0.3,), (0.3,))
    shots = []
    for seed in (0, 1):
        module, _ = build(net, facts.shape, 10, torch.Generator().manual_seed(seed))
        weights = module.state_dict()
        if spoil is not None:
            next(iter(weights.values()))[:] = spoil
        shots.append(Snapshot(10 * seed, float(seed), weights, spec, facts))
    return mine.shelf.add(spec, shots)


def said(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption, *test.info])


@pytest.mark.parametrize("view", [name for name in VIEWS if name != "ablation"])
def test_numbers_that_are_none_any_more_are_told_in_a_sentence(open_view, mine, view):
    entry = add_net(mine, spoil=3e38)  # numbers still, but not what they are multiplied to
    test = open_view(view, model=entry.key)
    (error,) = test.error
    assert "no longer a finite" in error.value or "not finite" in error.value
    assert "relu" not in error.value  # what the program calls it


def test_a_net_without_relus_has_patches_and_a_sentence_why_no_projections(
    open_view, mine, monkeypatch
):
    grids = {}
    monkeypatch.setattr(
        tiles_module, "_mount", lambda *, key, data, **_rest: grids.update({key: data})
    )
    entry = add_net(mine, "tanh")
    test = open_view("strongest", model=entry.key)
    assert not test.error
    assert {"patches", "originals", "wall"} == set(grids)
    assert "has no ReLU" in said(test)
    assert "deconvnet" not in test.code[0].value
    test = open_view("maximise", model=entry.key, steps="3")
    assert not test.error
    assert "beside" in grids


def test_a_channel_is_named_once(open_view):
    test = open_view("evolution", channels="1,01")
    assert "channels “1,01”" in test.info[0].value
    assert "channels" not in test.query_params


@pytest.mark.parametrize(("one", "other"), [("invariance", "parts"), ("maps", "occlusion")])
def test_back_finds_the_other_view_as_it_was(open_view, one, other):
    wanted = open_view(other)
    test = open_view(one)
    test.query_params.clear()
    test.query_params["view"] = other
    test.run()
    assert not test.exception
    assert dict(test.query_params) == dict(wanted.query_params)
    for key in ("five", "early", "late", "image"):
        if key in wanted.session_state:
            assert test.session_state[key] == wanted.session_state[key]


def press(test, label):
    next(item for item in test.button if item.label == label).click().run()
    assert not test.exception, test.exception


def test_stop_holds_for_the_rows_it_was_pressed_for(open_view, monkeypatch):
    asked = []

    def stopped(_task, *, key, things):
        asked.append((key, things, bool(ablation.st.session_state.get(f"stopped {key}"))))
        ablation.st.session_state[f"stopped {key}"] = True
        return {}

    monkeypatch.setattr(ablation, "run", stopped)
    monkeypatch.setattr(ablation, "_task", lambda *_: Task(1, iter(())))
    test = open_view("ablation", net="digits", rows="whole", seeds="1")
    press(test, "Run it here")
    test.number_input(key="seeds").set_value(2).run()
    press(test, "Run it here")
    press(test, "Run it here")  # the same rows once more: they go on
    assert len({key for key, *_ in asked}) == 2
    assert not any(held for *_, held in asked)


def test_who_had_to_wait_goes_on_where_it_was(open_view, monkeypatch):
    made = []

    def make(*_):
        made.append(Task(1, iter([(1, {})])))
        return made[-1]

    monkeypatch.setattr(ablation, "_task", make)
    monkeypatch.setattr(ablation, "_crowd", Crowd(0))
    test = open_view("ablation", net="digits", rows="whole", seeds="1")
    press(test, "Run it here")
    assert "try again in a moment" in test.warning[0].value
    monkeypatch.setattr(ablation, "_crowd", Crowd(1))
    press(test, "Try again")
    assert not test.warning
    assert len(made) == 1


def test_large_pictures_are_projected_a_few_at_a_time_and_can_be_stopped(open_view, monkeypatch):
    grids = {}
    monkeypatch.setattr(
        tiles_module, "_mount", lambda *, key, data, **_rest: grids.update({key: data})
    )
    whole = open_view("strongest", layer="relu2", channel="7")
    wanted = grids["projections"]
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    monkeypatch.setattr(walls, "PIXELS", 2 * 64 * 64)
    halted, real = [], steps._is_stopped

    def halt(key):  # between two steps somebody presses Stop
        halted.append(key)
        return key.startswith("nine") or real(key)

    with monkeypatch.context() as patch:
        patch.setattr(steps, "_is_stopped", halt)
        test = open_view("strongest", layer="relu2", channel="7")
    assert "Stopped after **2 of 9** projections." in said(test)
    assert len(grids["projections"]["names"]) == 9
    assert grids["wall"]["ahead"] is None
    assert grids["projections"]["sheet"] != wanted["sheet"]
    press(test, "Go on")
    assert grids["projections"] == {**wanted, "ahead": None}
    assert said(test) == said(whole)


def test_features_are_not_read_from_pictures_that_the_net_was_trained_on(open_view, mine):
    """Our digits are a part of all of MNIST, clothes are not."""
    test = open_view("features", model=add_net(mine, data="mnist_full").key)
    offered = test.selectbox(key="on").options
    assert DATASETS["fashion_mnist"].title in offered
    assert DATASETS["mnist"].title not in offered


def test_a_shipped_file_that_is_missing_is_told_in_a_sentence(open_view, monkeypatch):
    real = models.load_model

    def load(name):
        if name == "creatures_11x11":
            raise AssetError("The file of this network is missing.")
        return real(name)

    monkeypatch.setattr(models, "load_model", load)
    test = open_view("first", compare="stride")
    assert [item.value for item in test.error] == ["The file of this network is missing."]


def test_the_second_layer_says_what_was_searched(open_view, monkeypatch):
    pixels, labels = photo_grid(64)
    monkeypatch.setattr("dlviz.io.photo_grid.photo_grid", lambda _size: (pixels[::8], labels[::8]))
    monkeypatch.setattr("dlviz.ui.filters.sets._knows_data", lambda _model: False)
    assert "strongest of 24 squares of photographs, projected" in said(open_view("first"))
