"""The executor contract: errors, ends, visitors who leave, and what viewers see."""

from __future__ import annotations

import gc
import json
import random
import threading
import time
from collections.abc import Callable

import pytest

from dlviz.runs.frames import describe
from dlviz.runs.jobs import Command, FullError, Job, State

from .studio import FakeRecorder, Viewer, paused_at, reach, running_at, spec, until, until_state

# -- errors ------------------------------------------------------------------------------------


def test_an_expected_error_is_told_in_its_own_sentence(start, studio) -> None:
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 3)
    studio.orders[0].put(OverflowError("a text that nobody should read"))
    until_state(executor, job, State.FAILED)
    assert executor.status(job).message == "It was too much."
    assert executor.status(job).step == 3


@pytest.mark.parametrize("kind", [RuntimeError, KeyError, ValueError])
def test_a_surprise_is_told_by_its_type_not_by_its_text(start, studio, kind) -> None:
    """``Recorder.sentence`` gave None: this is a surprise, whatever its class."""
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 3)
    studio.orders[0].put(kind("/secret/path"))
    until_state(executor, job, State.FAILED)
    message = executor.status(job).message
    assert kind.__name__ in message
    assert "secret" not in message
    assert message.endswith(".")


def test_what_make_refuses_is_told_in_the_words_of_its_value_error(start, studio) -> None:
    studio.refusal = ValueError("Layer 1 does not fit.")
    executor = start(slots=1)
    job = executor.submit("a", spec(0))
    until_state(executor, job, State.FAILED)
    assert executor.status(job).message == "Layer 1 does not fit."


def test_a_failed_run_is_not_put_away_and_its_history_stays(start, studio) -> None:
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 3)
    studio.orders[0].put(OverflowError())
    until_state(executor, job, State.FAILED)
    viewer = Viewer(executor, job)
    viewer.look()
    assert [point[0] for point in viewer.steps] == [1, 2, 3]
    assert studio.ended == []


@pytest.mark.parametrize("refuse", [False, True])
def test_a_failure_gives_the_slot_back(start, studio, refuse) -> None:
    executor = start(slots=1)
    if refuse:
        studio.refusal = RuntimeError()
    failing = executor.submit("a", spec(0))
    studio.orders[0].put(RuntimeError())
    until_state(executor, failing, State.FAILED)
    studio.refusal = None
    running_at(executor, studio, "b", 1, 2)
    executor.submit("a", spec(2))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("stop", [False, True])
def test_a_run_whose_result_cannot_be_put_away_still_ends(start, studio, stop) -> None:
    def fail() -> None:
        raise MemoryError

    studio.at_end = fail
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 9)
    if stop:
        executor.control(job, Command.STOP)
    studio.let(0)
    until(lambda: executor.status(job).state.final)
    executor.submit("a", spec(1))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_stopped_run_whose_weights_cannot_be_kept_still_ends(start, studio, monkeypatch) -> None:
    def fail(self: FakeRecorder) -> None:
        raise MemoryError

    monkeypatch.setattr(FakeRecorder, "finish", fail)
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 3)
    executor.control(job, Command.STOP)
    studio.let(0)
    until(lambda: executor.status(job).state.final)
    running_at(executor, studio, "b", 1, 2)


def test_what_a_stop_keeps_is_fetched_without_the_lock_and_entered_under_it(
    start, studio, monkeypatch
) -> None:
    answered: list[bool] = []

    def ask() -> None:
        thread = threading.Thread(target=executor.status, args=(job,))
        thread.start()
        thread.join(0.2)
        answered.append(not thread.is_alive())

    def finish(self: FakeRecorder) -> Callable[[Job], bool]:
        ask()
        return enter

    def enter(_job: Job) -> bool:
        ask()
        return False

    monkeypatch.setattr(FakeRecorder, "finish", finish)
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 3)
    executor.control(job, Command.STOP)
    studio.let(0)
    until_state(executor, job, State.STOPPED)
    assert answered == [True, False]


# -- the end -----------------------------------------------------------------------------------


def test_a_run_that_comes_to_its_end_is_put_away_once_in_its_own_thread(start, studio) -> None:
    names: list[str] = []
    studio.at_end = lambda: names.append(threading.current_thread().name)
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 9)
    studio.let(0)
    until_state(executor, job, State.DONE, step=10)
    executor.control(job, Command.STOP)
    executor.close()
    assert studio.ended == [("a", 0, ["untrained"])]
    assert names != [threading.current_thread().name]
    assert len(names) == 1


@pytest.mark.parametrize("where", ["running", "paused", "queued", "resumed and queued", "done"])
def test_a_visitor_who_is_gone_leaves_nothing_behind(start, studio, where) -> None:
    before = set(threading.enumerate())
    executor = start(slots=1)
    job = reach(executor, studio, where)
    mine = list(studio.made[0])
    ended = list(studio.ended)
    executor.release("a")
    for call in (executor.status, executor.snapshots, executor.owner):
        with pytest.raises(KeyError):
            call(job)
    studio.let(0)
    others = 1 if "queued" in where else 0
    until(lambda: len(set(threading.enumerate()) - before) == others)
    gc.collect()
    assert all(recorder() is None for recorder in mine)
    assert studio.ended == ended
    with pytest.raises(KeyError):
        executor.status(job)


def test_release_leaves_other_visitors_alone_and_frees_the_slot(start, studio) -> None:
    executor = start(slots=1)
    reach(executor, studio, "running")
    other = executor.submit("b", spec(1))
    executor.release("nobody")
    executor.release("a")
    studio.let(0)
    until_state(executor, other, State.RUNNING)
    studio.let(1, 10)
    until_state(executor, other, State.DONE)


def test_close_ends_everything_within_two_seconds(start, studio) -> None:
    before = set(threading.enumerate())
    studio.total_steps = 10**6
    executor = start(slots=2)
    running, paused, *waiting = (executor.submit(o, spec(n)) for n, o in enumerate("abcdefgh"))
    for seed in range(8):
        studio.free(seed)
    until(lambda: executor.status(running).step > 3 and executor.status(paused).step > 3)
    executor.control(paused, Command.PAUSE)
    until_state(executor, paused, State.PAUSED)
    until_state(executor, waiting[0], State.RUNNING)
    began = time.monotonic()
    executor.close()
    assert time.monotonic() - began < 2.0
    until(lambda: set(threading.enumerate()) <= before, 2.0 - (time.monotonic() - began))
    for job in (running, paused, *waiting):
        assert executor.status(job).state is State.STOPPED
    with pytest.raises(FullError):
        executor.submit("z", spec(9))


def test_a_closed_executor_starts_nothing(start, studio) -> None:
    before = set(threading.enumerate())
    executor = start(slots=1)
    job = reach(executor, studio, "done")
    executor.close()
    executor.control(job, Command.REWIND)
    until(lambda: set(threading.enumerate()) <= before)


# -- watching ----------------------------------------------------------------------------------


def test_viewers_lose_nothing_and_see_nothing_twice(start, studio) -> None:
    studio.total_steps = 400
    executor = start(slots=1)
    job = executor.submit("a", spec(0))
    eager, lazy, late = (Viewer(executor, job) for _ in range(3))
    studio.let(0, 3)
    until_state(executor, job, State.RUNNING, step=3)
    lazy.look()
    studio.free(0)

    def done() -> bool:
        eager.look()
        return executor.status(job).state is State.DONE

    until(done)
    for viewer in (eager, lazy, late):
        viewer.look()
        assert [point[0] for point in viewer.steps] == list(range(1, 401))
        again = viewer.look()
        assert not again.reset
        assert again.steps == []


def test_a_status_tells_progress(start, studio) -> None:
    executor = start(slots=1)
    job = running_at(executor, studio, "a", 0, 0)
    until(lambda: executor.status(job).total_steps == 10)
    assert executor.status(job).remaining is None
    studio.let(0, 5)
    until_state(executor, job, State.RUNNING, step=5)
    status = executor.status(job)
    assert status.device == "fake auto"
    assert status.epochs == 4
    assert status.epoch == 2.0
    assert status.elapsed > 0
    assert status.remaining is not None
    assert status.remaining > 0
    studio.let(0, 5)
    until_state(executor, job, State.DONE)
    first = executor.status(job)
    assert first.epoch == 4.0
    assert first.remaining is None
    assert executor.status(job).elapsed == first.elapsed


def test_a_frame_of_the_live_channel_is_strict_json(start, studio) -> None:
    executor = start(slots=1)
    job = paused_at(executor, studio, "a", 0, 3)
    frame = json.loads(json.dumps(describe(*executor.poll(job, 0)), allow_nan=False))
    assert frame["state"] == "paused"
    assert (frame["step"], frame["total"], frame["epochs"]) == (3, 10, 4)
    assert frame["steps"] == [[1, 1.0, 0.5, 0.1], [2, 0.5, 0.5, 0.1], [3, 1 / 3, 0.5, 0.1]]
    assert (frame["run"], frame["runs"], frame["rate"]) == (1, 1, 0.1)
    assert frame["job"] == job


def test_many_visitors_clicking_wildly_never_exceed_the_slots_nor_hang(start, studio) -> None:
    studio.total_steps = 60
    executor = start(slots=2)
    for seed in range(6):
        for _ in range(200):  # one for every start over
            studio.free(seed)

    def visit(seed: int) -> None:
        dice = random.Random(seed)
        job = executor.submit(str(seed), spec(seed))
        for _ in range(40):
            wish = dice.choice([Command.PAUSE, Command.RESUME, Command.REWIND, Command.RESUME])
            executor.control(job, wish)
            threading.Event().wait(dice.random() * 0.005)
        executor.control(job, Command.RESUME)

        def ended() -> bool:
            if executor.status(job).state is State.PAUSED:  # the last wish was a rewind
                executor.control(job, Command.RESUME)
            return executor.status(job).state is State.DONE

        until(ended, 15.0)
        finished.append(seed)

    finished: list[int] = []
    threads = [threading.Thread(target=visit, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20.0)
    assert sorted(finished) == list(range(6))
    assert 1 <= studio.most_computing <= 2
    assert {seed for _, seed, _ in studio.ended} == set(range(6))
