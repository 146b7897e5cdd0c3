"""The wall below the strongest nine, under AppTest: what it says is what it shows."""

import pytest
import torch

from dlviz.core.data import to_unit
from dlviz.core.patches import stream_top_patches
from dlviz.io import datasets
from dlviz.io.models import load_model
from dlviz.io.photo_grid import photo_grid
from dlviz.io.photographs import PHOTOGRAPHS
from dlviz.ui.filters import memory
from dlviz.ui.filters.unit import FIRST_NINE

SEEN = 60  # held-out pictures, so that a search takes a moment only


def about_the_wall(test):
    assert not test.exception, test.exception
    return next(item.value for item in test.markdown if item.value.startswith("Pick one"))


def test_the_wall_says_what_an_empty_place_is_and_whose_scale_a_projection_has(
    monkeypatch, run_page
):
    pixels, labels = (of[:SEEN] for of in datasets.held_out("creatures"))
    monkeypatch.setattr(memory, "SHARED", memory.Memory())
    monkeypatch.setattr(datasets, "held_out", lambda _name: (pixels, labels))
    model = load_model("creatures_cnn")
    maps = (to_unit(pixels) - model.mean) / model.std
    with torch.no_grad():
        for path, module in model.module.named_children():
            maps = module(maps)
            if path == "relu2":
                break
    silent = int((maps.amax(dim=(0, 2, 3)) <= 0).sum())
    assert silent
    test = run_page("filters", layer="relu2")
    assert f"{silent} of 96 are empty: no picture here excites them." in about_the_wall(test)
    assert "scale" not in about_the_wall(test)
    test.button_group(key="kind").set_value("projection").run()
    assert about_the_wall(test).endswith("Each projection has a scale of its own.")


@pytest.mark.acceptance
def test_mobilenet_opens_on_a_channel_that_a_face_excites_and_not_a_corner():
    layer, channel = FIRST_NINE["mobilenet_v2"]
    pixels, labels = photo_grid(224)
    *_, told = stream_top_patches(
        load_model("mobilenet_v2"), pixels.split(8), [layer], groups=labels
    )
    found = told.top[layer]
    assert labels[found.indices[channel, 0]] == list(PHOTOGRAPHS).index("cat")
    assert all(1 < place < 12 for place in found.positions[channel, 0].tolist())
