"""MobileNetV2 from assets is torchvision's, and says what it is known to say."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torchvision
from safetensors.torch import load_file

from dlviz.core.classifier import Classifier
from dlviz.io import assets
from dlviz.io.assets import AssetError, asset_path
from dlviz.io.mobilenet import FILE, mobilenet_v2
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit


@pytest.fixture(scope="module")
def model() -> Classifier:
    return mobilenet_v2()


@pytest.mark.parametrize(
    ("photograph", "category", "least"),
    [("cat", "Egyptian cat", 0.6), ("coffee", "espresso", 0.9), ("camera", "tripod", 0.9)],
)
def test_what_it_says(model: Classifier, photograph: str, category: str, least: float) -> None:
    image = fit(load_photograph(photograph), 224)[None].float() / 255
    probability, index = model.probabilities(image)[0].max(0)
    assert model.classes[int(index)] == category
    assert probability >= least


def test_logits_are_torchvisions(model: Classifier) -> None:
    with torch.random.fork_rng():
        theirs = torchvision.models.mobilenet_v2().eval()
    theirs.load_state_dict(load_file(asset_path(FILE)))
    preset = torchvision.models.MobileNet_V2_Weights.IMAGENET1K_V1
    images = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    normalised = torchvision.transforms.functional.normalize(
        images, preset.transforms().mean, preset.transforms().std
    )
    with torch.no_grad():
        assert torch.allclose(model(images), theirs(normalised), atol=1e-4)
    assert list(model.classes) == preset.meta["categories"]


def test_it_is_read_only_whole_and_its_layers_exist(model: Classifier) -> None:
    assert not model.training
    tensors = [*model.parameters(), *model.buffers()]
    assert all(tensor.device.type == "cpu" and not tensor.requires_grad for tensor in tensors)
    assert len(model.layers) == 19
    for name in model.layers:
        model.module.get_submodule(name)


def test_loading_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    mobilenet_v2()
    assert torch.equal(before, torch.random.get_rng_state())


def test_missing_and_damaged_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    with pytest.raises(AssetError, match="missing"):
        mobilenet_v2()
    (tmp_path / FILE).write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    with pytest.raises(AssetError, match="damaged"):
        mobilenet_v2()
    (tmp_path / FILE).write_bytes(b"junk")
    with pytest.raises(AssetError, match="damaged"):
        mobilenet_v2()
