"""Training for notebooks: a spec in, snapshots out."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import dlviz
from dlviz.core.data import ImageData
from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, SpecError, TrainSpec, layer
from dlviz.core.training import DivergedError

SPEC = RunSpec(
    net=NetSpec((layer("conv", channels=3), layer("relu"), layer("flatten"), layer("dense"))),
    train=TrainSpec(batch_size=16, epochs=2, learning_rate=0.01, seed=3),
)


def test_yields_the_untrained_net_log_spaced_snapshots_and_the_last(
    small_data: ImageData,
) -> None:
    snapshots = list(dlviz.train(SPEC))
    assert all(isinstance(snapshot, Snapshot) for snapshot in snapshots)
    assert [snapshot.step for snapshot in snapshots] == [0, 1, 2, 4, 8, 16, 26]
    assert snapshots[0].epoch == 0
    assert snapshots[-1].epoch == 2
    assert all(snapshot.held_out is None for snapshot in snapshots[:-1])


def test_the_last_snapshot_is_the_trained_classifier_and_its_score(small_data: ImageData) -> None:
    *_, last = dlviz.train(SPEC)
    images, labels = small_data.test
    right = (last.classifier(images).argmax(dim=1) == labels).float().mean().item()
    assert last.held_out is not None
    assert last.held_out.accuracy == pytest.approx(right)
    assert last.held_out.count == len(labels)
    assert right > 0.8
    assert last.classifier.classes == small_data.classes


def test_same_spec_same_numbers_other_seed_others(small_data: ImageData) -> None:
    before = torch.get_rng_state()
    *_, first = dlviz.train(SPEC)
    *_, again = dlviz.train(SPEC)
    *_, other = dlviz.train(replace(SPEC, train=replace(SPEC.train, seed=4)))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first.weights[name], again.weights[name]) for name in first.weights)
    assert not torch.equal(first.weights["conv1.weight"], other.weights["conv1.weight"])


def test_a_net_that_does_not_fit_is_refused(small_data: ImageData) -> None:
    wrong = replace(SPEC, net=NetSpec((layer("conv", kernel=9), *SPEC.net.layers[1:])))
    with pytest.raises(SpecError, match="Layer 1"):
        list(dlviz.train(wrong))


def test_an_unknown_data_set_is_refused_by_naming_the_known() -> None:
    with pytest.raises(ValueError, match="mnist"):
        list(dlviz.train(RunSpec(data=DataSpec("nonsense"))))


def test_divergence_is_said(small_data: ImageData) -> None:
    deep = (layer("flatten"), *[layer("dense", units=64)] * 3, layer("dense"))
    wild = TrainSpec(optimiser="sgd", learning_rate=100.0, batch_size=16)
    with pytest.raises(DivergedError, match="learning rate"):
        list(dlviz.train(RunSpec(net=NetSpec(deep), train=wild)))
