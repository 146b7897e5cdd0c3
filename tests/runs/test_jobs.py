"""Clocks and progress of a job, with a clock of the test's own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dlviz.core.specs import RunSpec
from dlviz.runs import jobs
from dlviz.runs.jobs import Job, State, Stopwatch


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Set ``now.time``; the jobs module reads it."""
    clock = SimpleNamespace(time=100.0)
    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=lambda: clock.time))
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


def test_throughput_is_of_the_last_second_or_so(now: SimpleNamespace) -> None:
    watch = Stopwatch()
    watch.start()
    for _ in range(30):
        now.time += 0.1
        watch.count(64)
    assert watch.throughput == pytest.approx(640, rel=0.15)
    for _ in range(30):
        now.time += 0.4
        watch.count(64)
    assert watch.throughput == pytest.approx(160, rel=0.15)


def test_remaining_time_is_what_the_pace_so_far_says(now: SimpleNamespace) -> None:
    job = Job("id", "owner", (RunSpec(),), total_steps=100)
    assert job.status(3).remaining is None
    assert job.status(3).position == 3
    job.clock.start()
    now.time += 5.0
    job.step = 20
    assert job.status(0).remaining == pytest.approx(20.0)
    assert job.status(0).epoch == pytest.approx(0.8)
    job.state = State.DONE
    assert job.status(0).remaining is None


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
