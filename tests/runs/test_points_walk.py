"""To an update by way of kept states: the numbers of a run that went there from its start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest

from dlviz.core.events import Score, Step
from dlviz.core.points import walk as module
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsChange, PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.core.points.walk import Trail, Walk, trail_of
from dlviz.runs.jobs import Job
from dlviz.runs.points import PointsRecorder

HIDDEN = PointsNet.hidden_from("3elu-2tanh")
SPECS = {
    name: PointsSpec(
        PointsData(count=60), PointsNet(hidden=HIDDEN, dropout=0.2), PointsTrain(optimiser=name)
    )
    for name in OPTIMISERS
}
SPECS["full batch"] = PointsSpec(PointsData(count=60), train=PointsTrain(batch_size=0))
SPECS["perceptron"] = PointsSpec(
    PointsData("xor", count=60), PointsNet(hidden=()), PointsTrain(rule="perceptron", epochs=3)
)
SPEC = SPECS["adam"]
CHANGES = (
    PointsChange(7, "learning_rate", 0.3),
    PointsChange(20, "weight:0:1:0", 1.5),
    PointsChange(20, "weight:0:1:0", -1.5),
    PointsChange(33, "bias:1:1", 0.5),
)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "STRIDE", 10)
    module._trail.cache_clear()
    yield
    module._trail.cache_clear()


def state(walk: Walk) -> list[bytes]:
    """What decides all that comes: where it stands, and four updates more."""
    first, told = walk.run.step, [repr((walk.run.step, walk.run.rate)).encode()]
    for step in range(first, first + 5):
        walk.to(step)
        told += [walk.run.network.numbers.tobytes(), walk.batch.tobytes()]
    return told


def straight(spec: PointsSpec, step: int) -> list[bytes]:
    walk = Walk(spec)
    walk.to(step)
    return state(walk)


def end(trail: Trail, spec: PointsSpec, step: int) -> Walk:
    *_, walk = trail.way(spec, step)
    return walk


@pytest.mark.parametrize("name", SPECS)
def test_by_way_of_a_kept_state_the_numbers_are_the_same(name: str) -> None:
    spec, trail = SPECS[name], Trail()
    for step in (37, 12, 40, 41, 0, 55, 20):
        assert state(end(trail, spec, step)) == straight(spec, step)


def test_a_walk_goes_on_as_the_run_does_after_a_copy_of_it_went_elsewhere() -> None:
    losses = [event.loss for event in PointsRun(SPEC) if isinstance(event, Step)]
    walk = Walk(SPEC)
    walk.to(15)
    walk.copy(SPEC).to(40)
    found = [walk.run.update(walk.batch).loss]
    assert found == losses[15:16]


def test_there_is_a_breath_at_every_stride_and_the_next_way_is_shorter() -> None:
    trail = Trail()
    assert steps(trail, SPEC, 34) == [0, 10, 20, 30, 34]
    assert steps(trail, SPEC, 36) == [34, 36]
    assert steps(trail, SPEC, 29) == [20, 29]
    assert steps(trail, SPEC, 20) == [20]


def test_what_hands_changed_later_does_not_make_the_way_longer() -> None:
    trail = Trail()
    end(trail, SPEC, 40)
    for count in (1, 3, 4, 2, 0):
        spec = replace(SPEC, interventions=CHANGES[:count])
        for step in (40, 20, 33, 5):
            assert state(end(trail, spec, step)) == straight(spec, step)
    changed = replace(SPEC, interventions=CHANGES[3:])
    assert steps(Trail(), changed, 38) == [0, 10, 20, 30, 38]
    assert steps(trail, changed, 38) == [30, 38]
    early = replace(SPEC, interventions=(PointsChange(3, "bias:0:0", 2.0),))
    assert steps(trail, early, 12) == [0, 10, 12]


@pytest.mark.parametrize("name", ["rmsprop", "full batch", "perceptron"])
def test_a_run_that_trains_leaves_its_states_on_the_way(name: str) -> None:
    spec = replace(SPECS[name], interventions=CHANGES[:1])
    recorder = PointsRecorder(spec)
    job = Job("id", "a", (spec,))
    for entry in recorder:
        entry(job)
        if job.step == 50:
            recorder.change("learning_rate", 0.05)
    trail = trail_of(spec)
    assert recorder._run.interventions[1].step == 50
    assert steps(trail, recorder._run.spec, 85)[0] >= 80
    for found in (spec, recorder._run.spec):
        for step in (70, 48, 9):
            assert state(end(trail, found, step)) == straight(found, step)


def test_it_keeps_only_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_MARKS", 3)
    monkeypatch.setattr(module, "FARTHEST", 60)
    trail, run = Trail(), PointsRun(SPECS["full batch"])
    for event in run:
        if isinstance(event, Score):
            trail.passed(run)
    assert [step for step, _ in trail._marks] == [40, 50, 60]


def test_visitors_walk_the_same_trail_at_the_same_time() -> None:
    trail, found = Trail(), dict[int, list[bytes]]()
    wanted = {step: straight(SPEC, step) for step in (15, 40, 41, 28)}

    def go(step: int) -> None:
        for _ in range(5):
            found[step] = state(end(trail, SPEC, step))

    threads = [Thread(target=go, args=(step,)) for step in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == wanted


def steps(trail: Trail, spec: PointsSpec, step: int) -> list[int]:
    return [walk.run.step for walk in trail.way(spec, step)]
