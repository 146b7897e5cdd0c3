"""torchvision's networks by a stand-in for the network: random weights under their own checksum."""

from __future__ import annotations

import hashlib
import io
import os
from typing import get_type_hints

import pytest
import torch
from torch import nn
from torchvision import models as theirs

from dlviz.core.deconvnet import deconvnet
from dlviz.core.receptive import receptive_fields
from dlviz.figures.layer_names import look_layers
from dlviz.figures.maps import layer_maps
from dlviz.io import downloads, models
from dlviz.io import torchvision_models as ours
from dlviz.io.downloads import DownloadError
from dlviz.io.torchvision_models import (
    FETCHED,
    Fetched,
    as_classifier,
    fetch_network,
    is_fetched,
    load_fetched,
    refusal,
)


class Small(nn.Module):
    """A network in a tenth of a second, with a side output as GoogLeNet has."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 7, 4), nn.ReLU(inplace=True), nn.MaxPool2d(2))
        self.fc = nn.Linear(4, 1000)
        self.aux1 = self.aux2 = None

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


class Entry(Fetched):
    """An entry whose address and checksum are those of the bytes that the stand-in sends."""

    url = property(lambda _: f"publisher/small-{Entry.digest[:8]}.pth")
    bytes = property(lambda _: len(Entry.content))


@pytest.fixture
def publisher(monkeypatch, tmp_path):
    """The only seam to the network answers with ``Entry.content``, in pieces."""
    monkeypatch.setenv(downloads.FOLDER, str(tmp_path))
    out = io.BytesIO()
    torch.manual_seed(0)
    torch.save(Small().state_dict(), out)
    Entry.content, asked = out.getvalue(), []
    Entry.digest = hashlib.sha256(Entry.content).hexdigest()

    def fetch(url, limit):
        asked.append(url)
        assert len(Entry.content) <= limit
        for start in range(0, len(Entry.content), 1000):
            yield Entry.content[start : start + 1000]

    monkeypatch.setattr(downloads, "fetch", fetch)
    weights = theirs.AlexNet_Weights.IMAGENET1K_V1
    monkeypatch.setitem(FETCHED, "small", Entry("small", "Small", "A net.", weights, Small))
    monkeypatch.setattr(models, "_loaded", {})
    return asked


def test_it_is_fetched_once_and_speaks_pixels(publisher):
    assert not is_fetched("small")
    with pytest.raises(DownloadError, match="has to be downloaded first"):
        models.load_model("small")
    steps = list(fetch_network("small"))
    assert steps == sorted(steps)
    assert steps[-1] == len(Entry.content)
    assert is_fetched("small")
    assert len(publisher) == 1
    model = models.load_model("small")
    assert model is models.load_model("small")
    saved = torch.load(io.BytesIO(Entry.content), weights_only=True)
    for name, value in model.module.state_dict().items():
        assert torch.equal(value, saved[name])
    pixels = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    assert model(pixels).shape == (2, 1000)
    mean, std = (
        torch.tensor(row).view(1, 3, 1, 1) for row in (ours.IMAGENET_MEAN, ours.IMAGENET_STD)
    )
    assert torch.allclose(model(pixels), model.module((pixels - mean) / std))
    assert model.layers == ("features.0", "features.1", "features.2")
    assert not any(value.requires_grad for value in model.parameters())


def test_another_file_than_the_publishers_is_not_kept(publisher):
    Entry.content = Entry.content[:-1] + b"x"
    with pytest.raises(DownloadError, match=r"another checksum\. MobileNetV2 is here"):
        list(fetch_network("small"))
    assert not is_fetched("small")
    assert os.listdir(FETCHED["small"].path.parent) == []


def test_without_a_network_one_sentence(publisher, monkeypatch):
    def fetch(url, limit):
        raise OSError("no route")
        yield b""

    monkeypatch.setattr(downloads, "fetch", fetch)
    with pytest.raises(DownloadError, match="Small cannot be downloaded now: this needs a network"):
        list(fetch_network("small"))


def test_who_stops_has_nothing_half(publisher):
    pieces = fetch_network("small")
    next(pieces)
    pieces.close()
    assert not is_fetched("small")
    assert os.listdir(FETCHED["small"].path.parent) == []


@pytest.mark.parametrize("damage", [lambda b: b[:-9], lambda b: b"x" + b[1:], lambda _: b""])
def test_what_is_damaged_on_disk_is_removed_unread(publisher, damage):
    list(fetch_network("small"))
    FETCHED["small"].path.write_bytes(damage(Entry.content))
    with pytest.raises(DownloadError, match="download it again"):
        load_fetched("small")
    assert not is_fetched("small")


class Trap:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, (os.environ[downloads.FOLDER] + "/sprung",)


def test_even_with_the_right_checksum_nothing_but_tensors_is_read(publisher, tmp_path):
    out = io.BytesIO()
    torch.save({"features.0.weight": Trap()}, out)
    Entry.content = out.getvalue()
    Entry.digest = hashlib.sha256(Entry.content).hexdigest()
    list(fetch_network("small"))
    with pytest.raises(DownloadError, match="damaged"):
        load_fetched("small")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", list(FETCHED))
def test_addresses_checksums_and_sizes_are_torchvisions(name):
    entry = FETCHED[name]
    assert entry.name == name
    assert entry.url == theirs.get_model_weights(name).IMAGENET1K_V1.url
    assert entry.url.endswith(f"-{entry.sha256}.pth")
    assert len(entry.sha256) == 8
    assert int(entry.sha256, 16) >= 0
    assert entry.bytes == pytest.approx(entry.weights.meta["_file_size"] * 2**20, abs=1)
    assert len(entry.weights.meta["categories"]) == 1000
    assert entry.weights.transforms().mean == list(ours.IMAGENET_MEAN)
    assert entry.weights.transforms().std == list(ours.IMAGENET_STD)
    assert entry.weights.transforms().crop_size == [224]
    with torch.device("meta"):
        parts = list(entry.build().modules())
    assert entry.pooled == any(isinstance(part, torch.nn.MaxPool2d) for part in parts)


def test_googlenets_file_has_side_outputs_which_are_put_away():
    with torch.device("meta"):
        module = FETCHED["googlenet"].build()
    names = set(module.state_dict())
    assert any(name.startswith("aux1.") for name in names)
    assert module.transform_input
    FETCHED["googlenet"].finish(module)
    assert not any(name.startswith("aux") for name in module.state_dict())


# -- every family of torchvision ------------------------------------------------------------------

FAMILIES = {  # the smallest of each
    **{name: name for name in ("alexnet", "googlenet", "inception_v3", "mobilenet_v2")},
    **{"convnext": "convnext_tiny", "densenet": "densenet121", "efficientnet": "efficientnet_b0"},
    **{"efficientnet_v2": "efficientnet_v2_s", "maxvit": "maxvit_t", "mnasnet": "mnasnet0_5"},
    **{"mobilenet_v3": "mobilenet_v3_small", "regnet_x": "regnet_x_400mf"},
    **{"regnet_y": "regnet_y_400mf", "resnet": "resnet18", "resnext": "resnext50_32x4d"},
    **{"shufflenet": "shufflenet_v2_x0_5", "squeezenet": "squeezenet1_1", "swin": "swin_t"},
    **{"swin_v2": "swin_v2_t", "vgg": "vgg11", "vgg_bn": "vgg11_bn", "vit": "vit_b_32"},
    **{"wide_resnet": "wide_resnet50_2"},
}
REFUSED = {"maxvit": "MaxViT", "swin": "Swin", "swin_v2": "Swin", "vit": "ViT"}
WITHOUT_RELU = {"convnext", "efficientnet", "efficientnet_v2"}  # GELU, SiLU: no deconvnet of them
FAST = ("resnet", "squeezenet", "vit")


def network(name):
    options = {"googlenet": {"aux_logits": False}, "inception_v3": {"aux_logits": False}}.get(
        name, {}
    )
    if options:
        options["init_weights"] = False
    torch.manual_seed(0)
    return theirs.get_model(name, weights=None, **options)


def test_every_classification_network_belongs_to_a_family():
    names = theirs.list_models(module=theirs)
    assert set(FAMILIES.values()) <= set(names)
    kinds = {kind_of(name) for name in FAMILIES.values()}
    assert {kind_of(name) for name in names} == kinds


def kind_of(name):
    return get_type_hints(theirs.get_model_builder(name))["return"]


@pytest.mark.parametrize(
    "family",
    [f if f in FAST else pytest.param(f, marks=pytest.mark.acceptance) for f in FAMILIES],
)
def test_a_family_is_looked_into_or_refused_by_name(family):
    module = network(FAMILIES[family])
    if family in REFUSED:
        assert REFUSED[family] in refusal(module)
        with pytest.raises(ValueError, match=REFUSED[family]):
            as_classifier(module, family)
        return
    assert refusal(module) == ""
    size = (128, 128)
    model = as_classifier(module, family, size=size)
    pixels = torch.randint(0, 256, (3, *size), generator=torch.Generator().manual_seed(0)).byte()
    fields, refused = receptive_fields(model, model.layers, *size)
    assert refused == ""
    layers = layer_maps(model, pixels)
    assert [layer.name for layer in layers] == list(model.layers) == list(fields)
    assert len(layers) >= 4
    for layer in layers:
        assert layer.maps.shape[1:] == (len(layer.field.rows), len(layer.field.columns))
    assert len({layer.title for layer in layers}) == len(layers)
    assert look_layers(model)
    images, middle = pixels[None] / 255, model.layers[len(model.layers) // 2]
    if family in WITHOUT_RELU:
        with pytest.raises(ValueError, match="no ReLU"):
            deconvnet(model, images, layer=middle, channel=0)
        return
    assert deconvnet(model, images, layer=middle, channel=0).shape == images.shape
