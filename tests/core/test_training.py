"""The training loop: what it yields, and when. Its numbers: ``test_whole_runs.py``."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from dlviz.core.data import ImageData
from dlviz.core.snapshots import MAX_SNAPSHOTS, thin
from dlviz.core.specs import NetSpec, RunSpec, SpecError, TrainSpec, layer
from dlviz.core.training import DivergedError, Run, Score, Snapshot, Step
from tests.core.stripes import stripes

SPEC = RunSpec(
    net=NetSpec(
        (
            layer("conv", channels=4, kernel=3),
            layer("relu"),
            layer("max_pool", size=2),
            layer("flatten"),
            layer("dropout", p=0.2),
            layer("dense"),
        )
    ),
    train=TrainSpec(optimiser="sgd", learning_rate=0.05, batch_size=16, epochs=2, seed=7),
)
NO_DROPOUT = replace(SPEC, net=NetSpec(tuple(i for i in SPEC.net.layers if i.kind != "dropout")))


@pytest.fixture(scope="module")
def data() -> ImageData:
    return stripes()


def losses(spec: RunSpec, data: ImageData) -> list[float]:
    return [event.loss for event in Run(spec, data) if isinstance(event, Step)]


def test_same_spec_same_numbers_side_by_side_and_without_the_global_generator(
    data: ImageData,
) -> None:
    alone = losses(SPEC, data)
    found: list[list[float]] = [[], []]

    def work(slot: int) -> None:
        found[slot] = losses(SPEC, data)

    before = torch.get_rng_state()
    threads = [threading.Thread(target=work, args=(slot,)) for slot in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == alone
    assert found[1] == alone
    assert torch.equal(torch.get_rng_state(), before)
    assert losses(replace(SPEC, train=replace(SPEC.train, seed=8)), data) != alone


def test_scores_judge_the_weights_of_their_own_step(data: ImageData) -> None:
    run = Run(NO_DROPOUT, data)
    scores, weights = [], {}
    for event in run:
        if isinstance(event, Snapshot | Step):
            weights[run.step] = run.snapshot()
        if isinstance(event, Score):
            scores.append(event)
    assert scores[0].step == 0
    assert len(scores) >= 8
    for score in scores:
        logits = weights[score.step].classifier(data.test[0])
        assert score.loss == pytest.approx(F.cross_entropy(logits, data.test[1]).item(), rel=1e-5)


def test_snapshots_are_log_spaced_cloned_and_thinned(data: ImageData) -> None:
    run = Run(SPEC, data)
    shots = [event for event in run if isinstance(event, Snapshot)]
    assert [shot.step for shot in shots] == [0, 1, 2, 4, 8, 16, 26]
    assert shots[-1].epoch == 2
    assert not torch.equal(shots[0].weights["conv1.weight"], shots[-1].weights["conv1.weight"])
    fresh = Run(SPEC, data).snapshot().weights
    assert all(torch.equal(fresh[name], value) for name, value in shots[0].weights.items())
    many = thin(shots * 12)
    assert len(many) <= MAX_SNAPSHOTS
    assert (many[0], many[-1]) == (shots[0], shots[-1])


def test_a_layer_may_decay_by_itself(data: ImageData) -> None:
    def norm(decay: float | None) -> float:
        first = replace(
            SPEC.net.layers[0], options={"channels": 4, "kernel": 3, "weight_decay": decay}
        )
        net = NetSpec((first, *NO_DROPOUT.net.layers[1:]))
        *_, last = Run(replace(NO_DROPOUT, net=net), data)
        assert isinstance(last, Snapshot)
        return float(last.weights["conv1.weight"].norm())

    assert norm(0.5) < 0.6 * norm(None)


def test_divergence_is_said(data: ImageData) -> None:
    wild = replace(NO_DROPOUT, train=replace(SPEC.train, learning_rate=100.0))
    deep = NetSpec(
        (*wild.net.layers[:4], layer("dense", units=64), layer("dense", units=64), layer("dense"))
    )
    with pytest.raises(DivergedError, match="at a learning rate of 100: lower it"):
        list(Run(replace(wild, net=deep), data))


def test_a_net_that_overflows_from_the_start_is_not_blamed_on_the_learning_rate(
    data: ImageData,
) -> None:
    """30 layers that multiply by about 80 each: 80³⁰ is beyond float32."""
    vast = [layer("dense", units=64, init_std=10.0) for _ in range(30)]
    net = NetSpec((layer("flatten"), *vast, layer("dense")))
    calm = replace(NO_DROPOUT, net=net, train=replace(SPEC.train, learning_rate=0.0))
    with pytest.raises(DivergedError, match=r"very first mini-batch .* initial weights"):
        list(Run(calm, data))


def test_a_net_that_does_not_fit_names_its_layer(data: ImageData) -> None:
    net = NetSpec((layer("conv", kernel=9), layer("flatten"), layer("dense")))
    with pytest.raises(SpecError, match="Layer 1: A 9×9 kernel does not fit into 8×8 maps"):
        Run(replace(SPEC, net=net), data)
