"""The deconvnet view under AppTest: every model and address shows something true or a sentence."""

from functools import partial

import pytest
import torch

from dlviz.core.data import to_unit
from dlviz.core.patches import top_patches
from dlviz.io import datasets
from dlviz.io.models import MODELS, load_model
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
    monkeypatch.setattr(view, "_told", lambda name: said.pop(name, None))
    return said


@pytest.fixture
def open_page(monkeypatch, run_page, shown):
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    return partial(run_page, "filters", view="deconvnet")


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
    assert not test.info


@pytest.mark.parametrize("name", unit.FIRST_LOOK)
def test_the_first_picture_is_the_one_that_excites_the_channel_most(name):
    if name not in view.FIRST_PICTURE:
        return
    layer, channel = unit.FIRST_LOOK[name]
    pixels, _ = datasets.held_out(load_model(name).data)
    found = top_patches(load_model(name), pixels, layer=layer)
    assert int(found.indices[channel, 0]) == view.FIRST_PICTURE[name]
