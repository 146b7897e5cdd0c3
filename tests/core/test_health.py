"""Health and verdict against autograd, NumPy, scikit-learn and the weights themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix
from torch import nn
from torch.nn import functional as F

from dlviz.core.health import HISTOGRAM_BINS, MAX_MISTAKES, Health, Verdict, histogram
from dlviz.core.memory import EVALUATION_SLICE
from dlviz.core.specs import NetSpec, RunSpec, TrainSpec, layer
from dlviz.core.training import Run, Score, Slice, Snapshot, Step
from tests.core.stripes import stripes

SPEC = RunSpec(
    NetSpec(
        (
            layer("conv", channels=4),
            layer("batch_norm"),
            layer("relu"),
            layer("residual", channels=6, stride=2),
            layer("flatten"),
            layer("dense", units=10),
            layer("relu"),
            layer("dense"),
        )
    ),
    train=TrainSpec(batch_size=40, epochs=2, learning_rate=0.01),
)
OPTIMISERS = {
    "adam": TrainSpec(optimiser="adam", weight_decay=0.01),
    "adamw": TrainSpec(optimiser="adamw", weight_decay=0.1),
    "sgd": TrainSpec(optimiser="sgd", momentum=0.9, weight_decay=0.01),
    "sgd without momentum": TrainSpec(optimiser="sgd", momentum=0.0, weight_decay=0.01),
}


def flat(module: nn.Module) -> np.ndarray:
    """All that a layer learns, as one vector."""
    parts = [value.detach().flatten().clone() for value in module.parameters()]
    return torch.cat(parts).double().numpy() if parts else np.zeros(0)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_norms_updates_and_histograms_are_those_of_the_weights(name: str) -> None:
    train = replace(OPTIMISERS[name], batch_size=40, learning_rate=0.01, schedule="cosine")
    run = Run(replace(SPEC, train=train), stripes())
    before: dict[str, np.ndarray] = {}
    checked = 0
    for event in run:
        if isinstance(event, Step):
            for layer_health in run.health().layers:
                module = run.module.get_submodule(layer_health.name)
                now, then = flat(module), before.get(layer_health.name)
                if not len(now):
                    assert layer_health.weight is layer_health.histogram is None
                    continue
                assert layer_health.weight == pytest.approx(np.linalg.norm(now), rel=1e-5)
                if then is not None:
                    moved = np.linalg.norm(now - then) / np.linalg.norm(now)
                    assert layer_health.update == pytest.approx(moved, rel=2e-3)
                    checked += 1
                assert layer_health.histogram is not None
                low, high, counts = layer_health.histogram
                expected, edges = np.histogram(now.astype(np.float32), HISTOGRAM_BINS)
                assert (low, high) == pytest.approx((edges[0], edges[-1]))
                assert sum(counts) == len(now)
                # What lies on an edge may be rounded into the next bin.
                assert np.abs(np.cumsum(expected - counts)).max() <= 2
        before = {child: flat(module) for child, module in run.module.named_children()}
        if run.step == 8:
            break
    assert checked >= 5 * 7


def test_gradient_norms_are_autograds() -> None:
    data = stripes()
    spec = replace(SPEC, train=replace(SPEC.train, batch_size=200))
    run = Run(spec, data)
    events = iter(run)
    shot = next(events)
    assert isinstance(shot, Snapshot)
    assert all(one.gradient is one.update is None for one in run.health().layers)
    twin = shot.classifier.module.train().requires_grad_(True)
    mean = torch.tensor(data.mean).view(1, -1, 1, 1)
    std = torch.tensor(data.std).view(1, -1, 1, 1)
    F.cross_entropy(twin((data.train[0] - mean) / std), data.train[1]).backward()
    next(events)
    for one in run.health().layers:
        gradients = [value.grad for value in twin.get_submodule(one.name).parameters()]
        if gradients:
            expected = torch.cat([grad.flatten() for grad in gradients]).norm().item()
            # The order of pictures is another one: the sum over the batch rounds differently.
            assert one.gradient == pytest.approx(expected, rel=1e-3, abs=1e-6)
        else:
            assert one.gradient is None


def test_dead_units_are_those_that_no_held_out_picture_wakes() -> None:
    data = stripes()
    run = Run(SPEC, data)
    with torch.no_grad():
        run.module.get_submodule("norm1").bias[1:3] = -100.0
        run.module.get_submodule("dense1").bias[:4] = -1000.0
        run.module.get_submodule("block1").main.norm2.bias[0] = -1000.0
    health = next(event for event in run if isinstance(event, Health))
    dead = {one.name: one.dead for one in health.layers if one.dead is not None}
    assert dead["relu1"] == 0.5
    assert dead["relu2"] >= 0.4
    assert dead["block1"] == pytest.approx(1 / 6)
    assert set(dead) == {"relu1", "block1", "relu2"}
    kinds = [one.kind for one in health.layers]
    assert kinds == [item.kind for item in SPEC.net.layers]


def test_one_waking_picture_in_any_slice_keeps_a_unit_alive() -> None:
    data = stripes()
    pixels = torch.zeros(EVALUATION_SLICE * 2 + 1, 1, 8, 8, dtype=torch.uint8)
    labels = torch.zeros(len(pixels), dtype=torch.int64)
    net = NetSpec((layer("flatten"), layer("dense", units=1), layer("relu"), layer("dense")))
    for bright in (None, 0, EVALUATION_SLICE, len(pixels) - 1):
        shown = pixels.clone()
        if bright is not None:
            shown[bright] = 255
        run = Run(replace(SPEC, net=net), replace(data, test_pixels=shown, test_labels=labels))
        with torch.no_grad():
            run.module.get_submodule("dense1").weight.fill_(1.0)
        health = next(event for event in run if isinstance(event, Health))
        assert health.layers[2].dead == (1.0 if bright is None else 0.0)


def test_verdicts_are_scikit_learns_and_name_the_surest_mistakes() -> None:
    data = stripes(random_labels=True)
    run = Run(SPEC, data)
    shots = {}
    verdicts = []
    for event in run:
        if isinstance(event, Step | Snapshot):
            shots[run.step] = run.snapshot()
        if isinstance(event, Verdict):
            verdicts.append(event)
    assert len(verdicts) >= 6
    for verdict in verdicts:
        with torch.no_grad():
            chance = shots[verdict.step].classifier(data.test[0]).softmax(dim=1).numpy()
        truth, said = data.test[1].numpy(), chance.argmax(axis=1)
        expected = confusion_matrix(truth, said, labels=range(3))
        assert np.array_equal(expected, np.array(verdict.confusion))
        wrong = [number for number in range(100) if said[number] != truth[number]]
        assert len(verdict.mistakes) == min(MAX_MISTAKES, len(wrong))
        surest = sorted((chance[number].max() for number in wrong), reverse=True)[:MAX_MISTAKES]
        assert [one.confidence for one in verdict.mistakes] == pytest.approx(surest, rel=1e-4)
        for one in verdict.mistakes:
            assert one.index in wrong
            assert (one.label, one.said) == (truth[one.index], said[one.index])
            assert one.confidence == pytest.approx(chance[one.index].max(), rel=1e-4)


@pytest.mark.parametrize("batch_size", [5, 40])  # judged while it goes on, and between two steps
def test_a_verdict_and_the_health_follow_each_score_at_once(batch_size: int) -> None:
    data = stripes()
    many = torch.cat([data.test_pixels] * 6), torch.cat([data.test_labels] * 6)
    longer = replace(data, test_pixels=many[0], test_labels=many[1])
    spec = replace(SPEC, train=replace(SPEC.train, batch_size=batch_size))
    events = list(Run(spec, longer))
    assert any(isinstance(event, Slice) for event in events)
    places = [number for number, event in enumerate(events) if isinstance(event, Score)]
    assert len(places) >= 5
    for place in places:
        score, verdict, health = events[place : place + 3]
        assert isinstance(score, Score)
        assert isinstance(verdict, Verdict)
        assert isinstance(health, Health)
        assert score.step == verdict.step <= health.step
        assert sum(map(sum, verdict.confusion)) == score.count == 600
        right = sum(verdict.confusion[number][number] for number in range(3))
        assert right / 600 == score.accuracy
    assert sum(isinstance(event, Verdict | Health) for event in events) == 2 * len(places)


def test_looking_changes_nothing_and_finds_the_same_again() -> None:
    data = stripes()

    def numbers(*, looking: bool) -> list[Step | Score | Health | Verdict]:
        found = []
        for event in (run := Run(SPEC, data)):
            if looking:
                assert run.health() == run.health()
            if isinstance(event, Step | Score | Health | Verdict):
                found.append(event)
        return found

    assert numbers(looking=True) == numbers(looking=False)


def test_a_histogram_needs_finite_numbers_and_holds_equal_ones() -> None:
    assert histogram([torch.tensor([1.0, float("nan")])]) is None
    assert histogram([torch.tensor([1.0, float("inf")])]) is None
    low, high, counts = histogram([torch.full((5,), 2.0)]) or (0, 0, ())
    assert (low, high, sum(counts)) == (2.0, 2.0, 5)
    _, _, counts = histogram([torch.rand(300_000)]) or (0, 0, ())
    assert 50_000 < sum(counts) <= 65_536
