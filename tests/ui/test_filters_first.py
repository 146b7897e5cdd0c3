"""The first-layer view under AppTest: filters, marks, two repairs, and code that runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dlviz.io import datasets
from dlviz.io.models import MODELS, load_model
from dlviz.ui.components import tiles as tiles_module
from dlviz.ui.filters import first, memory
from tests.ui.test_page_filters import SEEN, sound, texts

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]
Grids = dict[str, dict[str, Any]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Grids:
    """What the page gave to its grids of pictures, by key."""
    grids: Grids = {}
    real = tiles_module._mount

    def mount(*, key: str, data: dict[str, Any], **options: Any) -> object:
        grids[key] = data
        return real(key=key, data=data, **options)

    monkeypatch.setattr(tiles_module, "_mount", mount)
    return grids


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, run_page: Open, shown: Grids) -> Iterator[Open]:
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    real = datasets.held_out

    def few(name: str) -> tuple[torch.Tensor, torch.Tensor]:
        pixels, labels = real(name)
        return pixels[:SEEN], labels[:SEEN]

    monkeypatch.setattr(datasets, "held_out", few)
    return partial(run_page, "filters", view="first")


def test_it_shows_every_filter_and_what_the_second_layer_makes_of_them(
    open_page: Open, shown: Grids
) -> None:
    test = open_page()
    assert len(shown["filters"]["names"]) == 48
    assert len(shown["second"]["names"]) == 96
    assert "48 filters of 7×7, on one scale" in texts(test)
    assert "None is dead, no two look the same" in texts(test)
    assert "what in **this** picture drove the unit, not what the unit means" in texts(test)


def test_each_on_its_own_scale_comes_with_a_warning(open_page: Open) -> None:
    test = open_page(scale="own")
    assert "a dead filter looks as vivid as a strong one" in texts(test)
    assert test.selectbox(key="scale").value == "own"


@pytest.mark.parametrize("name", [name for name, item in first.EXPERIMENTS.items() if item.before])
def test_the_papers_repairs_stand_side_by_side_with_what_they_are_worth(
    open_page: Open, shown: Grids, name: str
) -> None:
    test = open_page(compare=name)
    told = first.EXPERIMENTS[name]
    assert f"{told.says} Both networks are given" in texts(test)
    for model in (told.before, told.after):
        snapshots = MODELS[model].snapshots
        assert snapshots is not None
        score = snapshots()[-1].held_out
        assert score is not None
        assert f"{100 * score.accuracy:.1f} % right" in texts(test)
        assert len(shown[f"filters {model}"]["names"]) == 32
        assert len(shown[f"second {model}"]["names"]) == 24


def test_the_two_nets_of_a_comparison_differ_in_one_thing() -> None:
    def told(name: str) -> tuple[object, ...]:
        spec = MODELS[name].snapshots()[-1].spec  # type: ignore[misc]
        return spec.net.layers[0], spec.net.layers[1:], spec.data, spec.train

    for experiment in (item for item in first.EXPERIMENTS.values() if item.before):
        pairs = zip(told(experiment.before), told(experiment.after), strict=True)
        assert sum(one != other for one, other in pairs) == 1


def test_the_second_layer_says_how_many_channels_answer_to_nothing(open_page: Open) -> None:
    model = load_model("creatures_cnn")
    maps = (datasets.held_out("creatures")[0].float() / 255 - model.mean) / model.std
    with torch.no_grad():
        for path, module in model.module.named_children():
            maps = module(maps)
            if path == "relu2":
                break
    silent = int((maps.amax(dim=(0, 2, 3)) <= 0).sum())
    assert f"{silent} of 96 answer to none" in texts(open_page())


@pytest.mark.parametrize(
    ("model", "sentence"),
    [("mobilenet_v2", "no max pooling"), ("fashion_cnn", "16 filters of 5×5")],
)
def test_other_networks(open_page: Open, model: str, sentence: str) -> None:
    assert sentence in texts(open_page(model=model))


def test_a_network_without_convolutions_gets_a_sentence(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlviz.figures.filters.first_filters", lambda _model: None)
    test = open_page()
    assert [item.value for item in test.error] == [
        "This network has no convolution, so it has no filters to look at."
    ]


def test_a_bad_address_gets_a_sentence_and_the_page_goes_on(open_page: Open) -> None:
    test = sound(open_page(compare="nothing"))
    assert "asks for what is not there" in texts(test)
    assert test.selectbox(key="compare").value == first.THIS


@pytest.mark.acceptance
def test_the_code_runs_as_it_stands(open_page: Open) -> None:
    code = open_page().code[0].value
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("(48, 3, 7, 7)\ndead: []\nalike: []\n(48, 3, 7, 7)")
