"""Feature maps as the browser gets them: every number against the network itself, in torch."""

from __future__ import annotations

import base64
import contextlib
import io
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.receptive import receptive_field
from dlviz.figures import maps as figure
from dlviz.figures.maps import as_bytes, code, first_look, layer_maps, maps_data, reduced
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model


@pytest.fixture(scope="module")
def creature():
    model = load_model("creatures_cnn")
    return model, held_out("creatures")[0][5]


def by_hand(model, pixels):
    """name → maps, layer after layer."""
    maps, found = (to_unit(pixels[None]) - model.mean) / model.std, {}
    with torch.no_grad():
        for name, module in model.module.named_children():
            maps = module(maps)
            found[name] = maps[0].numpy().copy()
    return found


def decoded(layer):
    """The numbers that the browser reads out of a layer's sheet."""
    sheet = np.asarray(Image.open(BytesIO(base64.b64decode(layer["sheet"]))))
    assert sheet.ndim == 2
    high, wide = layer["cell"]
    cells = []
    for index, own in enumerate(layer["own"]):
        top, left = index // layer["across"] * high, index % layer["across"] * wide
        cell = sheet[top : top + high, left : left + wide].astype(float)
        cells.append((cell - 128) / 127 * own if layer["signed"] else cell / 255 * own)
    return np.stack(cells)


def test_every_layer_is_there_with_its_own_numbers(creature):
    model, pixels = creature
    layers = layer_maps(model, pixels)
    assert [layer.name for layer in layers] == list(model.layers)
    answers = by_hand(model, pixels)
    for layer in layers:
        assert np.array_equal(layer.maps, answers[layer.name])
        for (value, row, column), maps in zip(layer.peaks, layer.maps, strict=True):
            assert maps[row, column] == maps.max() == pytest.approx(value, rel=1e-3)
    assert layers[0].signed
    assert not layers[1].signed
    assert first_look(layers) == 1
    share = float((answers["relu2"] == 0).mean())
    assert layers[4].words == (
        f"conv 2 (after ReLU): 96 maps of 15×15, {share:.0%} of the numbers are 0".replace(
            "%", " %"
        )
    )


def test_what_the_browser_decodes_is_what_the_network_said(creature):
    model, pixels = creature
    layers = layer_maps(model, pixels)
    data = maps_data(layers, pixels, "a-file")
    for layer, sent in zip(layers, data["layers"], strict=True):
        assert sent["step"] == 1
        levels = 127 if layer.signed else 255
        within = np.array(sent["own"])[:, None, None] * (0.5 / levels + 1e-3)
        assert (np.abs(decoded(sent) - layer.maps) <= within + 1e-12).all()
        field = receptive_field(model, layer.name, 64, 64)
        assert sent["rows"] == field.rows.tolist()
        assert sent["columns"] == field.columns.tolist()
    picture = np.asarray(Image.open(BytesIO(base64.b64decode(data["picture"]))))
    assert np.array_equal(picture, pixels.permute(1, 2, 0).numpy())


def test_the_middle_of_an_uncut_field_is_where_its_map_is_laid(creature):
    model, pixels = creature
    checked = 0
    for layer in layer_maps(model, pixels):
        (first, step), _ = layer.field.centres
        for row, (lo, hi) in enumerate(layer.field.rows.tolist()):
            if lo > 0 and hi < 64:  # cut off nowhere
                assert first + step * row == (lo + hi) / 2
                checked += 1
    assert checked > 60


def test_a_large_map_is_reduced_to_the_numbers_farthest_from_0():
    maps = torch.randn(3, 5, 7, generator=torch.Generator().manual_seed(0)).numpy()
    small = reduced(maps, 2)
    assert small.shape == (3, 3, 4)
    sizes = nn.functional.max_pool2d(torch.tensor(np.abs(maps))[None], 2, ceil_mode=True)[0].numpy()
    assert np.array_equal(np.abs(small), sizes)
    assert set(small.flatten()) <= set(maps.flatten())
    assert reduced(maps, 1) is maps


def test_1280_maps_are_one_small_message():
    model = load_model("mobilenet_v2")
    pixels = torch.randint(0, 256, (3, 224, 224), generator=torch.Generator().manual_seed(0))
    data = maps_data(layer_maps(model, pixels.byte()), pixels.byte(), "x")
    assert data["layers"][-1]["count"] == 1280
    assert [layer["step"] for layer in data["layers"][:3]] == [2, 2, 1]
    assert sum(len(layer["sheet"]) for layer in data["layers"]) < 2_500_000


def test_more_than_a_message_holds_is_drawn_smaller(creature, monkeypatch):
    model, pixels = creature
    layers = layer_maps(model, pixels)
    monkeypatch.setattr(figure, "MOST_BYTES", 60_000)
    data = maps_data(layers, pixels, "x")
    assert sum(layer["count"] * np.prod(layer["cell"]) for layer in data["layers"]) <= 60_000
    assert data["layers"][0]["step"] > 1
    assert data["layers"][0]["height"] == 32  # said as it is


def test_zeros_everywhere_are_zeros():
    for signed, middle in ((True, 128), (False, 0)):
        own, coded = as_bytes(np.zeros((2, 3, 3), np.float32), signed=signed)
        assert own == [0, 0]
        assert (coded == middle).all()


def small(*modules, layers):
    return Classifier(
        nn.Sequential(*modules), "ab", (0.5,), (0.5,), layers=layers, input_shape=(1, 8, 8)
    )


def test_where_fields_cannot_be_followed_the_maps_are_shown_all_the_same():
    class Strange(nn.Module):
        def forward(self, x):
            return x.roll(1, 2)

    pixels = torch.zeros(1, 8, 8, dtype=torch.uint8)
    model = small(Strange(), nn.Conv2d(1, 2, 3), layers=["1"])
    (layer,) = layer_maps(model, pixels)
    assert layer.field is None
    assert "Strange" in layer.refused
    assert maps_data([layer], pixels, "x")["layers"][0]["rows"] is None


def test_a_net_without_maps_and_one_gone_wrong_are_refused_in_a_sentence():
    pixels = torch.zeros(1, 8, 8, dtype=torch.uint8)
    with pytest.raises(ValueError, match="no feature maps"):
        layer_maps(small(nn.Flatten(), nn.Linear(64, 2), layers=[]), pixels)
    wrong = small(nn.Conv2d(1, 1, 3), layers=["0"])
    wrong.module[0].bias[:] = torch.inf
    with pytest.raises(ValueError, match="conv 1 are not finite"):
        layer_maps(wrong, pixels)


def test_the_code_prints_what_the_page_shows(creature):
    model, pixels = creature
    source = 'from dlviz.io.datasets import held_out\n\npixels = held_out("creatures")[0][5]'
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code("creatures_cnn", source), {})
    lines = out.getvalue().splitlines()
    layers = layer_maps(model, pixels)
    assert len(lines) == len(layers)
    for line, layer in zip(lines, layers, strict=True):
        best = layer.strongest
        _, row, column = layer.peaks[best]
        assert line.startswith(f"{layer.name}: {layer.maps.shape}")
        assert line.endswith(f"strongest map {best}, sees {layer.field.box(row, column)}")
