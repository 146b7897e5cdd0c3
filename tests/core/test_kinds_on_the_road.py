"""A net with each layer kind goes the whole road: train, snapshot, file, labs."""

from __future__ import annotations

import pytest
import torch

from dlviz.core.attacks import fgsm
from dlviz.core.data import ImageData
from dlviz.core.deconvnet import deconvnet
from dlviz.core.layers import LAYERS, plan
from dlviz.core.occlusion import occlusion
from dlviz.core.patches import top_patches
from dlviz.core.receptive import receptive_field
from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.core.training import Run
from dlviz.figures.layer_names import look_layers
from dlviz.io.checkpoints import CheckpointError, read_checkpoint, write_checkpoint

CLASSES = ("round", "square", "flat")
SIDE = 10
RECTIFIED = {"relu", "residual"}


def data() -> ImageData:
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(33) % 3
    pixels = torch.randint(0, 80, (33, 1, SIDE, SIDE), generator=generator, dtype=torch.uint8)
    for index, label in enumerate(labels.tolist()):
        pixels[index, 0, 3 * label : 3 * label + 3] += 150
    return ImageData("bars", CLASSES, pixels, labels, pixels[:12], labels[:12], (0.3,), (0.3,))


def net_with(kind: str) -> NetSpec:
    """A convolution, the kind where it can stand on maps, and the output."""
    tail = () if kind == "global_average" else (layer("flatten"),)
    middle = {"flatten": (), "dense": (), "conv": (layer("conv", channels=4),)}
    stack = middle.get(kind, (layer(kind),))
    return NetSpec((layer("conv", channels=4), *stack, *tail, layer("dense")))


def trained(kind: str) -> Snapshot:
    """Batches of 8 leave one picture over: batch norm must live with it."""
    spec = RunSpec(net_with(kind), DataSpec("bars"), TrainSpec(batch_size=8, epochs=3))
    *_, last = Run(spec, data())
    assert isinstance(last, Snapshot)
    return last


@pytest.mark.parametrize("kind", LAYERS)
def test_a_net_with_it_goes_through_training_file_and_labs(kind: str) -> None:
    last = trained(kind)
    (again,) = read_checkpoint(write_checkpoint([last]))
    assert again.weights.keys() == last.weights.keys()
    assert all(torch.equal(again.weights[name], value) for name, value in last.weights.items())
    model, images = again.classifier, data().test_pixels / 255
    assert torch.equal(model(images), last.classifier(images))
    assert torch.equal(model(images[:1]), model(images)[:1]) or torch.allclose(
        model(images[:1]), model(images)[:1], atol=1e-5
    )

    name = model.layers[-1]
    field = receptive_field(model, name, SIDE, SIDE)
    rows = {row.name: row for row in plan(net_with(kind), (1, SIDE, SIDE), 3)}
    assert (len(field.rows), len(field.columns)) == rows[name].after[1:]
    assert top_patches(model, images, layer=name, k=2).indices.shape == (rows[name].after[0], 2)
    assert occlusion(model, images[0], target=0, size=4, stride=3, fill=0.5).shape == (3, 3)
    fooled = fgsm(model, images, data().test_labels, eps=0.1)
    assert (fooled - images).abs().max() <= 0.1 + 1e-6
    if kind in RECTIFIED:
        assert deconvnet(model, images, layer=name, channel=0).shape == images.shape
        assert name in look_layers(model)
    else:
        with pytest.raises(ValueError, match="no ReLU, so there is no deconvnet"):
            deconvnet(model, images, layer=name, channel=0)


@pytest.mark.parametrize("kind", ["batch_norm", "residual"])
def test_a_batch_norm_with_a_negative_variance_is_refused(kind: str) -> None:
    last = trained(kind)
    for name, value in last.weights.items():
        if name.endswith("running_var"):
            value[0] = -1.0
    with pytest.raises(CheckpointError, match="negative variance"):
        read_checkpoint(write_checkpoint([last]))


@pytest.mark.parametrize("kind", LAYERS)
def test_two_runs_of_one_spec_are_the_same(kind: str) -> None:
    one, other = trained(kind), trained(kind)
    assert all(torch.equal(value, other.weights[name]) for name, value in one.weights.items())
