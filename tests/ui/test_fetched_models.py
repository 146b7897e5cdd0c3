"""Models to download in the list: a button, progress and one sentence; never by a link alone."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

import pytest
from torch import nn
from torchvision.models import AlexNet_Weights

from dlviz.io import models
from dlviz.io import torchvision_models as fetched
from dlviz.io.downloads import DownloadError
from dlviz.io.torchvision_models import FETCHED, Fetched
from dlviz.ui import fetching
from dlviz.ui.components import maps as component
from dlviz.ui.newest import Newest


def tiny():
    return nn.Sequential(
        OrderedDict(
            conv=nn.Conv2d(3, 2, 9, 8), relu=nn.ReLU(), flat=nn.Flatten(), out=nn.Linear(1458, 1000)
        )
    )


@pytest.fixture
def publisher(monkeypatch):
    """Fetches "tiny" in three pieces; ``there`` says whether it has come."""
    state = {"there": False, "fails": False, "asked": 0}

    def fetch_network(name):
        assert name == "tiny"
        state["asked"] += 1
        if state["fails"]:
            raise DownloadError("Tiny cannot be downloaded now: this needs a network.")
        yield from (1_000_000, 2_000_000, 3_000_000)
        state["there"] = True

    entry = Fetched("tiny", "Tiny", "A tiny net.", AlexNet_Weights.IMAGENET1K_V1, tiny)
    monkeypatch.setitem(FETCHED, "tiny", entry)
    monkeypatch.setattr(fetched, "is_fetched", lambda name: name == "tiny" and state["there"])
    monkeypatch.setattr(fetched, "fetch_network", fetch_network)
    model = fetched.as_classifier(tiny(), "tiny")
    monkeypatch.setattr("dlviz.io.models.load_model", partial(_load, model))
    monkeypatch.setattr(fetching, "_tasks", Newest(8))
    return state


real = models.load_model


def _load(model, name):
    return model if name == "tiny" else real(name)


@pytest.fixture
def shown(monkeypatch):
    given, mount = [], component._mount
    monkeypatch.setattr(
        component, "_mount", lambda *, data, **rest: given.append(data) or mount(data=data, **rest)
    )
    return given


def layers(shown):
    return [layer["name"] for layer in shown[-1]["layers"]]


def test_they_stand_below_the_shipped_ones_with_their_sizes(run_page, publisher):
    options = run_page("filters", view="maps").selectbox(key="model").options
    assert options[-8:-1] == [
        "AlexNet (download 244 MB)",
        "VGG16 (download 553 MB)",
        "GoogLeNet (download 52 MB)",
        "ResNet-18 (download 47 MB)",
        "ResNet-50 (download 103 MB)",
        "EfficientNet-B0 (download 21 MB)",
        "ConvNeXt-Tiny (download 114 MB)",
    ]
    assert publisher["asked"] == 0


def test_a_link_fetches_nothing_the_button_does(run_page, publisher, shown):
    test = run_page("filters", view="maps", model="tiny")
    assert publisher["asked"] == 0
    said = "A tiny net. Until it is here, this is **Creatures (shipped)**."
    assert said in [item.value for item in test.markdown]
    assert "relu4" in layers(shown)  # the page goes on
    test.button(key="download tiny").click().run()
    assert not test.exception, test.exception
    assert publisher["there"]
    assert layers(shown) == ["conv", "relu"]
    assert not [item for item in test.button if item.key == "download tiny"]
    assert "Tiny (downloaded)" in test.selectbox(key="model").options


def test_without_a_network_one_sentence_and_the_page_goes_on(run_page, publisher, shown):
    publisher["fails"] = True
    test = run_page("filters", view="maps", model="tiny")
    test.button(key="download tiny").click().run()
    assert not test.exception, test.exception
    assert [item.value for item in test.error] == [
        "Tiny cannot be downloaded now: this needs a network."
    ]
    assert "relu4" in layers(shown)
    publisher["fails"] = False
    test.button(key="download tiny").click().run()
    assert layers(shown) == ["conv", "relu"]


def test_what_is_damaged_is_told_and_the_page_goes_on(run_page, publisher, shown, monkeypatch):
    publisher["there"] = True

    def damaged(name):
        if name == "tiny":
            raise DownloadError("Tiny is damaged on disk: download it again.")
        return real(name)

    monkeypatch.setattr("dlviz.io.models.load_model", damaged)
    test = run_page("filters", view="maps", model="tiny")
    assert "damaged on disk" in test.error[0].value
    assert "relu4" in layers(shown)
