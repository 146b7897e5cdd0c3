"""The training page under AppTest: what the buttons ask of the run."""

from __future__ import annotations

import pytest

from dlviz.runs.jobs import State
from dlviz.ui.server import Server
from tests.runs.studio import Studio, running_at, until, until_state
from tests.ui.training.page import MINE, SEEDS, THEIRS, Open, button, enabled, job_of, live, sound


def test_start_pause_step_resume_stop_rewind_and_the_buttons_that_make_sense(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    job = job_of(server)
    studio.let(0, 2)
    until_state(server.executor, job, State.RUNNING, step=2)
    sound(test.run())
    assert enabled(test) == {"Pause", "One step", "Rewind", "Stop"}
    sound(button(test, "Pause").click().run())
    studio.let(0)
    until_state(server.executor, job, State.PAUSED, step=3)
    sound(test.run())
    assert enabled(test) == {"Resume", "One step", "Rewind", "Stop"}
    studio.let(0)
    sound(button(test, "One step").click().run())
    until_state(server.executor, job, State.PAUSED, step=4)
    sound(button(test, "Resume").click().run())
    until_state(server.executor, job, State.RUNNING)
    studio.let(0)
    until_state(server.executor, job, State.RUNNING, step=5)
    sound(button(test, "Stop").click().run())
    studio.let(0)
    until_state(server.executor, job, State.STOPPED)
    sound(test.run())
    assert enabled(test) == {"Start anew", SEEDS, "Rewind"}
    assert "Stopped" in live(test)["hint"]
    sound(button(test, "Rewind").click().run())
    until_state(server.executor, job, State.PAUSED, step=0)
    sound(test.run())
    assert "same initial weights" in live(test)["hint"]
    assert enabled(test) == {"Resume", "One step", "Rewind", "Stop"}


def test_the_live_view_gets_the_right_to_watch_this_run(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    shown = live(test)
    assert shown["job"] == job_of(server)
    assert shown["path"] == "/dlviz/live"
    assert shown["session"] is None  # the cookie says who it is
    assert server.may_watch(MINE, shown["job"], shown["token"])
    assert not server.may_watch(THEIRS, shown["job"], shown["token"])


def test_without_cookies_the_page_tells_the_channel_who_it_is(
    open_page: Open, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = open_page()
    monkeypatch.setattr("dlviz.ui.console.visitor_id", lambda: (MINE, False))
    sound(button(test, "Start").click().run())
    assert live(test)["session"] == MINE


def test_a_second_tab_shows_the_same_run(open_page: Open, server: Server, studio: Studio) -> None:
    sound(button(open_page(), "Start").click().run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=1)
    other = open_page()
    assert live(other)["job"] == job_of(server)
    assert enabled(other) == {"Pause", "One step", "Rewind", "Stop"}


def test_two_starts_at_once_are_one_run_and_a_sentence(
    open_page: Open, server: Server, studio: Studio
) -> None:
    one, other = open_page(), open_page()
    sound(button(one, "Start").click().run())
    sound(button(other, "Start").click().run())
    assert [item.value for item in other.warning] == [
        "Your last run is still going: stop it before a new one."
    ]
    assert len(server.executor._jobs) == 1


def test_a_full_house_queues_the_run_and_says_its_place(
    open_page: Open, server: Server, studio: Studio
) -> None:
    running_at(server.executor, studio, THEIRS, 1, 1)
    test = open_page()
    sound(button(test, "Start").click().run())
    until(lambda: server.executor.status(job_of(server)).position == 1)
    sound(test.run())
    assert live(test)["state"] == "queued"
    assert "Stop" in enabled(test)
    assert "Pause" not in enabled(test)


def test_when_too_many_wait_the_sentence_says_when_to_try_again(
    open_page: Open, server: Server, studio: Studio
) -> None:
    server.executor._max_jobs = 1
    running_at(server.executor, studio, THEIRS, 1, 1)
    test = open_page()
    sound(button(test, "Start").click().run())
    (sentence,) = [item.value for item in test.warning]
    assert "try again" in sentence
    assert enabled(test) == {"Start", SEEDS}
    sound(test.run())
    assert not test.warning


def test_a_run_that_is_gone_is_told_in_a_sentence(
    open_page: Open, server: Server, studio: Studio
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    studio.let(0)
    until_state(server.executor, job_of(server), State.RUNNING, step=1)
    sound(test.run())
    server.executor.release(MINE)
    sound(button(test, "Pause").click().run())
    (sentence,) = [item.value for item in test.warning]
    assert "no longer there" in sentence
    assert enabled(test) == {"Start", SEEDS}


@pytest.mark.parametrize(
    ("error", "words"),
    [(OverflowError(), "It was too much."), (ZeroDivisionError(), "ZeroDivisionError")],
)
def test_a_run_that_fails_is_told_and_can_be_started_anew(
    open_page: Open, server: Server, studio: Studio, error: Exception, words: str
) -> None:
    test = open_page()
    sound(button(test, "Start").click().run())
    studio.orders[0].put(error)
    until_state(server.executor, job_of(server), State.FAILED)
    assert words in server.executor.status(job_of(server)).message
    sound(test.run())
    assert {"Start anew", SEEDS, "Rewind"} == enabled(test)
