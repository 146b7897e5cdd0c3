"""Work step by step: several threads push one task on, failures stay, Stop keeps what is there."""

from threading import Barrier, Event, Thread, Timer

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.ui import steps
from dlviz.ui.newest import Newest
from dlviz.ui.steps import Task


def counting(total, log=None):
    def steps():
        for done in range(1, total + 1):
            if log is not None:
                log.append(done)
            yield done, f"{done} done"

    return Task(total, steps())


def test_a_task_tells_how_far_it_is_and_what_it_has():
    task = counting(2)
    with pytest.raises(ValueError, match="Nothing"):
        _ = task.result
    task.advance()
    assert (task.done, task.result, task.finished) == (1, "1 done", False)
    task.advance()
    task.advance()
    assert (task.done, task.result, task.finished) == (2, "2 done", True)
    task.advance()
    assert task.seconds_left == 0


def test_threads_that_wait_for_one_task_share_its_steps():
    log = []
    task = counting(200, log)
    together = Barrier(4)

    def push():
        together.wait()
        while not task.finished:
            task.advance()

    threads = [Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert log == list(range(1, 201))
    assert task.result == "200 done"


def test_who_rests_sees_the_step_that_another_thread_is_in():
    inside, go_on = Event(), Event()

    def steps():
        inside.set()
        assert go_on.wait(10)
        yield 1, "one done"

    task = Task(2, steps())
    Thread(target=task.advance).start()
    assert inside.wait(10)
    Timer(0.05, go_on.set).start()
    task.rest()
    assert (task.done, task.result) == (1, "one done")


def test_a_failure_is_told_again_to_whoever_comes_later():
    def steps():
        yield 1, "one"
        raise ValueError("The maps are not finite.")

    task = Task(3, steps())
    task.advance()
    for _ in range(2):
        with pytest.raises(ValueError, match="not finite"):
            task.advance()


def test_the_newest_results_stay_and_the_least_used_makes_room():
    made = []
    memory = Newest(2)

    def get(key):
        return memory.get(key, lambda: made.append(key) or key.upper())

    assert [get(key) for key in "abacab"] == list("ABACAB")
    assert made == ["a", "b", "c", "b"]
    assert len(memory) == 2


def test_two_threads_that_make_the_same_get_the_same():
    memory, together, got = Newest(2), Barrier(2), []

    def make():
        together.wait(10)  # both are making one
        return object()

    threads = [Thread(target=lambda: got.append(memory.get("key", make))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(got) == 2
    assert got[0] is got[1]


def test_only_the_value_that_is_meant_is_dropped():
    memory = Newest(2)
    old = memory.get("key", object)
    memory.drop("key", old)
    new = memory.get("key", object)
    memory.drop("key", old)
    memory.drop("other", old)
    assert new is not old
    assert memory.get("key", object) is new


def page():
    """A page with five steps of work."""
    import streamlit as st

    from dlviz.ui.steps import Task, run

    if "task" not in st.session_state:
        st.session_state["task"] = Task(5, ((done, done) for done in range(1, 6)))
    st.text(f"result {run(st.session_state['task'], key='work', things='pictures')}")


def test_a_page_shows_the_finished_work_without_buttons():
    test = AppTest.from_function(page, default_timeout=20).run()
    assert not test.exception, test.exception
    assert test.text[0].value == "result 5"
    assert not test.button
    assert not test.markdown


def test_a_stopped_page_shows_what_was_found_and_goes_on():
    test = AppTest.from_function(page, default_timeout=20)
    test.session_state["stopped work"] = True
    test.run()
    assert not test.exception, test.exception
    assert test.text[0].value == "result 1"
    assert "1 of 5** pictures" in test.markdown[0].value
    (button,) = test.button
    assert button.label == "Go on"
    button.click().run()
    assert test.text[0].value == "result 5"
    assert not test.button


def slow_page():
    """A page whose second step fails, if it is told to; ``log``: what came when."""
    import streamlit as st

    from dlviz.ui.steps import Task, run

    def steps():
        st.session_state["log"].append("a step")
        yield 1, 1
        if st.session_state["fails"]:
            raise ValueError("The maps are not finite.")

    try:
        run(Task(1, steps()), key="work", things="pictures")
    except ValueError as error:
        st.error(str(error))


@pytest.mark.parametrize("fails", [False, True])
def test_stop_stands_there_before_the_first_step_and_goes_with_a_failure(monkeypatch, fails):
    log, real = [], steps._button

    def noted(label, key, *, stops):
        log.append(label)
        real(label, key, stops=stops)

    monkeypatch.setattr(steps, "_button", noted)
    test = AppTest.from_function(slow_page, default_timeout=20)
    test.session_state["log"], test.session_state["fails"] = log, fails
    test.run()
    assert not test.exception, test.exception
    assert test.session_state["log"] == ["Stop", "a step"]
    assert not test.button
    assert len(test.error) == fails
