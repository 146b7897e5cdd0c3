"""The executor contract: a paused start that first goes back to the step where a run once stood."""

from __future__ import annotations

import time

import pytest

from dlviz.core.points.specs import PointsSpec, PointsTrain
from dlviz.runs.jobs import Command, DeviceError, FullError, State

from .studio import paused_at, running_at, spec, until, until_state

BACK = "Going back to step 5 …"


def points(seed: int, epochs: int = 10) -> PointsSpec:
    return PointsSpec(train=PointsTrain(seed=seed, epochs=epochs))


def going_back(executor, studio, owner: str = "a", seed: int = 0) -> str:
    """A job that has taken two of five steps and waits for its next order."""
    job = executor.submit(owner, points(seed), paused=True, steps=5)
    studio.let(seed, 2)
    until_state(executor, job, State.RUNNING, step=2)
    until(lambda: seed in studio.waiting)
    return job


def test_it_is_shown_as_running_and_says_where_it_goes(start, studio) -> None:
    executor = start(slots=1)
    job = going_back(executor, studio)
    assert executor.status(job).message == BACK
    studio.let(0, 8)
    until_state(executor, job, State.PAUSED, step=5)
    assert executor.status(job).message == ""
    assert studio.orders[0].qsize() == 5
    executor.control(job, Command.STEP)
    until_state(executor, job, State.PAUSED, step=6)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.DONE, step=10)


def test_it_waits_for_a_slot_and_holds_it_while_it_computes(start, studio) -> None:
    executor = start(slots=1)
    first = going_back(executor, studio)
    second = executor.submit("b", points(1), paused=True, steps=5)
    third = executor.submit("c", spec(2))
    studio.let(1, 9)
    studio.let(2, 10)
    until_state(executor, second, State.QUEUED, step=0)
    assert [executor.status(job).position for job in (first, second, third)] == [0, 1, 2]
    assert studio.orders[1].qsize() == 9
    studio.let(0, 3)
    until_state(executor, first, State.PAUSED, step=5)
    until_state(executor, second, State.PAUSED, step=5)
    until_state(executor, third, State.DONE)
    assert studio.most_computing == 1


def test_an_owner_computes_in_one_slot_also_on_the_way_back(start, studio) -> None:
    executor = start(slots=4)
    training = running_at(executor, studio, "a", 0, 1)
    job = executor.submit("a", points(1), paused=True, steps=5)
    studio.let(1, 9)
    until_state(executor, job, State.QUEUED, step=0)
    assert "your run on another page" in executor.status(job).message
    executor.control(training, Command.PAUSE)
    studio.let(0)
    until_state(executor, job, State.PAUSED, step=5)


def test_on_the_way_back_no_other_run_of_the_owner_begins(start, studio) -> None:
    executor = start(slots=4)
    job = going_back(executor, studio)
    with pytest.raises(FullError, match="another page"):
        executor.submit("a", spec(1))
    studio.let(0, 3)
    until_state(executor, job, State.PAUSED, step=5)
    executor.submit("a", spec(1))


@pytest.mark.parametrize("command", [Command.PAUSE, Command.STEP, Command.STOP, Command.REWIND])
def test_it_can_be_ended_within_a_step(start, studio, command) -> None:
    executor = start(slots=1)
    job = going_back(executor, studio)
    executor.control(job, command)
    studio.let(0)
    state = State.STOPPED if command is Command.STOP else State.PAUSED
    until_state(executor, job, state, step=0 if command is Command.REWIND else 3)
    studio.let(0, 5)
    other = running_at(executor, studio, "b", 1, 1)
    assert executor.status(job).state is state
    assert executor.status(other).state is State.RUNNING


@pytest.mark.parametrize("command", [Command.PAUSE, Command.STOP])
def test_a_long_way_back_is_ended_within_half_a_second(start, studio, command) -> None:
    studio.total_steps = 10**6
    executor = start(slots=1)
    job = executor.submit("a", points(0), paused=True, steps=50_000)
    studio.free(0)
    until(lambda: executor.status(job).step > 20)
    began = time.monotonic()
    executor.control(job, command)
    until_state(executor, job, State.PAUSED if command is Command.PAUSE else State.STOPPED)
    assert time.monotonic() - began < 0.5


def test_resumed_on_the_way_it_goes_on_and_a_pause_is_heard(start, studio) -> None:
    executor = start(slots=1)
    job = going_back(executor, studio)
    executor.control(job, Command.RESUME)
    until(lambda: executor.status(job).message == "")
    studio.let(0)
    until_state(executor, job, State.RUNNING, step=3)
    executor.control(job, Command.PAUSE)
    studio.let(0, 7)
    until_state(executor, job, State.PAUSED, step=4)
    assert studio.orders[0].qsize() == 6


def test_paused_while_it_waits_for_a_slot_it_stays_at_its_start(start, studio) -> None:
    executor = start(slots=1)
    running_at(executor, studio, "b", 1, 1)
    job = executor.submit("a", points(0), paused=True, steps=5)
    until_state(executor, job, State.QUEUED)
    executor.control(job, Command.PAUSE)
    until_state(executor, job, State.PAUSED, step=0)
    executor.control(job, Command.STEP)
    studio.let(0, 5)
    until_state(executor, job, State.PAUSED, step=1)


def test_the_way_back_keeps_no_pace_and_leaves_no_debt_of_it(start, studio) -> None:
    executor = start(slots=1)
    job = executor.submit("a", points(0), paused=True, steps=5)
    executor.pace(job, 2.0)
    studio.free(0)
    began = time.monotonic()
    until_state(executor, job, State.PAUSED, step=5)
    executor.control(job, Command.RESUME)
    until(lambda: executor.status(job).step == 6)
    assert time.monotonic() - began < 1.5


def test_a_device_that_is_lost_on_the_way_does_not_shorten_it(start, studio) -> None:
    executor = start(slots=1)
    job = going_back(executor, studio)
    studio.orders[0].put(DeviceError("The GPU was lost."))
    studio.let(0, 9)
    until_state(executor, job, State.PAUSED, step=5)
    assert executor.status(job).device == "fake cpu"


def test_one_step_needs_no_slot(start, studio) -> None:
    executor = start(slots=1)
    running_at(executor, studio, "b", 1, 1)
    job = executor.submit("a", points(0), paused=True, steps=1)
    studio.let(0, 5)
    until_state(executor, job, State.PAUSED, step=1)


def test_a_paused_run_of_the_owner_is_in_nobodys_way(start, studio) -> None:
    executor = start(slots=1)
    paused_at(executor, studio, "a", 1, 2)
    job = going_back(executor, studio)
    studio.let(0, 3)
    until_state(executor, job, State.PAUSED, step=5)
