"""The executor contract: series of runs, changes by hand, devices, and what is left behind."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from dlviz.core.specs import MAX_INTERVENTIONS, Intervention, RunSpec, SpecError
from dlviz.runs.contract import MAX_RUNS
from dlviz.runs.jobs import Command, DeviceError, FullError, State

from .studio import IMAGES, Viewer, paused_at, reach, running_at, spec, until, until_state

SERIES = [spec(0), spec(1), spec(2)]


def at(executor, job: str) -> tuple[State, int, int]:
    status = executor.status(job)
    return status.state, status.run, status.step


# -- series ------------------------------------------------------------------------------------


def test_a_series_is_run_one_after_the_other_each_ending_once(start, studio) -> None:
    executor = start(slots=2)
    job = executor.submit("a", SERIES)
    for run in (1, 2, 3):
        until(lambda run=run: at(executor, job) == (State.RUNNING, run, 0))
        assert executor.status(job).runs == 3
        assert studio.made[2] == [] or run == 3
        studio.let(run - 1, 10)
    until_state(executor, job, State.DONE, step=10)
    assert [seed for _, seed, _ in studio.ended] == [0, 1, 2]
    assert [record.spec for _, record in studio.records] == SERIES
    assert studio.most_computing == 1


def test_between_two_runs_of_a_series_the_others_have_their_turn(start, studio) -> None:
    executor = start(slots=1)
    job = executor.submit("a", SERIES)
    other = executor.submit("b", spec(5))
    studio.let(0, 10)
    until_state(executor, other, State.RUNNING)
    until(lambda: at(executor, job) == (State.QUEUED, 2, 0))
    assert executor.status(job).position == 1
    studio.let(5, 10)
    until_state(executor, other, State.DONE)
    until(lambda: at(executor, job) == (State.RUNNING, 2, 0))


def test_viewers_see_every_run_from_its_beginning(start, studio) -> None:
    executor = start()
    job = executor.submit("a", SERIES)
    viewer = Viewer(executor, job)
    studio.let(0, 10)
    until(lambda: executor.status(job).run == 2)
    studio.let(1, 4)
    until(lambda: at(executor, job) == (State.RUNNING, 2, 4))
    assert viewer.look().reset
    assert [point[0] for point in viewer.steps] == [1, 2, 3, 4]


@pytest.mark.parametrize("where", ["running", "paused", "queued"])
def test_a_stop_ends_the_whole_series(start, studio, where) -> None:
    executor = start(slots=1)
    job = executor.submit("a", SERIES)
    if where == "queued":
        until_state(executor, job, State.RUNNING)
        other = executor.submit("b", spec(5))
        studio.let(0, 10)
        until(lambda: at(executor, job) == (State.QUEUED, 2, 0))
    else:
        studio.let(0, 10)
        until(lambda: at(executor, job)[1:] == (2, 0))
        studio.let(1, 2)
        until(lambda: at(executor, job) == (State.RUNNING, 2, 2))
    if where == "paused":
        executor.control(job, Command.PAUSE)
        studio.let(1)
        until_state(executor, job, State.PAUSED)
    executor.control(job, Command.STOP)
    if where == "running":
        studio.let(1)
    until_state(executor, job, State.STOPPED)
    assert executor.status(job).run == 2
    assert studio.made[2] == []
    assert [seed for _, seed, _ in studio.ended] == ([0] if where == "queued" else [0, 1])
    if where == "queued":
        studio.let(5, 10)
        until_state(executor, other, State.DONE)


def test_a_run_that_fails_does_not_end_its_series_and_is_named(start, studio) -> None:
    executor = start()
    job = executor.submit("a", SERIES)
    studio.let(0, 10)
    until(lambda: executor.status(job).run == 2)
    studio.let(1, 3)
    studio.orders[1].put(OverflowError())
    studio.let(2, 10)
    until_state(executor, job, State.DONE)
    assert executor.status(job).message == "Run 2 of 3: It was too much."
    assert [seed for _, seed, _ in studio.ended] == [0, 2]
    assert [record.state for _, record in studio.records] == ["done", "failed", "done"]
    assert [record.message for _, record in studio.records] == ["", "It was too much.", ""]


def test_a_rewind_begins_the_current_run_of_a_series_again(start, studio) -> None:
    executor = start()
    job = executor.submit("a", SERIES)
    studio.let(0, 10)
    until(lambda: executor.status(job).run == 2)
    studio.let(1, 3)
    until(lambda: at(executor, job) == (State.RUNNING, 2, 3))
    executor.control(job, Command.REWIND)
    studio.let(1)
    until(lambda: at(executor, job) == (State.PAUSED, 2, 0))
    executor.control(job, Command.RESUME)
    studio.let(1, 10)
    studio.let(2, 10)
    until_state(executor, job, State.DONE)
    assert [seed for _, seed, _ in studio.ended] == [0, 1, 2]


def test_a_visitor_who_leaves_ends_the_series(start, studio) -> None:
    executor = start()
    executor.submit("a", SERIES)
    studio.let(0, 3)
    until(lambda: 0 in studio.waiting)
    executor.release("a")
    studio.let(0, 7)
    other = running_at(executor, studio, "b", 5, 2)
    assert executor.status(other).state is State.RUNNING
    assert studio.made[1] == []


@pytest.mark.parametrize("count", [0, MAX_RUNS + 1])
def test_the_length_of_a_series_is_limited(start, count) -> None:
    with pytest.raises(SpecError, match=str(MAX_RUNS)):
        start().submit("a", [spec(0)] * count)


# -- room --------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["done", "stopped", "failed"])
def test_a_rewind_of_a_final_job_waits_for_room_like_a_new_one(start, studio, where) -> None:
    executor = start(slots=2, max_jobs=1)
    job = reach(executor, studio, where)
    other = running_at(executor, studio, "b", 1, 0)
    with pytest.raises(FullError, match="1") as refused:
        executor.control(job, Command.REWIND)
    assert refused.value.retry_after > 0
    assert executor.status(job).state.value == where
    studio.let(1, 10)
    until_state(executor, other, State.DONE)
    executor.control(job, Command.REWIND)
    until_state(executor, job, State.PAUSED, step=0)


# -- changes by hand ---------------------------------------------------------------------------


def test_a_change_counts_from_the_next_step_and_is_logged(start, studio) -> None:
    executor = start()
    job = running_at(executor, studio, "a", 0, 3)
    executor.change(job, "learning_rate", 0.5)
    studio.let(0, 7)
    until_state(executor, job, State.DONE)
    viewer = Viewer(executor, job)
    viewer.look()
    rates = [point[3] for point in viewer.steps]
    assert rates[:3] == [0.1] * 3
    assert rates[4:] == [0.5] * 6  # the fourth step was going on when the change came
    (change,) = executor.status(job).interventions
    assert (change.name, change.value) == ("learning_rate", 0.5)
    assert change.step == 4
    assert studio.records[0][1].spec == replace(spec(0), interventions=(change,))


def test_a_change_while_paused_shows_at_once_and_takes_no_step(start, studio) -> None:
    executor = start()
    job = paused_at(executor, studio, "a", 0, 3)
    executor.change(job, "learning_rate", 0.5)
    until(lambda: len(executor.status(job).interventions) == 1)
    assert executor.status(job).interventions == (Intervention(3, "learning_rate", 0.5),)
    assert at(executor, job) == (State.PAUSED, 1, 3)
    executor.control(job, Command.STEP)
    studio.let(0)
    until_state(executor, job, State.PAUSED, step=4)
    assert executor.status(job).rate == 0.5


def test_a_change_while_queued_counts_from_the_first_step(start, studio) -> None:
    executor = start()
    other = running_at(executor, studio, "b", 1, 0)
    job = executor.submit("a", spec(0))
    executor.change(job, "learning_rate", 0.5)
    studio.let(1, 10)
    until_state(executor, other, State.DONE)
    studio.let(0)
    until_state(executor, job, State.RUNNING, step=1)
    assert executor.status(job).rate == 0.5


@pytest.mark.parametrize("where", ["running", "paused"])
@pytest.mark.parametrize("made", [False, True])
def test_a_rewind_forgets_changes(start, studio, where, made) -> None:
    executor = start()
    job = reach(executor, studio, where)
    executor.change(job, "learning_rate", 0.5)
    if made:
        studio.let(0, where == "running")
        until(lambda: len(executor.status(job).interventions) == 1)
    executor.control(job, Command.REWIND)
    studio.let(0)
    until_state(executor, job, State.PAUSED, step=0)
    assert executor.status(job).interventions == ()


def test_a_change_that_comes_too_late_is_not_the_next_runs(start, studio) -> None:
    executor = start()
    job = executor.submit("a", SERIES)

    def change() -> None:
        executor.change(job, "learning_rate", 0.5)

    studio.at_end = change
    studio.let(0, 10)
    until(lambda: executor.status(job).run == 2)
    studio.let(1, 3)
    until(lambda: at(executor, job) == (State.RUNNING, 2, 3))
    assert executor.status(job).interventions == ()
    studio.at_end = lambda: None


def test_the_specs_own_interventions_are_kept_in_the_order_of_steps(start, studio) -> None:
    late = Intervention(8, "learning_rate", 0.01)
    executor = start()
    job = executor.submit("a", replace(spec(0), interventions=(late,)))
    assert executor.status(job).interventions == (late,)
    executor.change(job, "learning_rate", 0.5)
    studio.let(0, 10)
    until_state(executor, job, State.DONE)
    early, last = executor.status(job).interventions
    assert last == late
    assert early.step <= 1


@pytest.mark.parametrize(("name", "value"), [("seed", 1.0), ("learning_rate", float("nan"))])
def test_a_change_that_cannot_be_is_refused(start, studio, name, value) -> None:
    executor = start()
    job = running_at(executor, studio, "a", 0, 3)
    with pytest.raises(SpecError):
        executor.change(job, name, value)
    assert executor.status(job).interventions == ()


def test_the_number_of_changes_is_limited(start, studio) -> None:
    executor = start()
    job = running_at(executor, studio, "a", 0, 3)
    for _ in range(MAX_INTERVENTIONS):
        executor.change(job, "learning_rate", 0.5)
    with pytest.raises(SpecError, match=str(MAX_INTERVENTIONS)):
        executor.change(job, "learning_rate", 0.5)


def test_a_final_job_is_not_changed_and_an_unknown_one_raises(start, studio) -> None:
    executor = start()
    executor.change(reach(executor, studio, "done"), "learning_rate", 0.5)
    with pytest.raises(KeyError):
        executor.change("nobody's", "learning_rate", 0.5)


# -- devices -----------------------------------------------------------------------------------


def test_the_recorder_is_made_for_its_owner_and_device(start, studio) -> None:
    executor = start(slots=2)
    jobs = [executor.submit("a", spec(0)), executor.submit("b", spec(1), device="cuda")]
    for job in jobs:
        until(lambda job=job: executor.status(job).total_steps > 0)
    assert sorted(studio.asked) == [("a", 0, "auto"), ("b", 1, "cuda")]
    assert [executor.status(job).device for job in jobs] == ["fake auto", "fake cuda"]


def test_a_device_that_is_not_there_falls_back_with_a_sentence(start, studio) -> None:
    studio.lacking = {"cuda"}
    executor = start()
    job = executor.submit("a", [spec(0), spec(1)], device="cuda")
    studio.let(0, 10)
    until(lambda: executor.status(job).run == 2)
    until(lambda: executor.status(job).total_steps > 0)
    assert executor.status(job).device == "fake cpu"
    assert executor.status(job).message == "There is no cuda here."
    studio.let(1, 10)
    until_state(executor, job, State.DONE)
    assert executor.status(job).message == "There is no cuda here."


def test_a_device_that_is_lost_begins_again_on_the_cpu(start, studio) -> None:
    executor = start()
    job = executor.submit("a", spec(0), device="cuda")
    viewer = Viewer(executor, job)
    studio.let(0, 4)
    until_state(executor, job, State.RUNNING, step=4)
    viewer.look()
    studio.orders[0].put(DeviceError("The GPU was lost."))
    until(lambda: executor.status(job).device == "fake cpu")
    assert at(executor, job) == (State.RUNNING, 1, 0)
    assert executor.status(job).message == "The GPU was lost."
    studio.let(0, 10)
    until_state(executor, job, State.DONE)
    assert viewer.look().reset
    assert [point[0] for point in viewer.steps] == list(range(1, 11))
    assert len(studio.ended) == 1
    assert studio.records[0][1].message == "The GPU was lost."


def test_after_a_lost_device_time_and_speed_are_the_new_runs(start, studio) -> None:
    executor = start()
    job = executor.submit("a", spec(0), device="cuda")
    studio.let(0, 4)
    until_state(executor, job, State.RUNNING, step=4)
    threading.Event().wait(0.3)
    studio.orders[0].put(DeviceError("The GPU was lost."))
    until(lambda: executor.status(job).device == "fake cpu")
    studio.let(0)
    until_state(executor, job, State.RUNNING, step=1)
    threading.Event().wait(0.02)
    studio.let(0, 2)
    until_state(executor, job, State.RUNNING, step=3)
    first = executor.status(job)
    assert 0.02 <= first.elapsed < 0.3
    assert 0 < first.throughput <= 2 * IMAGES / 0.02
    assert first.remaining == pytest.approx(7 * IMAGES / first.throughput)
    until(lambda: executor.status(job).elapsed > first.elapsed)


@pytest.mark.parametrize("command", [Command.STEP, Command.RESUME])
def test_after_a_rewind_time_runs_with_the_steps(start, studio, command) -> None:
    executor = start()
    job = running_at(executor, studio, "a", 0, 3)
    executor.control(job, Command.REWIND)
    executor.control(job, command)
    studio.let(0)
    until(lambda: len(studio.made[0]) == 2 and 0 in studio.waiting)
    threading.Event().wait(0.02)
    studio.let(0)
    until(lambda: executor.status(job).step == 1)
    assert executor.status(job).elapsed >= 0.02
    assert executor.status(job).throughput <= IMAGES / 0.02


def test_a_device_that_is_lost_before_the_first_step_leaves_nothing_twice(start, studio) -> None:
    executor = start()
    job = running_at(executor, studio, "a", 0, 0)
    studio.orders[0].put(DeviceError("The GPU was full."))
    studio.let(0, 10)
    until_state(executor, job, State.DONE)
    assert executor.snapshots(job) == ["untrained"]
    assert executor.status(job).message == "The GPU was full."


@pytest.mark.parametrize("paused", [False, True])
def test_a_lost_device_takes_no_change_with_it(start, studio, paused) -> None:
    """The run begins again as what it was: with the spec's changes and those made by hand."""
    executor, late = start(), Intervention(8, "learning_rate", 0.01)
    job = executor.submit("a", replace(spec(0), interventions=(late,)), device="cuda")
    studio.let(0, 3)
    until_state(executor, job, State.RUNNING, step=3)
    until(lambda: 0 in studio.waiting)
    if paused:
        executor.control(job, Command.PAUSE)
        studio.let(0)
        until_state(executor, job, State.PAUSED, step=4)
    executor.change(job, "learning_rate", 0.5)
    if paused:
        until(lambda: len(executor.status(job).interventions) == 2)
        executor.control(job, Command.RESUME)
    studio.orders[0].put(DeviceError("The GPU was lost."))  # a running job has not yet made it
    until(lambda: executor.status(job).device == "fake cpu")
    made = Intervention(4 if paused else 3, "learning_rate", 0.5)
    assert executor.status(job).interventions == (made, late)
    studio.let(0, 10)
    until_state(executor, job, State.DONE)
    viewer = Viewer(executor, job)
    viewer.look()
    rates = [point[3] for point in viewer.steps]
    assert rates == [0.1] * made.step + [0.5] * (8 - made.step) + [0.01] * 2
    assert studio.records[0][1].spec.interventions == (made, late)
    executor.control(job, Command.REWIND)
    until_state(executor, job, State.PAUSED, step=0)
    assert executor.status(job).interventions == (late,)


def test_a_stop_does_not_ask_a_lost_device_for_its_weights(start, studio) -> None:
    executor = start()
    job = running_at(executor, studio, "a", 0, 3)
    executor.control(job, Command.STOP)
    studio.orders[0].put(DeviceError("The GPU was lost."))
    until_state(executor, job, State.STOPPED)
    assert executor.snapshots(job) == ["untrained"]


def test_a_lost_device_keeps_the_history_when_the_cpu_refuses_too(start, studio) -> None:
    executor = start()
    job = running_at(executor, studio, "a", 0, 4)
    studio.refusal = ValueError("This is too large for the CPU.")
    studio.orders[0].put(DeviceError("The GPU was lost."))
    until_state(executor, job, State.FAILED)
    assert executor.status(job).message == "The GPU was lost. This is too large for the CPU."
    viewer = Viewer(executor, job)
    viewer.look()
    assert [point[0] for point in viewer.steps] == [1, 2, 3, 4]


def test_the_cpu_has_nothing_to_fall_back_to(start, studio) -> None:
    executor = start()
    job = executor.submit("a", spec(0), device="cpu")
    studio.orders[0].put(DeviceError("It burns."))
    until_state(executor, job, State.FAILED)
    assert executor.status(job).message == "It burns."


# -- records -----------------------------------------------------------------------------------


def test_every_run_that_took_a_step_leaves_one_record(start, studio) -> None:
    executor = start()
    for where in ("done", "stopped", "failed"):
        reach(executor, studio, where)
    assert [record.state for _, record in studio.records] == ["done", "stopped", "failed"]
    done, stopped, failed = (record for _, record in studio.records)
    assert [len(record.steps) for record in (done, stopped, failed)] == [10, 5, 4]
    assert failed.message == "It was too much."
    assert done.spec == RunSpec(train=spec(0).train)
    assert done.began > 0
