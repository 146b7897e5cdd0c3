"""Snapshots: log-spaced, few, small, and a Classifier each."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.core import snapshots as snapshots_module
from dlviz.core.classifier import Classifier
from dlviz.core.layers import build
from dlviz.core.snapshots import MAX_SNAPSHOTS, DataFacts, Score, Snapshot, is_logged, thin
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, layer

FACTS = DataFacts(("round", "square", "flat"), (2, 6, 6), (0.4, 0.6), (0.2, 0.3))
SPEC = RunSpec(
    NetSpec((layer("conv", channels=3), layer("relu"), layer("flatten"), layer("dense"))),
    DataSpec("shapes"),
)


def snapshot(step: int = 0, *, seed: int = 0) -> Snapshot:
    generator = torch.Generator().manual_seed(seed)
    module, _ = build(SPEC.net, FACTS.shape, 3, generator)
    return Snapshot(step, step / 10, module.state_dict(), SPEC, FACTS)


def sized(step: int, size: int) -> Snapshot:
    return Snapshot(step, 0.0, {"w": torch.zeros(size, dtype=torch.uint8)}, SPEC, FACTS)


def test_logged_steps_are_the_powers_of_two() -> None:
    assert [step for step in range(300) if is_logged(step)] == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256]


def test_bytes_are_those_of_the_weights() -> None:
    assert snapshot().bytes == 4 * ((2 * 9 + 1) * 3 + (3 * 4 * 4 + 1) * 3)
    assert sized(0, 1000).bytes == 1000


def test_a_snapshot_is_a_classifier_from_pixels_to_logits() -> None:
    shot = snapshot(4)
    images = torch.rand(5, 2, 6, 6, generator=torch.Generator().manual_seed(1))
    before = torch.get_rng_state()
    classifier = shot.classifier
    assert torch.equal(torch.get_rng_state(), before)
    assert isinstance(classifier, Classifier)
    normal = (images - torch.tensor(FACTS.mean).view(1, -1, 1, 1)) / torch.tensor(FACTS.std).view(
        1, -1, 1, 1
    )
    maps = torch.relu(
        torch.nn.functional.conv2d(normal, shot.weights["conv1.weight"], shot.weights["conv1.bias"])
    )
    logits = maps.flatten(1) @ shot.weights["dense1.weight"].T + shot.weights["dense1.bias"]
    torch.testing.assert_close(classifier(images), logits)
    assert classifier.classes == FACTS.classes
    assert classifier.input_shape == FACTS.shape
    assert classifier.layers == ("conv1", "relu1")
    assert classifier.data == "shapes"
    assert "4" in classifier.name


def test_a_classifier_does_not_share_its_snapshots_weights() -> None:
    shot = snapshot()
    classifier = shot.classifier
    kept = shot.weights["conv1.weight"].clone()
    classifier.module.conv1.weight.zero_()
    assert torch.equal(shot.weights["conv1.weight"], kept)
    assert torch.equal(shot.classifier.module.conv1.weight, kept)


def test_a_score_may_be_added_later() -> None:
    score = Score(3, 0.5, 0.9, 100)
    assert snapshot().held_out is None
    assert replace(snapshot(3), held_out=score).held_out == score


@settings(derandomize=True, deadline=None, max_examples=50)
@given(steps=st.lists(st.integers(0, 10**6), max_size=150, unique=True).map(sorted))
def test_thinning_keeps_the_ends_the_order_and_the_cap(steps: list[int]) -> None:
    shots = [sized(step, 1) for step in steps]
    given_ = list(shots)
    kept = thin(shots)
    assert shots == given_
    assert len(kept) <= MAX_SNAPSHOTS
    found = [shot.step for shot in kept]
    assert found == sorted(set(found))
    assert set(found) <= set(steps)
    if len(steps) <= MAX_SNAPSHOTS:
        assert found == steps
    else:
        assert len(kept) >= MAX_SNAPSHOTS // 2
        assert (found[0], found[-1]) == (steps[0], steps[-1])


def test_bytes_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots_module, "MAX_BYTES", 1000)
    kept = thin([sized(step, 150) for step in range(12)])
    assert sum(shot.bytes for shot in kept) <= 1000
    assert (kept[0].step, kept[-1].step) == (0, 11)
    assert len(kept) >= 3


def test_first_and_newest_stay_whatever_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots_module, "MAX_BYTES", 1000)
    assert [shot.step for shot in thin([sized(step, 5000) for step in range(5)])] == [0, 4]
    assert [shot.step for shot in thin([sized(7, 5000)])] == [7]
    assert thin([]) == []


def test_growing_one_at_a_time_never_exceeds_the_cap() -> None:
    kept: list[Snapshot] = []
    for step in range(200):
        kept = thin([*kept, sized(step, 1)])
        assert len(kept) <= MAX_SNAPSHOTS
        assert (kept[0].step, kept[-1].step) == (0, step)
