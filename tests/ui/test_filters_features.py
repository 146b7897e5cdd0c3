"""The readout view under AppTest: opens on recorded numbers, computes what is not recorded."""

from functools import partial

import pytest
import torch

from dlviz.core.networks import PRESETS
from dlviz.core.snapshots import DataFacts, Snapshot
from dlviz.io.datasets import DATASETS
from dlviz.io.models import load_model
from dlviz.io.readouts import read_readouts, reading_key, weights_digest
from dlviz.ui.filters import features, memory
from dlviz.ui.newest import Newest
from tests.ui.filters_page import few_held_out

SEEN = 60  # held-out pictures


@pytest.fixture
def open_view(monkeypatch, run_page):
    """Run the view on few pictures, nothing cached."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    monkeypatch.setattr(features, "_going", Newest(4))
    few_held_out(monkeypatch, SEEN)
    return partial(run_page, "filters", view="features")


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.caption, *test.info])


def test_it_opens_on_recorded_numbers_that_are_those_of_the_shipped_weights(open_view):
    test = open_view()
    model = load_model("creatures_cnn")
    reading = read_readouts()[reading_key(weights_digest(model), "creatures", 100)]
    said = texts(test)
    assert "A linear classifier that has seen **100** creatures reads them best from" in said
    assert f"**{sum(max(reading.trained.values(), key=sum)) / 5:.1%}**".replace("%", " %") in said
    assert len(memory.SHARED.tasks) == 0
    assert not test.info
    assert f"| pool 3 | {model.module.dense1.in_features:,} |".replace(",", "\u202f") in said


@pytest.mark.parametrize("name", ["creatures_cnn", "fashion_cnn", "photo_cnn"])
def test_every_shipped_net_is_recorded(name):
    model = load_model(name)
    reading = read_readouts()[reading_key(weights_digest(model), model.data, 100)]
    assert next(iter(reading.trained)) == "pixels"
    assert set(reading.trained) == {"pixels", *reading.untrained}
    assert reading.own > 0.8


def test_other_pictures_are_read_from_what_was_learnt_elsewhere(open_view):
    test = open_view(model="fashion_cnn", on="mnist", learnt="20")
    said = texts(test)
    assert "Transfer: Handwritten digits (MNIST), resized to 28×28 in grey" in said
    assert "A linear classifier that has seen **20** digits" in said
    assert "The network itself" not in said
    assert 'held_out("mnist")' in test.code[0].value
    assert "[:20]" in test.code[0].value
    assert len(features._going) == 0  # what is finished holds no features
    test.selectbox(key="on").set_value("fashion_mnist").run()
    assert not test.exception
    assert "on" not in test.query_params
    assert "The network itself" in texts(test)


def test_what_a_link_asks_for_and_is_not_there_is_said(open_view):
    test = open_view(model="fashion_cnn", on="nothing", learnt="7")
    said = texts(test)
    assert "“nothing” as pictures" in said
    assert "“7” as to learn from" in said


def test_stopped_it_shows_what_there_is(open_view, monkeypatch):
    monkeypatch.setattr(features, "run", lambda task, **_: task.advance() or task.result)
    test = open_view(model="fashion_cnn", learnt="20")
    assert "Stopped before the first layer was read." in texts(test)


def own_net(mine, preset):
    """A visitor's net as it starts."""
    from dlviz.core.layers import build

    spec = PRESETS[preset].spec
    facts = DataFacts(DATASETS["mnist"].classes, (1, 28, 28), (0.3,), (0.3,))
    module, _ = build(spec.net, facts.shape, 10, torch.Generator().manual_seed(0))
    return mine.shelf.add(spec, [Snapshot(0, 0.0, module.state_dict(), spec, facts)])


@pytest.mark.parametrize("preset", ["digits", "lecture_mlp"])
def test_a_visitors_own_net_stays_in_their_session(open_view, mine, preset):
    entry = own_net(mine, preset)
    test = open_view(model=entry.key, learnt="20")
    assert len(memory.SHARED.tasks) == len(memory.SHARED.results) == 0
    assert f"{entry.key}.safetensors" in test.code[0].value
    # Trained for no step at all it is its own control.
    assert "the intervals overlap" in texts(test)
    assert ("| dense 1 |" in texts(test)) == (preset == "lecture_mlp")


def test_a_net_without_hidden_layers_is_told_in_a_sentence(open_view, mine):
    test = open_view(model=own_net(mine, "logistic").key)
    assert "no hidden layer to read" in test.error[0].value


@pytest.mark.acceptance
def test_mobilenet_is_read_at_ten_places(open_view):
    test = open_view(model="mobilenet_v2", learnt="20")
    said = texts(test)
    assert "Transfer: Photograph crops, resized to 224×224 in colour" in said
    assert said.count("| inverted residual") + said.count("| conv") == 10
    assert "most=240" in test.code[0].value
