"""Real training through the executor: the same numbers as in a notebook, told as frames."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

import dlviz
from dlviz.core.data import ImageData
from dlviz.core.snapshots import Snapshot
from dlviz.core.specs import NetSpec, RunSpec, TrainSpec, layer
from dlviz.runs.contract import Executor
from dlviz.runs.frames import describe
from dlviz.runs.history import Update
from dlviz.runs.jobs import Command, Job, State, Status
from dlviz.runs.packing import MAX_FILTERS, pack_filters
from dlviz.runs.shelf import Shelf
from dlviz.runs.training import TrainingRecorder

from .studio import until_state

SPEC = RunSpec(
    net=NetSpec(
        (
            layer("conv", channels=4),
            layer("relu"),
            layer("max_pool"),
            layer("flatten"),
            layer("dropout", p=0.2),
            layer("dense"),
        )
    ),
    train=TrainSpec(batch_size=16, epochs=2, learning_rate=0.01, seed=7),
)
WILD = RunSpec(
    net=NetSpec(
        (
            layer("conv", channels=4),
            layer("relu"),
            layer("flatten"),
            layer("dense", units=64),
            layer("dense", units=64),
            layer("dense"),
        )
    ),
    train=TrainSpec(optimiser="sgd", learning_rate=100.0, batch_size=16),
)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def gate() -> threading.Event:
    """Clear it to hold runs back before their first step."""
    event = threading.Event()
    event.set()
    return event


@pytest.fixture
def executor(
    small_data: ImageData,
    shelf: Shelf,
    gate: threading.Event,
    new_executor: Callable[..., Executor],
) -> Iterator[Executor]:
    def make(spec: RunSpec, owner: str, device: str) -> TrainingRecorder:
        gate.wait(10.0)
        return TrainingRecorder(spec, "cpu")

    executor = new_executor(
        make,
        slots=2,
        on_end=lambda owner, spec, snapshots: shelf.add(spec, snapshots, owner) and None,
    )
    yield executor
    gate.set()
    executor.close()


def submit_paused(executor: Executor, gate: threading.Event, spec: RunSpec) -> str:
    gate.clear()
    job = executor.submit("a", spec)
    executor.control(job, Command.PAUSE)
    gate.set()
    until_state(executor, job, State.PAUSED, step=0)
    return job


def same(one: Snapshot, other: Snapshot) -> bool:
    return one.step == other.step and all(
        torch.equal(one.weights[name], other.weights[name]) for name in one.weights
    )


def test_two_runs_side_by_side_give_the_numbers_of_a_notebook(
    executor: Executor, shelf: Shelf
) -> None:
    before = torch.get_rng_state()
    alone = list(dlviz.train(SPEC))
    other = list(dlviz.train(replace(SPEC, train=replace(SPEC.train, seed=8))))
    jobs = [executor.submit("a", SPEC), executor.submit("b", other[0].spec)]
    for job, expected in zip(jobs, (alone, other), strict=True):
        until_state(executor, job, State.DONE, step=26)
        found = executor.snapshots(job)
        assert [snapshot.step for snapshot in found] == [0, 1, 2, 4, 8, 16, 26]
        assert all(same(one, two) for one, two in zip(found, expected, strict=True))
        assert found[-1].held_out == expected[-1].held_out
    assert not same(alone[-1], other[-1])
    assert torch.equal(torch.get_rng_state(), before)


def test_pausing_stepping_and_starting_over_change_no_number(
    executor: Executor, gate: threading.Event
) -> None:
    *_, expected = dlviz.train(SPEC)
    job = submit_paused(executor, gate, SPEC)
    for step in range(1, 4):
        executor.control(job, Command.STEP)
        until_state(executor, job, State.PAUSED, step=step)
    executor.control(job, Command.REWIND)
    until_state(executor, job, State.PAUSED, step=0)
    executor.control(job, Command.STEP)
    until_state(executor, job, State.PAUSED, step=1)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.DONE)
    assert same(executor.snapshots(job)[-1], expected)


def test_the_shelf_gets_the_final_snapshot_with_its_score(
    executor: Executor, shelf: Shelf, small_data: ImageData
) -> None:
    job = executor.submit("a", SPEC)
    until_state(executor, job, State.DONE)
    (entry,) = shelf.entries()
    images, labels = small_data.test
    right = (entry.classifier(images).argmax(dim=1) == labels).float().mean().item()
    assert entry.accuracy == pytest.approx(right)
    assert entry.snapshots[-1].step == 26
    assert entry.snapshots[-1].held_out is not None


def test_a_stopped_run_keeps_the_weights_it_had(
    executor: Executor, gate: threading.Event, shelf: Shelf
) -> None:
    job = submit_paused(executor, gate, SPEC)
    for step in range(1, 4):
        executor.control(job, Command.STEP)
        until_state(executor, job, State.PAUSED, step=step)
    executor.control(job, Command.STOP)
    until_state(executor, job, State.STOPPED)
    (entry,) = shelf.entries()
    assert entry.snapshots[-1].step == 3
    assert entry.accuracy is None


def test_a_stop_beside_a_logged_step_keeps_no_snapshot_twice(small_data: ImageData) -> None:
    recorder, job = TrainingRecorder(SPEC, "cpu"), Job("id", "a", (SPEC,))
    for entry in recorder:
        entry(job)
        if [snapshot.step for snapshot in job.snapshots] == [0, 1, 2]:
            break
    recorder.finish()(job)
    assert [snapshot.step for snapshot in job.snapshots] == [0, 1, 2]


def test_the_curve_is_the_runs_own(executor: Executor) -> None:
    job = executor.submit("a", SPEC)
    until_state(executor, job, State.DONE)
    status, update = executor.poll(job, 0)
    assert [point[0] for point in update.steps] == list(range(1, 27))
    assert update.scores[0][0] == 0
    last = executor.snapshots(job)[-1].held_out
    assert last is not None
    assert update.scores[-1] == (26, last.loss, last.accuracy)
    assert status.total_steps == 26
    assert status.throughput > 0
    assert update.filters is not None
    strict(status, update)


def strict(status: Status, update: Update) -> None:
    """A browser's JSON knows no NaN and no Infinity."""
    json.dumps(describe(status, update), allow_nan=False)


def test_divergence_is_told_in_a_sentence_and_the_curve_stays(
    executor: Executor, shelf: Shelf
) -> None:
    job = executor.submit("a", WILD)
    until_state(executor, job, State.FAILED)
    status, update = executor.poll(job, 0)
    assert "learning rate of 100" in status.message
    assert status.message.endswith(".")
    assert [point[0] for point in update.steps] == list(range(1, status.step + 1))
    assert status.step >= 1
    assert shelf.entries() == []
    strict(status, update)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 0.0, 3e38])
def test_filters_of_a_diverging_net_are_strict_json(value: float) -> None:
    weights = torch.ones(2, 1, 3, 3)
    weights[0, 0, 1, 1] = value
    packed = json.loads(json.dumps(pack_filters(weights), allow_nan=False))
    assert len(base64.b64decode(packed["data"])) == 18


def test_a_net_that_does_not_fit_fails_in_its_own_words(executor: Executor) -> None:
    wrong = replace(SPEC, net=NetSpec((layer("conv", kernel=9), *SPEC.net.layers[1:])))
    job = executor.submit("a", wrong)
    until_state(executor, job, State.FAILED)
    assert "Layer 1" in executor.status(job).message
    assert "9×9" in executor.status(job).message


def test_memory_is_estimated_before_a_run_is_admitted(
    executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlviz.core.memory.LIMIT", 1000)
    job = executor.submit("a", SPEC)
    until_state(executor, job, State.FAILED)
    assert "memory" in executor.status(job).message


def decode(packed: dict[str, object]) -> np.ndarray:
    """What the browser does: bytes 1…255 are −limit…limit."""
    coded = np.frombuffer(base64.b64decode(str(packed["data"])), dtype=np.uint8)
    shape = [packed[name] for name in ("count", "channels", "height", "width")]
    return ((coded.astype(np.float64) - 128) / 127 * packed["limit"]).reshape(shape)


@pytest.mark.parametrize("shape", [(8, 1, 5, 5), (16, 3, 7, 7), (5, 2, 3, 4), (80, 1, 3, 3)])
@pytest.mark.parametrize("scale", [1e-6, 0.3, 1e4])
def test_packed_filters_decode_to_the_weights_within_half_a_quantum(
    shape: tuple[int, ...], scale: float
) -> None:
    generator = torch.Generator().manual_seed(sum(shape))
    weights = torch.randn(shape, generator=generator) * scale
    kept = weights.clone()
    packed = pack_filters(weights)
    assert torch.equal(weights, kept)
    shown = weights[:MAX_FILTERS].double().numpy()
    shown = shown if shape[1] in (1, 3) else shown.mean(axis=1, keepdims=True)
    limit = np.abs(shown).max()
    assert packed["limit"] == pytest.approx(limit, rel=1e-6)
    found = decode(packed)
    assert found.shape == shown.shape
    assert np.abs(found - shown).max() <= limit / 127 / 2 * (1 + 1e-4)
    coded = np.frombuffer(base64.b64decode(packed["data"]), dtype=np.uint8)
    assert coded.min() >= 1


def test_zero_weights_are_the_middle_of_the_scale() -> None:
    packed = pack_filters(torch.zeros(2, 1, 3, 3))
    assert set(base64.b64decode(packed["data"])) == {128}


def test_a_net_without_a_convolution_has_no_filters(executor: Executor) -> None:
    job = executor.submit("a", RunSpec(net=NetSpec((layer("flatten"), layer("dense")))))
    until_state(executor, job, State.DONE)
    _, update = executor.poll(job, 0)
    assert update.filters is None
    assert update.scores


def test_a_visitor_who_leaves_frees_the_training(executor: Executor, gate: threading.Event) -> None:
    before = set(threading.enumerate())
    submit_paused(executor, gate, SPEC)
    (worker,) = set(threading.enumerate()) - before
    executor.release("a")
    worker.join(2.0)
    assert not worker.is_alive()
