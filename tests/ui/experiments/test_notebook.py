"""The notebook under AppTest: predict, lock, run or open what was recorded, read the verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.experiments import EXPERIMENTS, seeded
from dlviz.core.networks import PRESETS
from dlviz.runs.jobs import Command, State
from dlviz.runs.records import Record
from dlviz.runs.visitors import Visitor
from dlviz.ui.server import Server
from tests.ui.experiments.conftest import Open, words


def button(test: AppTest, label: str) -> Any:
    (found,) = [item for item in test.button if item.label == label]
    return found


def locked(test: AppTest, winner: str = "batch norm", why: str = "Steps *stay* small.") -> AppTest:
    test.radio[0].set_value(winner)
    test.number_input(key="predicted points").set_value(5.0)
    test.text_area[0].set_value(why)
    button(test, "Lock the prediction").click().run()
    assert not test.exception
    return test


def test_it_opens_with_an_example_that_the_recorded_runs_judge(open_page: Open) -> None:
    said = words(open_page(study="notebook"))
    assert "Your notebook is empty" in said
    assert "It wins, but by 84.1 points, not 5.0: why?" in said


def test_a_prediction_is_locked_and_held_against_the_recorded_runs(
    open_page: Open, owner: Visitor
) -> None:
    test = locked(open_page(study="notebook", trial="large_steps"))
    (entry,) = owner.notebook.entries()
    assert entry.prediction.winner == 1
    assert entry.prediction.why == "Steps *stay* small."
    assert "Steps \\*stay\\* small" in words(test)
    assert "Found" not in words(test)
    button(test, "Open the recorded runs").click().run()
    assert "It wins, but by 84.1 points, not 5.0: why?" in words(test)
    assert owner.notebook.entries()[0].recorded
    again = open_page(study="notebook")  # a reload: another session of the same visitor
    assert "84.1 points" in words(again)
    button(again, "Delete").click().run()
    assert not owner.notebook.entries()


def test_its_runs_are_submitted_and_judge_it_when_they_have_come(
    open_page: Open, server: Server, owner: Visitor
) -> None:
    test = locked(open_page(study="notebook", trial="small_steps"), "no batch norm")
    button(test, "Run all 10 now").click().run()
    (job,) = server.executor._jobs.values()
    assert job.specs == EXPERIMENTS["norm_small"].series()
    made = owner.notebook.entries()[0].made
    for arm, share in enumerate((0.9, 0.8)):
        for seed in range(5):
            spec = seeded(EXPERIMENTS["norm_small"].arms[arm].spec, seed)
            scores = ((9, 1.0, share + seed / 1000),)
            kept = Record(f"{arm}{seed}", "", spec, "", State.DONE, (), scores, (), "", made + 1, 9)
            owner.records.add(kept)
    test.run()
    assert "It wins, but by 10.0 points, not 5.0" in words(test)
    assert not owner.notebook.entries()[0].recorded


def test_its_runs_can_be_stopped_where_they_were_begun(
    open_page: Open, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor, told = server.executor, []
    status = executor.status
    monkeypatch.setattr(executor, "status", lambda job: replace(status(job), state=State.RUNNING))
    monkeypatch.setattr(executor, "control", lambda *said: told.append(said))
    test = locked(open_page(study="notebook", trial="small_steps"))
    assert "Stop" not in {item.label for item in test.button}
    button(test, "Run all 10 now").click().run()
    button(test, "Stop").click().run()
    assert told == [(next(iter(executor._jobs)), Command.STOP)]


def test_two_presets_that_learn_the_same_pictures(open_page: Open, owner: Visitor) -> None:
    test = open_page(study="notebook", trial="presets", one="clothes", repeats="2")
    offered = set(test.selectbox(key="other").options)
    assert offered == {PRESETS["resnet"].title, PRESETS["clothes_best"].title}
    locked(test, PRESETS["resnet"].title)
    (entry,) = owner.notebook.entries()
    assert [arm.spec for arm in entry.prediction.arms] == [
        PRESETS["clothes"].spec,
        PRESETS["resnet"].spec,
    ]
    assert len(entry.prediction.series) == 4


def test_the_run_planned_in_the_training_lab(open_page: Open, owner: Visitor) -> None:
    test = open_page(study="notebook", trial="planned")
    assert "do not press Start" in words(test)
    test.session_state["run as chosen"] = PRESETS["logistic"].spec
    test.run()
    test.number_input(key="predicted points").set_value(88.0)
    button(test, "Lock the prediction").click().run()
    (entry,) = owner.notebook.entries()
    assert entry.prediction.points == 88.0
    assert "88.0 % of the held-out pictures right" in words(test).replace("\\", "")
    assert "logistic regression" in entry.prediction.title


def test_without_a_winner_nothing_is_locked(open_page: Open, owner: Visitor) -> None:
    test = open_page(study="notebook")
    button(test, "Lock the prediction").click().run()
    assert "needs a winner" in words(test)
    assert not owner.notebook.entries()


@pytest.mark.parametrize("one", ["zfnet"])
def test_a_preset_that_stands_alone_says_so(open_page: Open, one: str) -> None:
    test = open_page(study="notebook", trial="presets", one=one)
    assert "No other preset learns the pictures" in words(test)
