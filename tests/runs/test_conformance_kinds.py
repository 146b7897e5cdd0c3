"""The executor contract: runs of two kinds beside each other, a pace, and what is shown at rest."""

from __future__ import annotations

import threading
import time

import pytest

from dlviz.core.points.specs import PointsSpec, PointsTrain
from dlviz.core.specs import SpecError
from dlviz.runs.contract import MAX_PACE
from dlviz.runs.history import History
from dlviz.runs.jobs import Command, FullError, State

from .studio import paused_at, reach, running_at, spec, until, until_state


def points(seed: int) -> PointsSpec:
    return PointsSpec(train=PointsTrain(seed=seed))


# -- two kinds ---------------------------------------------------------------------------------


def test_a_run_of_another_kind_leaves_the_last_one_where_it_is(start, studio) -> None:
    executor = start(slots=2)
    pictures = reach(executor, studio, "done")
    studio.let(1, 10)
    job = executor.submit("a", points(1))
    until_state(executor, job, State.DONE, step=10)
    assert executor.status(pictures).state is State.DONE
    studio.let(2, 10)
    newer = executor.submit("a", points(2))
    with pytest.raises(KeyError):
        executor.status(job)
    assert executor.status(pictures).state is State.DONE
    until_state(executor, newer, State.DONE, step=10)
    executor.release("a")
    for gone in (pictures, newer):
        with pytest.raises(KeyError):
            executor.status(gone)


@pytest.mark.parametrize("where", ["running", "queued", "resumed and queued"])
def test_who_trains_on_one_page_cannot_start_on_another(start, studio, where) -> None:
    executor = start(slots=1)
    job = reach(executor, studio, where)
    with pytest.raises(FullError, match="another page") as refusal:
        executor.submit("a", points(2))
    assert str(refusal.value).endswith(".")
    assert not executor.status(job).state.final


def test_a_paused_run_of_another_kind_is_in_nobodys_way(start, studio) -> None:
    executor = start(slots=1)
    paused_at(executor, studio, "a", 0, 2)
    studio.let(1, 10)
    until_state(executor, executor.submit("a", points(1)), State.DONE, step=10)


def test_a_visitor_computes_in_one_slot_at_a_time(start, studio) -> None:
    """The second one waits for the first, and is in nobody else's way while it does."""
    executor = start(slots=2)
    first = paused_at(executor, studio, "a", 0, 2)
    second = executor.submit("a", points(1))
    studio.let(1, 2)
    until_state(executor, second, State.RUNNING, step=2)
    executor.control(first, Command.RESUME)
    until_state(executor, first, State.QUEUED)
    running_at(executor, studio, "b", 2, 1)
    assert executor.status(first).state is State.QUEUED
    assert executor.status(first).position == 0
    assert "waits for your run on another page" in executor.status(first).message
    assert executor.status(executor.submit("c", spec(3))).position == 1
    executor.control(second, Command.PAUSE)
    studio.let(1)
    until_state(executor, first, State.RUNNING, step=2)
    assert executor.status(second).state is State.PAUSED


# -- a paused start ----------------------------------------------------------------------------


def test_a_paused_start_stands_before_its_first_step(start, studio) -> None:
    executor = start(slots=1)
    studio.let(0, 10)
    running_at(executor, studio, "other", 1, 1)
    job = executor.submit("a", spec(0), paused=True)
    until_state(executor, job, State.PAUSED, step=0)
    executor.change(job, "learning_rate", 0.5)
    executor.control(job, Command.STEP)
    until_state(executor, job, State.PAUSED, step=1)
    assert studio.orders[0].qsize() == 9
    assert executor.status(job).rate == 0.5
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.QUEUED)


def test_a_paused_start_takes_nothing_from_a_run_of_another_kind(start, studio) -> None:
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 1)
    other = executor.submit("a", points(1), paused=True)
    until_state(executor, other, State.PAUSED, step=0)
    assert executor.status(job).state is State.RUNNING


# -- the pace ----------------------------------------------------------------------------------


def test_a_pace_is_kept_and_may_be_turned_while_it_runs(start, studio) -> None:
    """10 steps are 10 epochs here: at 50 a second they take 0.2 s, without a pace no time."""
    executor = start(slots=1)
    train = PointsTrain(seed=0, epochs=10)
    job = executor.submit("a", PointsSpec(train=train), paused=True)
    until_state(executor, job, State.PAUSED, step=0)
    executor.pace(job, 50.0)
    assert executor.status(job).pace == 50.0
    studio.free(0)
    began = time.monotonic()
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.DONE, step=10)
    assert 0.1 < time.monotonic() - began < 2.0
    executor.control(job, Command.REWIND)
    until_state(executor, job, State.PAUSED, step=0)
    executor.pace(job, 0.1)
    executor.control(job, Command.RESUME)
    studio.free(0)
    until_state(executor, job, State.RUNNING, step=1)
    began = time.monotonic()
    executor.pace(job, 0.0)
    until_state(executor, job, State.DONE, step=10)
    assert time.monotonic() - began < 5.0
    assert executor.status(job).interventions == ()


def test_who_waits_for_the_pace_hears_every_wish(start, studio) -> None:
    executor = start(slots=1)
    train = PointsTrain(seed=0, epochs=10)
    job = executor.submit("a", PointsSpec(train=train), paused=True)
    until_state(executor, job, State.PAUSED, step=0)
    executor.pace(job, 0.01)
    studio.free(0)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.RUNNING, step=1)
    for step in (2, 3):  # a single step does not wait
        executor.control(job, Command.STEP)
        until_state(executor, job, State.PAUSED, step=step)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.RUNNING)
    executor.control(job, Command.STOP)
    until_state(executor, job, State.STOPPED)


def test_runs_that_keep_a_pace_share_one_slot_and_each_keeps_it(start, studio) -> None:
    """Three visitors watch theirs at once: none of them is told to wait."""
    executor = start(slots=1)
    jobs = []
    for seed, owner in enumerate("abc"):
        studio.free(seed)
        train = PointsTrain(seed=seed, epochs=10)
        jobs.append(executor.submit(owner, PointsSpec(train=train), paused=True))
        until_state(executor, jobs[-1], State.PAUSED, step=0)
        executor.pace(jobs[-1], 12.0)
    for job in jobs:
        executor.control(job, Command.RESUME)
    for job in jobs:
        until(lambda job=job: executor.status(job).step >= 3)
        assert executor.status(job).state is State.RUNNING
    for job in jobs:
        until_state(executor, job, State.DONE, step=10)
    assert studio.most_computing == 1


def test_a_paced_run_that_gets_no_slot_any_more_says_so(start, studio) -> None:
    executor = start(slots=1)
    train = PointsTrain(seed=0, epochs=10)
    job = executor.submit("a", PointsSpec(train=train), paused=True)
    until_state(executor, job, State.PAUSED, step=0)
    executor.pace(job, 5.0)
    studio.free(0)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.RUNNING, step=1)
    other = running_at(executor, studio, "b", 1, 1)
    until_state(executor, job, State.QUEUED)
    assert executor.status(job).position == 1
    studio.let(1, 9)
    until_state(executor, other, State.DONE)
    until_state(executor, job, State.DONE, step=10)


def test_runs_that_wait_for_their_pace_do_not_keep_each_other_awake(start, studio) -> None:
    executor = start(slots=4)
    jobs = []
    for seed, owner in enumerate("abc"):
        studio.free(seed)
        jobs.append(executor.submit(owner, points(seed), paused=True))
        until_state(executor, jobs[-1], State.PAUSED, step=0)
        executor.pace(jobs[-1], 0.01)
        executor.control(jobs[-1], Command.RESUME)
    for job in jobs:
        until_state(executor, job, State.RUNNING, step=1)
    executor.control(jobs[0], Command.RESUME)  # a wish that changes nothing wakes all of them
    computed = time.process_time()
    threading.Event().wait(0.5)
    assert time.process_time() - computed < 0.15


def test_a_paced_run_that_is_resumed_runs_also_before_its_next_step_is_due(start, studio) -> None:
    executor = start(slots=1)
    job = executor.submit("a", points(0), paused=True)
    until_state(executor, job, State.PAUSED, step=0)
    executor.pace(job, 0.01)
    studio.free(0)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.RUNNING, step=1)
    executor.control(job, Command.PAUSE)
    until_state(executor, job, State.PAUSED, step=1)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.RUNNING, step=1)


def test_the_time_left_is_not_told_from_the_pace_that_was(start, studio) -> None:
    executor = start(slots=1)
    train = PointsTrain(seed=0, epochs=10)
    job = executor.submit("a", PointsSpec(train=train), paused=True)
    until_state(executor, job, State.PAUSED, step=0)
    executor.pace(job, 10.0)
    studio.let(0, 3)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.RUNNING, step=3)
    assert executor.status(job).remaining is not None
    executor.pace(job, 0.0)
    assert executor.status(job).remaining is None


@pytest.mark.parametrize("pace", [-1.0, float("nan"), float("inf"), MAX_PACE * 1.01])
def test_a_pace_that_is_none_is_refused(start, studio, pace) -> None:
    executor = start(slots=1)
    job = paused_at(executor, studio, "a", 0, 1)
    with pytest.raises(SpecError, match="pace"):
        executor.pace(job, pace)
    assert executor.status(job).pace == 0.0


# -- what is shown -----------------------------------------------------------------------------


def test_at_rest_the_newest_net_is_shown_also_after_a_change(start, studio) -> None:
    executor = start(slots=1)
    job = paused_at(executor, studio, "a", 0, 3)
    _, update = executor.poll(job, -1)
    assert update.net == {"step": 3, "rate": 0.1}
    executor.change(job, "learning_rate", 0.5)
    until(lambda: executor.poll(job, update.sequence)[1].net == {"step": 3, "rate": 0.5})


def test_a_viewer_is_sent_each_kept_net_once_and_all_steps() -> None:
    history = History()
    first = history.since(-1)
    assert first.track == {"steps": [], "new": []}
    for step in (0, 1, 2):
        history.keep({"step": step, "layers": []})
    update = history.since(first.sequence)
    assert update.track == {
        "steps": [0, 1, 2],
        "new": [{"step": step, "layers": []} for step in (0, 1, 2)],
    }
    assert history.since(update.sequence).track is None
    history.keep({"step": 4, "layers": []})
    newer = history.since(update.sequence)
    assert newer.track == {"steps": [0, 1, 2, 4], "new": [{"step": 4, "layers": []}]}
    history.clear()
    cleared = history.since(newer.sequence)
    assert cleared.reset
    assert cleared.track == {"steps": [], "new": []}
    assert cleared.net is None
