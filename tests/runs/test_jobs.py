"""Clocks and progress of a job, with a clock of the test's own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dlviz.core.specs import RunSpec
from dlviz.runs import jobs, stopwatch
from dlviz.runs.jobs import Job, State
from dlviz.runs.stopwatch import Stopwatch


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Set ``now.time``; a job and its stopwatch read it."""
    clock = SimpleNamespace(time=100.0)
    for module in (jobs, stopwatch):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.time))
    return clock


def test_only_running_counts(now: SimpleNamespace) -> None:
    watch = Stopwatch()
    watch.start()
    now.time += 2.0
    assert watch.now() == 2.0
    watch.stop()
    now.time += 50.0
    assert watch.now() == 2.0
    watch.start()
    now.time += 1.0
    watch.stop()
    assert watch.now() == watch.elapsed == 3.0


def test_the_speed_is_the_mean_of_the_last_seconds(now: SimpleNamespace) -> None:
    watch = Stopwatch()
    watch.start()
    for seconds in (0.2, 0.1):
        for pause in [seconds / 2, seconds * 3 / 2] * 50:  # every other step is slow
            now.time += pause
            watch.count(64)
        assert watch.throughput == pytest.approx(64 / seconds, rel=0.05)
        assert watch.steps_per_second == pytest.approx(1 / seconds, rel=0.05)


def test_one_step_that_takes_longer_than_the_last_seconds_is_the_speed(now) -> None:
    watch = Stopwatch()
    watch.start()
    for _ in range(3):
        now.time += 20.0
        watch.count(64)
    assert watch.throughput == pytest.approx(3.2)


def test_neither_what_comes_before_the_first_step_nor_a_pause_changes_the_speed(now) -> None:
    job = Job("id", "owner", (RunSpec(),), total_steps=100, state=State.RUNNING)

    def steps(count: int) -> float | None:
        for _ in range(count):
            now.time += 0.1
            job.step += 1
            job.clock.count(64)
        return job.status(0).remaining

    job.clock.start()
    now.time += 30.0  # the data are prepared
    assert steps(1) is None
    assert steps(1) == pytest.approx(9.8)
    assert steps(18) == pytest.approx(8.0)
    job.clock.stop()
    job.state = State.PAUSED
    now.time += 50.0
    assert job.status(0).remaining is None
    job.clock.start()
    job.state = State.RUNNING
    assert job.status(0).remaining == pytest.approx(8.0)
    assert steps(20) == pytest.approx(6.0)
    assert job.status(0).throughput == pytest.approx(640)
    job.state = State.DONE
    assert job.status(0).remaining is None
    assert job.status(0).throughput == pytest.approx(640)


def test_a_status_tells_the_place_and_the_epoch() -> None:
    job = Job("id", "owner", (RunSpec(),), total_steps=100, step=20)
    assert (job.status(3).remaining, job.status(3).position) == (None, 3)
    assert job.status(0).epoch == pytest.approx(0.8)


def test_reset_forgets_progress_but_not_the_sequence(now: SimpleNamespace) -> None:
    job = Job("id", "owner", (RunSpec(),), step=3, credits=2, message="Failed.")
    job.history.add_step(3, 1.0, 0.5, 0.1)
    before = job.history.sequence
    job.reset()
    assert (job.step, job.credits, job.message, job.snapshots) == (0, 0, "", [])
    assert job.history.sequence > before
    assert job.clock.now() == 0.0


def test_final_states() -> None:
    assert {state for state in State if state.final} == {State.DONE, State.STOPPED, State.FAILED}
