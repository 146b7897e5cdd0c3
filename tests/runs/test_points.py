"""Real runs on points through the executor: the numbers of the bare engine, told as frames."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlviz.core.events import Score, Step
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.runs.contract import Executor
from dlviz.runs.frames import describe
from dlviz.runs.jobs import Command, Job, State
from dlviz.runs.points import MAX_TRACK, PointsRecorder, kept_steps
from dlviz.runs.records import Record

from .studio import until, until_state

HIDDEN = PointsNet.hidden_from("4tanh-3relu")
NET = PointsNet(hidden=HIDDEN, dropout=0.2)
SPEC = PointsSpec(PointsData(count=60), NET, PointsTrain(epochs=6, seed=3))  # 5 steps an epoch
STEPS = 30
LONG = replace(SPEC, train=replace(SPEC.train, epochs=5000))


@pytest.fixture
def records() -> list[Record]:
    return []


@pytest.fixture
def executor(new_executor: Callable[..., Executor], records: list[Record]) -> Iterator[Executor]:
    def make(spec: PointsSpec, owner: str, device: str) -> PointsRecorder:
        return PointsRecorder(spec)

    executor = new_executor(
        make, slots=2, on_record=lambda _, record: records.append(record) and None
    )
    yield executor
    executor.close()


def alone(spec: PointsSpec = SPEC) -> tuple[PointsRun, list[Step], list[Score]]:
    run = PointsRun(spec)
    events = list(run)
    steps = [event for event in events if isinstance(event, Step)]
    return run, steps, [event for event in events if isinstance(event, Score)]


def frame(executor: Executor, job: str, after: int = -1) -> dict[str, Any]:
    """As a browser reads it: its JSON knows no NaN."""
    return json.loads(json.dumps(describe(*executor.poll(job, after)), allow_nan=False))


def same_numbers(told: dict[str, Any], spec: PointsSpec = SPEC) -> bool:
    run, steps, scores = alone(spec)
    return (
        told["steps"] == [[e.step, e.loss, e.accuracy, e.rate] for e in steps]
        and told["scores"] == [[e.step, e.loss, e.accuracy] for e in scores]
        and told["net"] == {"step": run.step, **run.network.packed()}
    )


def test_two_runs_side_by_side_give_the_numbers_of_the_bare_engine(executor: Executor) -> None:
    other = replace(SPEC, train=replace(SPEC.train, seed=4))
    jobs = [executor.submit("a", SPEC), executor.submit("b", other)]
    for job, spec in zip(jobs, (SPEC, other), strict=True):
        until_state(executor, job, State.DONE, step=STEPS)
        assert same_numbers(frame(executor, job), spec)
        assert not same_numbers(frame(executor, job), replace(SPEC, train=PointsTrain(epochs=6)))


def test_pausing_stepping_and_starting_over_change_no_number(executor: Executor) -> None:
    job = executor.submit("a", SPEC, paused=True)
    until_state(executor, job, State.PAUSED, step=0)
    for step in range(1, 7):  # over the end of an epoch
        executor.control(job, Command.STEP)
        until_state(executor, job, State.PAUSED, step=step)
    executor.control(job, Command.REWIND)
    until_state(executor, job, State.PAUSED, step=0)
    assert frame(executor, job)["steps"] == []
    executor.control(job, Command.STEP)
    until_state(executor, job, State.PAUSED, step=1)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.DONE)
    assert same_numbers(frame(executor, job))


def test_after_the_last_step_of_an_epoch_its_score_is_told_with_it(executor: Executor) -> None:
    job = executor.submit("a", SPEC, paused=True, steps=5)
    until_state(executor, job, State.PAUSED, step=5)
    assert [score[0] for score in frame(executor, job)["scores"]] == [0, 5]


@pytest.mark.parametrize("step", [0, 5, 7])
def test_a_weight_set_at_rest_is_shown_at_once_and_replayed_by_the_log(
    executor: Executor, records: list[Record], step: int
) -> None:
    job = executor.submit("a", SPEC, paused=True, steps=step)
    until_state(executor, job, State.PAUSED, step=step)
    executor.change(job, "weight:0:1:0", 2.5)
    until(lambda: frame(executor, job)["net"]["layers"][0]["w"][1][0] == 2.5)
    assert executor.status(job).step == step
    assert frame(executor, job)["interventions"] == [[step, "weight:0:1:0", 2.5]]
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.DONE)
    until(lambda: bool(records))
    (record,) = records
    assert record.spec.interventions == (SPEC.change(step, "weight:0:1:0", 2.5),)
    assert same_numbers(frame(executor, job), record.spec)
    assert not same_numbers(frame(executor, job), SPEC)


def test_a_run_that_goes_on_from_a_log_stands_there_with_the_change_made(
    executor: Executor,
) -> None:
    spec = replace(SPEC, interventions=(SPEC.change(7, "bias:1:2", -3.0),))
    job = executor.submit("a", spec, paused=True, steps=7)
    until_state(executor, job, State.PAUSED, step=7)
    assert frame(executor, job)["net"]["layers"][1]["b"][2] == -3.0


def test_what_is_shown_at_rest_is_of_the_step_that_is_told(executor: Executor) -> None:
    job = executor.submit("a", LONG)
    for _ in range(3):
        until(lambda: executor.status(job).step > 50)
        executor.control(job, Command.PAUSE)
        until_state(executor, job, State.PAUSED)
        told = frame(executor, job)
        assert told["net"]["step"] == told["step"]
        executor.control(job, Command.RESUME)
    executor.control(job, Command.STOP)
    until_state(executor, job, State.STOPPED)
    told = frame(executor, job)
    assert told["net"]["step"] == told["step"]


def test_a_learning_rate_acts_while_it_runs_and_is_logged(executor: Executor) -> None:
    job = executor.submit("a", LONG)
    until(lambda: executor.status(job).step > 20)
    executor.change(job, "learning_rate", 0.01)
    until(lambda: executor.status(job).rate == 0.01)
    (change,) = executor.status(job).interventions
    assert change.name == "learning_rate"
    assert 20 < change.step < executor.status(job).step


# -- what it shows of itself -------------------------------------------------------------------


@pytest.mark.parametrize("total", [1, 2, 5, 100, 2100, 350_000])
def test_kept_steps_are_few_dense_at_first_and_then_even(total: int) -> None:
    steps = sorted(kept_steps(total))
    assert len(steps) <= MAX_TRACK
    assert steps[0] == 0
    assert steps[-1] == total
    assert 1 in steps
    gaps = np.diff(steps)
    assert gaps.max() <= max(1, total / (MAX_TRACK / 2 - 1) + 1)


def test_the_track_has_the_nets_of_its_steps(executor: Executor) -> None:
    job = executor.submit("a", SPEC)
    until_state(executor, job, State.DONE)
    track = frame(executor, job)["track"]
    assert track["steps"] == sorted(kept_steps(STEPS))
    assert [net["step"] for net in track["new"]] == track["steps"]
    run = PointsRun(SPEC)
    nets = {0: run.network.packed()}
    nets |= {event.step: run.network.packed() for event in run if isinstance(event, Step)}
    for net in track["new"]:
        assert net["layers"] == nets[net["step"]]["layers"]


def drive(spec: PointsSpec) -> Job:
    job = Job("id", "a", (spec,))
    for entry in PointsRecorder(spec):
        entry(job)
    return job


def findings(job: Job) -> dict[str, dict[str, str]]:
    return {found["name"]: found for found in job.history.findings}


def test_the_babysitter_speaks_of_points_and_advises_what_there_is() -> None:
    net = PointsNet(hidden=PointsNet.hidden_from("8relu-8relu"), initialisation="large")
    train = PointsTrain(learning_rate=3.0, epochs=20)
    found = findings(drive(PointsSpec(PointsData(count=200), net, train)))["dead_relus"]
    assert "training points" in found["sentence"]
    words = " ".join(found.values())
    assert "picture" not in words
    assert "batch norm" not in words


def test_a_good_run_has_no_findings_also_of_a_regression() -> None:
    train = PointsTrain(epochs=60)
    for name in ("circle", "plane", "three"):
        assert findings(drive(PointsSpec(PointsData(name), train=train))) == {}


def test_divergence_is_told_in_a_sentence_and_the_curve_stays(executor: Executor) -> None:
    train = PointsTrain(learning_rate=100.0, epochs=50)
    net = PointsNet(hidden=PointsNet.hidden_from("8linear-8linear"))
    job = executor.submit("a", PointsSpec(PointsData("plane"), net, train))
    until_state(executor, job, State.FAILED)
    told = frame(executor, job)
    assert "learning rate of 100" in told["message"]
    assert told["message"].endswith(".")
    assert [point[0] for point in told["steps"]] == list(range(1, told["step"] + 1))
    assert told["findings"][0]["name"] == "diverging"


def test_a_perceptron_that_makes_no_mistake_any_more_is_done(executor: Executor) -> None:
    net, train = PointsNet(hidden=()), PointsTrain(rule="perceptron", epochs=500)
    spec = PointsSpec(PointsData("gaussians", noise=0.0, count=100), net, train)
    job = executor.submit("a", spec)
    until_state(executor, job, State.DONE)
    status = executor.status(job)
    assert status.step < status.total_steps
    assert "no mistake" in status.message
    assert frame(executor, job)["net"]["step"] == status.step


def test_too_few_painted_points_are_told(executor: Executor) -> None:
    data = PointsData("painted", painted=((0.0, 0.0, 0),))
    job = executor.submit("a", PointsSpec(data))
    until_state(executor, job, State.FAILED)
    assert executor.status(job).message == "Paint 4 points first."


def test_a_visitor_who_leaves_frees_the_training(executor: Executor) -> None:
    before = set(threading.enumerate())
    job = executor.submit("a", LONG)
    until_state(executor, job, State.RUNNING)
    (worker,) = set(threading.enumerate()) - before
    executor.release("a")
    worker.join(2.0)
    assert not worker.is_alive()
