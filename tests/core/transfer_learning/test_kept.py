"""A transfer-learnt network on the shelf says what its run said, of the pictures as they are."""

from __future__ import annotations

import pytest
import torch

from dlviz.core.classifier import Classifier
from dlviz.core.data import ImageData, to_unit
from dlviz.core.receptive import receptive_fields
from dlviz.core.taught import TaughtSpec, TaughtTrain
from dlviz.core.transfer_learning.kept import TransferSnapshot, shapes_of, snapshot_of
from dlviz.core.transfer_learning.run import TransferRun
from dlviz.io.datasets import entry_of, grey_name, held_out, load_data
from dlviz.io.models import load_model
from dlviz.io.transfer_tasks import TASKS, load_task


def spec_of(name: str, tuned: int) -> TaughtSpec:
    settings = (("pictures", name), ("each", 3), ("tuned", tuned), ("side", 96), ("weights", True))
    return TaughtSpec("transfer", TaughtTrain(3e-4, 2, 7), settings)


def small(name: str) -> ImageData:
    data = load_task(name)
    train = data.train_pixels, data.train_labels
    return ImageData.of(name, data.classes, train, (data.test_pixels[:40], data.test_labels[:40]))


@pytest.mark.parametrize(("name", "tuned"), [("cat_fox", 0), ("cat_fox", 1), ("creatures", 1)])
def test_its_answers_are_those_of_the_run(name: str, tuned: int) -> None:
    base, data, spec = load_model("mobilenet_v2"), small(name), spec_of(name, tuned)
    before = {key: value.clone() for key, value in base.state_dict().items()}
    run = TransferRun(spec, base, data)
    count = sum(type(event).__name__ == "Step" for event in run)
    learnt = run.trained()
    kept = snapshot_of(spec, learnt, data, base, grey_name(name))
    model = kept.classifier
    assert isinstance(model, Classifier)
    assert (model.classes, model.input_shape) == (data.classes, (3, 64, 64))
    answers = model.probabilities(to_unit(data.test_pixels))
    assert torch.allclose(answers, learnt["answers"], atol=1e-4)
    right = (learnt["answers"].argmax(dim=1) == data.test_labels).float().mean()
    assert kept.held_out is not None
    assert kept.held_out.accuracy == pytest.approx(float(right))
    assert kept.step == count
    assert {key: tuple(value.shape) for key, value in kept.weights.items()} == shapes_of(
        base, len(data.classes), tuned=bool(tuned)
    )
    assert all(torch.equal(value, before[key]) for key, value in base.state_dict().items())


def test_a_run_without_weights_cannot_be_kept() -> None:
    data = small("cat_fox")
    learnt = {"answers": torch.full((40, 2), 0.5)}
    with pytest.raises(ValueError, match="kept no weights"):
        snapshot_of(spec_of("cat_fox", 0), learnt, data, load_model("mobilenet_v2"), "grey_cat_fox")


def test_its_receptive_fields_are_of_the_small_picture() -> None:
    data = small("cat_fox")
    base = load_model("mobilenet_v2")
    run = TransferRun(spec_of("cat_fox", 0), base, data)
    list(run)
    kept = snapshot_of(spec_of("cat_fox", 0), run.trained(), data, base, "grey_cat_fox")
    assert isinstance(kept, TransferSnapshot)
    model = kept.classifier
    fields, refused = receptive_fields(model, model.layers, 64, 64)
    assert refused == ""
    assert len(fields) == 19
    assert fields["features.0"].box(0, 0) == (0, 0, 2, 2)
    assert len(fields["features.18"].rows) == 3  # of 96 pixels


@pytest.mark.parametrize("name", TASKS)
def test_the_labs_find_its_pictures(name: str) -> None:
    pixels, labels = held_out(grey_name(name))
    assert torch.equal(pixels, load_task(name).test_pixels)
    assert torch.equal(labels, load_task(name).test_labels)
    data = load_data(grey_name(name))
    assert torch.equal(data.train_pixels, load_task(name).train_pixels)
    entry = entry_of(grey_name(name))
    assert entry.counts == (len(data.train_labels), len(data.test_labels))
    assert entry.shape == data.shape
    assert entry.mean == pytest.approx(data.mean, abs=1e-3)
    assert entry.std == pytest.approx(data.std, abs=1e-3)
