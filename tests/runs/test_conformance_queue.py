"""The executor contract: the queue, pause, step and resume. Nothing here trains.

A conformance suite: another executor must pass it too.
"""

from __future__ import annotations

import threading

import pytest

from dlviz.runs.frames import describe
from dlviz.runs.jobs import Command, FullError, State

from .studio import Viewer, paused_at, running_at, spec, until_state

# -- the queue ---------------------------------------------------------------------------------


def test_jobs_get_the_slot_in_order_of_arrival_and_know_their_place(start, studio) -> None:
    executor = start(slots=1)
    jobs = [running_at(executor, studio, "a", 0, 0)]
    jobs += [executor.submit(owner, spec(seed)) for seed, owner in enumerate("bcd", start=1)]
    assert [executor.status(job).position for job in jobs] == [0, 1, 2, 3]
    told = describe(*executor.poll(jobs[2], -1))
    assert told["message"] == "All places are taken: you are number 2 in the queue."
    for now in range(3):
        for waiting in jobs[now + 1 :]:
            assert executor.status(waiting).state is State.QUEUED
        studio.let(now, 10)
        until_state(executor, jobs[now], State.DONE)
        until_state(executor, jobs[now + 1], State.RUNNING)
        places = [executor.status(job).position for job in jobs[now + 1 :]]
        assert places == list(range(len(places)))
    studio.let(3, 10)
    until_state(executor, jobs[3], State.DONE)
    assert [owner for owner, _, _ in studio.ended] == list("abcd")


def test_until_its_pictures_are_there_a_run_says_what_it_does(start, studio, monkeypatch) -> None:
    """Creatures are drawn for seconds before the first step; nobody knows how many there are."""
    drawn, make = threading.Event(), studio.make

    def slow(*asked: object) -> object:
        assert drawn.wait(5.0)
        return make(*asked)

    monkeypatch.setattr(studio, "make", slow)
    executor = start(slots=1)
    job = executor.submit("a", spec(0))
    until_state(executor, job, State.RUNNING)
    status, update = executor.poll(job, -1)
    assert (status.message, status.step, status.total_steps) == ("Preparing the pictures …", 0, 0)
    assert describe(status, update)["message"] == status.message
    waiting = executor.submit("b", spec(1))
    assert "Preparing" not in executor.status(waiting).message
    drawn.set()
    studio.let(0)
    until_state(executor, job, State.RUNNING, step=1)
    assert executor.status(job).message == ""


def test_as_many_compute_as_there_are_slots(start, studio) -> None:
    executor = start(slots=2)
    first, second, third = (executor.submit(owner, spec(n)) for n, owner in enumerate("abc"))
    until_state(executor, first, State.RUNNING)
    until_state(executor, second, State.RUNNING)
    assert executor.status(third).state is State.QUEUED
    assert executor.status(third).position == 1
    studio.let(1, 10)
    until_state(executor, third, State.RUNNING)
    assert executor.status(first).state is State.RUNNING


def test_who_leaves_the_queue_makes_the_others_move_up(start, studio) -> None:
    executor = start(slots=1)
    running_at(executor, studio, "a", 0, 0)
    leaving, pausing, last = (executor.submit(o, spec(n)) for n, o in enumerate("bcd", start=1))
    assert executor.status(last).position == 3
    executor.control(leaving, Command.STOP)
    until_state(executor, leaving, State.STOPPED)
    assert executor.status(last).position == 2
    executor.control(pausing, Command.PAUSE)
    until_state(executor, pausing, State.PAUSED, step=0)
    assert executor.status(last).position == 1
    assert executor.status(pausing).position == 0


def test_one_unfinished_job_a_visitor(start, studio) -> None:
    executor = start(slots=2)
    first = running_at(executor, studio, "a", 0, 1)
    with pytest.raises(FullError) as refused:
        executor.submit("a", spec(1))
    assert refused.value.retry_after > 0
    assert str(refused.value).endswith(".")
    assert executor.status(first).state is State.RUNNING
    studio.let(0, 9)
    until_state(executor, first, State.DONE)
    second = executor.submit("a", spec(1))
    until_state(executor, second, State.RUNNING)
    with pytest.raises(KeyError):
        executor.status(first)


def test_a_paused_job_is_unfinished(start, studio) -> None:
    executor = start(slots=2)
    paused_at(executor, studio, "a", 0, 1)
    with pytest.raises(FullError):
        executor.submit("a", spec(1))


def test_the_number_of_jobs_is_capped_and_a_finished_one_makes_room(start, studio) -> None:
    executor = start(slots=1, max_jobs=2)
    first = running_at(executor, studio, "a", 0, 0)
    executor.submit("b", spec(1))
    with pytest.raises(FullError, match="2") as refused:
        executor.submit("c", spec(2))
    assert refused.value.retry_after > 0
    studio.let(0, 10)
    until_state(executor, first, State.DONE)
    executor.submit("c", spec(2))


def test_who_rests_takes_nobodys_place(start, studio) -> None:
    executor = start(slots=1, max_jobs=2)
    for owner in "pqr":
        resting = executor.submit(owner, spec(9), paused=True)
        until_state(executor, resting, State.PAUSED, step=0)
    running_at(executor, studio, "a", 0, 1)
    executor.submit("b", spec(1))
    with pytest.raises(FullError, match="2 runs are going or waiting"):
        executor.submit("c", spec(2))


def test_there_is_an_end_to_resting_too(start) -> None:
    executor = start(slots=1, max_jobs=2)
    for owner in range(8):
        resting = executor.submit(f"p{owner}", spec(9), paused=True)
        until_state(executor, resting, State.PAUSED, step=0)
    with pytest.raises(FullError, match="8 runs are not finished") as refused:
        executor.submit("a", spec(1))
    assert "waiting" not in str(refused.value)


def test_unknown_jobs_raise_key_error(start) -> None:
    executor = start()
    for call in (executor.status, executor.snapshots, executor.owner):
        with pytest.raises(KeyError):
            call("nobody's")
    with pytest.raises(KeyError):
        executor.poll("nobody's", 0)
    with pytest.raises(KeyError):
        executor.control("nobody's", Command.STOP)


def test_a_job_knows_its_owner_and_ids_are_not_told_twice(start, studio) -> None:
    executor = start(slots=4)
    jobs = {owner: executor.submit(owner, spec(n)) for n, owner in enumerate("abcd")}
    assert len(set(jobs.values())) == 4
    assert all(executor.owner(job) == owner for owner, job in jobs.items())


# -- pause, step, resume -----------------------------------------------------------------------


def test_a_pause_gives_the_slot_back_and_nothing_is_computed_meanwhile(start, studio) -> None:
    executor = start(slots=1)
    paused = paused_at(executor, studio, "a", 0, 3)
    studio.let(0, 5)  # orders that a paused job must not follow
    other = running_at(executor, studio, "b", 1, 9)
    assert executor.status(paused).state is State.PAUSED
    assert executor.status(paused).step == 3
    assert studio.orders[0].qsize() == 5
    studio.let(1)
    until_state(executor, other, State.DONE)


def test_a_step_while_paused_is_exactly_one(start, studio) -> None:
    executor = start(slots=1)
    job = paused_at(executor, studio, "a", 0, 2)
    studio.let(0, 7)
    for step in (3, 4):
        executor.control(job, Command.STEP)
        until_state(executor, job, State.PAUSED, step=step)
        assert studio.orders[0].qsize() == 9 - step
    viewer = Viewer(executor, job)
    viewer.look()
    assert [point[0] for point in viewer.steps] == [1, 2, 3, 4]


def test_a_step_needs_no_slot(start, studio) -> None:
    executor = start(slots=1)
    job = paused_at(executor, studio, "a", 0, 2)
    other = running_at(executor, studio, "b", 1, 1)
    studio.let(0, 5)
    executor.control(job, Command.STEP)
    until_state(executor, job, State.PAUSED, step=3)
    assert executor.status(other).state is State.RUNNING


def test_steps_asked_for_quickly_are_all_taken(start, studio) -> None:
    executor = start(slots=1)
    job = paused_at(executor, studio, "a", 0, 1)
    for _ in range(3):
        executor.control(job, Command.STEP)
    studio.let(0, 8)
    until_state(executor, job, State.PAUSED, step=4)
    executor.control(job, Command.STEP)
    until_state(executor, job, State.PAUSED, step=5)
    assert studio.orders[0].qsize() == 4


def test_a_step_asked_of_a_running_job_pauses_it(start, studio) -> None:
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 2)
    executor.control(job, Command.STEP)
    studio.let(0, 8)
    until_state(executor, job, State.PAUSED, step=3)


def test_a_step_of_a_waiting_job_is_its_first(start, studio) -> None:
    executor = start(slots=1)
    running_at(executor, studio, "a", 0, 1)
    job = executor.submit("b", spec(1))
    studio.let(1, 5)
    executor.control(job, Command.STEP)
    until_state(executor, job, State.PAUSED, step=1)


def test_resuming_goes_on_where_it_stood(start, studio) -> None:
    executor = start(slots=1)
    job = paused_at(executor, studio, "a", 0, 3)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.RUNNING, step=3)
    studio.let(0, 7)
    until_state(executor, job, State.DONE, step=10)
    assert len(studio.made[0]) == 1


def test_resuming_means_the_end_of_the_queue(start, studio) -> None:
    executor = start(slots=1)
    paused = paused_at(executor, studio, "a", 0, 1)
    running = running_at(executor, studio, "b", 1, 0)
    waiting = executor.submit("c", spec(2))
    executor.control(paused, Command.RESUME)
    until_state(executor, paused, State.QUEUED)
    assert executor.status(waiting).position == 1
    assert executor.status(paused).position == 2
    studio.let(1, 10)
    until_state(executor, running, State.DONE)
    until_state(executor, waiting, State.RUNNING)
    assert executor.status(paused).state is State.QUEUED
    studio.let(2, 10)
    until_state(executor, paused, State.RUNNING, step=1)


def test_a_pause_while_waiting_to_resume_takes_no_step(start, studio) -> None:
    """A slot is the right to compute: who has none must not."""
    executor = start(slots=1)
    job = paused_at(executor, studio, "a", 0, 2)
    running_at(executor, studio, "b", 1, 0)
    studio.let(0, 5)
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.QUEUED)
    executor.control(job, Command.PAUSE)
    until_state(executor, job, State.PAUSED)
    assert executor.status(job).step == 2
    assert studio.orders[0].qsize() == 5


def test_pausing_a_waiting_job_keeps_it_at_its_start(start, studio) -> None:
    executor = start(slots=1)
    running = running_at(executor, studio, "a", 0, 0)
    job = executor.submit("b", spec(1))
    studio.let(1, 10)
    executor.control(job, Command.PAUSE)
    until_state(executor, job, State.PAUSED, step=0)
    studio.let(0, 10)
    until_state(executor, running, State.DONE)
    assert executor.status(job).step == 0
    executor.control(job, Command.RESUME)
    until_state(executor, job, State.DONE, step=10)
