"""The executor contract: rewind and stop, from every state, and no wish is lost."""

from __future__ import annotations

import threading
import time

import pytest

from dlviz.runs.jobs import Command, State

from .studio import PATIENCE, Viewer, reach, running_at, spec, until, until_state

# -- rewind ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "where", ["running", "paused", "queued", "resumed and queued", "done", "stopped", "failed"]
)
def test_a_rewind_ends_paused_at_the_start_with_nothing_remembered(start, studio, where) -> None:
    executor = start(slots=1)
    job = reach(executor, studio, where)
    viewer = Viewer(executor, job)
    viewer.look()
    executor.control(job, Command.REWIND)
    if where == "running":
        studio.let(0)  # the step that was going on
    until_state(executor, job, State.PAUSED, step=0)
    assert studio.orders[0].empty()
    assert executor.status(job).message == ""
    assert executor.snapshots(job) == ["untrained"]
    if where != "queued":
        assert viewer.look().reset
    assert viewer.steps == []
    executor.control(job, Command.STEP)
    studio.let(0)
    until_state(executor, job, State.PAUSED, step=1)
    viewer.look()
    assert viewer.steps == [(1, 1.0, 0.5, 0.1)]


def test_a_rewound_job_gives_its_slot_back_and_runs_again_to_its_end(start, studio) -> None:
    executor = start(slots=1)
    job = reach(executor, studio, "running")
    executor.control(job, Command.REWIND)
    studio.let(0)
    until_state(executor, job, State.PAUSED, step=0)
    other = running_at(executor, studio, "b", 1, 9)
    assert studio.ended == []
    studio.let(1)
    until_state(executor, other, State.DONE)
    executor.control(job, Command.RESUME)
    studio.let(0, 10)
    until_state(executor, job, State.DONE, step=10)
    assert [owner for owner, _, _ in studio.ended] == ["b", "a"]


# -- every wish is granted ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "state", "step"),
    [
        (Command.PAUSE, State.PAUSED, 0),
        (Command.STEP, State.PAUSED, 1),
        (Command.RESUME, State.RUNNING, 2),
    ],
)
def test_a_rewind_is_not_lost_to_the_next_wish(start, studio, later, state, step) -> None:
    """Two clicks within one training step: start over, then play."""
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 5)
    executor.control(job, Command.REWIND)
    executor.control(job, later)
    studio.let(0, 1 + step)  # the step that was going on, and what shall follow
    until_state(executor, job, state, step=step)
    assert len(studio.made[0]) >= 2


@pytest.mark.parametrize("later", [Command.PAUSE, Command.STEP, Command.RESUME])
def test_a_stop_is_not_lost_to_the_next_wish(start, studio, later) -> None:
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 5)
    executor.control(job, Command.STOP)
    executor.control(job, later)
    studio.let(0)
    until_state(executor, job, State.STOPPED, step=6)


def test_a_rewind_told_while_the_result_is_put_away_is_not_lost(start, studio) -> None:
    executor = start(slots=1)
    putting_away, go_on = threading.Event(), threading.Event()

    def put_away() -> None:
        putting_away.set()
        go_on.wait(PATIENCE)

    studio.at_end = put_away
    job = running_at(executor, studio, "a", 0, 9)
    studio.let(0)
    assert putting_away.wait(PATIENCE)
    executor.control(job, Command.REWIND)
    go_on.set()
    until_state(executor, job, State.PAUSED, step=0)


@pytest.mark.parametrize("command", list(Command))
def test_a_final_job_ignores_all_but_a_rewind(start, studio, command) -> None:
    executor = start(slots=1)
    job = reach(executor, studio, "done")
    executor.control(job, command)
    if command is Command.REWIND:
        until_state(executor, job, State.PAUSED, step=0)
    else:
        assert executor.status(job).state is State.DONE
        assert executor.status(job).step == 10
    assert len(studio.ended) == 1


# -- stop --------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["running", "paused", "queued", "resumed and queued"])
def test_a_stop_ends_the_run_from_anywhere(start, studio, where) -> None:
    executor = start(slots=1)
    job = reach(executor, studio, where)
    executor.control(job, Command.STOP)
    if where == "running":
        studio.let(0)
    until_state(executor, job, State.STOPPED)
    status = executor.status(job)
    assert status.position == 0
    assert status.message == ""
    if where == "queued":
        assert studio.ended == []
    else:
        assert executor.snapshots(job)[-1] == f"stopped after {status.step}"
        assert studio.ended == [("a", 0, ["untrained", f"stopped after {status.step}"])]
        assert status.step == (5 if where == "running" else 4)
    executor.submit("a", spec(2))


def test_a_stop_before_the_first_step_leaves_nothing_to_keep(start, studio) -> None:
    executor = start(slots=1)
    running_at(executor, studio, "other", 1, 0)
    job = executor.submit("a", spec(0))
    executor.control(job, Command.PAUSE)
    until_state(executor, job, State.PAUSED, step=0)
    executor.control(job, Command.STOP)
    until_state(executor, job, State.STOPPED)
    assert studio.ended == []


def test_a_stop_takes_less_than_half_a_second_while_four_runs_compute(start, studio) -> None:
    studio.total_steps = 10**6
    executor = start(slots=4)
    jobs = []
    for seed, owner in enumerate("abcd"):
        studio.free(seed)
        jobs.append(executor.submit(owner, spec(seed)))
    until(lambda: all(executor.status(job).step > 20 for job in jobs))
    for job in jobs:
        began = time.monotonic()
        executor.control(job, Command.STOP)
        until_state(executor, job, State.STOPPED)
        assert time.monotonic() - began < 0.5
