"""Sentences, charts and code of an experiment say what its runs say."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from dlviz.core.experiments import EXPERIMENTS, Outcome, seeded
from dlviz.core.seeds import Interval
from dlviz.figures.board import Board
from dlviz.figures.experiments_charts import curve, over_epochs, seed_by_seed
from dlviz.figures.experiments_code import code
from dlviz.figures.experiments_words import against, broken, gap, legend_entries
from dlviz.figures.hero_experiments import draw
from dlviz.io.experiments import read_experiments
from dlviz.runs.record_experiments import outcome_of

ARMS = EXPERIMENTS["norm_large"].arms


def ended(*shares: float) -> list[Outcome]:
    return [Outcome(seed, ((10, 1 - share, share),), 0) for seed, share in enumerate(shares)]


def test_a_clear_difference_is_the_settings() -> None:
    (said,) = against(ARMS, [ended(0.1, 0.11, 0.12), ended(0.9, 0.92, 0.91)], "accuracy", "loss")
    assert "Batch norm against no batch norm**, 3 seeds" in said
    assert "+80.0 points (95 %: +77.5 to +82.5): **the setting, not the seed**" in said
    assert "held-out loss −0.800 (95 %: −0.825 to −0.775)" in said


def test_a_difference_whose_interval_has_0_is_noise() -> None:
    (said,) = against(ARMS, [ended(0.80, 0.82), ended(0.82, 0.81)], "accuracy", "loss")
    assert said.count("**within noise**") == 2


def test_one_seed_is_an_anecdote_and_has_no_interval() -> None:
    (said,) = against(ARMS, [ended(0.8), ended(0.9)], "accuracy", "loss")
    assert "seed 0 alone" in said
    assert said.count("one run is an anecdote") == 2
    assert "95 %" not in said
    assert legend_entries(ARMS, [ended(0.8), ended(0.9)], "accuracy")[1][1] == "90.0 %"


def test_on_which_side_of_0_an_end_lies_can_be_read() -> None:
    assert gap(Interval(0.4, -0.014, 0.8, 5), "accuracy") == "+0.40 points (95 %: −0.01 to +0.80)"
    assert gap(Interval(0.4, -0.14, 0.8, 5), "accuracy") == "+0.4 points (95 %: −0.1 to +0.8)"


def test_the_sentences_of_the_recorded_runs() -> None:
    """What the page opens on; the cards' tests check what they quote."""
    found = read_experiments()
    for name, experiment in EXPERIMENTS.items():
        other = "accuracy" if experiment.measure == "loss" else "loss"
        said = against(experiment.arms, found[name], experiment.measure, other)
        assert len(said) == len(experiment.arms) - 1
        assert all("5 seeds" in sentence for sentence in said)
    (dropout,) = against(EXPERIMENTS["dropout"].arms, found["dropout"], "loss", "accuracy")
    assert dropout.index("the setting, not the seed") < dropout.index("within noise")


def test_runs_that_ended_in_no_numbers_are_counted() -> None:
    lost = Outcome(1, (), 0, "no number")
    assert broken(ARMS, [[*ended(0.8), lost], ended(0.9, 0.9)]) == (
        "The loss stopped being a number in 1 of 2 with no batch norm: counted as guessing."
    )
    assert broken(ARMS, [ended(0.8), ended(0.9)]) == ""


@pytest.mark.parametrize("measure", ["loss", "accuracy"])
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_charts_show_every_seed_and_every_band(name: str, measure: str) -> None:
    arms, found = EXPERIMENTS[name].arms, read_experiments()[name]
    bands = over_epochs(arms, found, measure)
    assert len(bands.data) == 2 * len(arms)
    ends = seed_by_seed(arms, found, measure)
    dots = [trace for trace in ends.data if trace.mode == "markers" and len(trace.x) == 5]
    assert [list(trace.y) for trace in dots] == [
        [item.value(measure) for item in outcomes] for outcomes in found
    ]
    assert all(list(trace.text) == [f"seed {seed}" for seed in range(5)] for trace in dots)
    last = curve(arms[0], found[0], measure).points[-1]
    assert last.epoch == arms[0].spec.train.epochs
    assert last.runs == 5


def test_the_code_trains_what_the_page_trains(capsys: pytest.CaptureFixture[str]) -> None:
    """One epoch on 400 pictures; that the recorded runs are such trainings is another test."""
    short = [
        replace(
            arm,
            spec=replace(
                arm.spec,
                data=replace(arm.spec.data, share=0.04),
                train=replace(arm.spec.train, epochs=1),
            ),
        )
        for arm in EXPERIMENTS["norm_small"].arms
    ]
    experiment = replace(EXPERIMENTS["norm_small"], arms=tuple(short))
    text = code(experiment).replace("range(5)", "range(1)")
    assert text != code(experiment)
    exec(compile(text, "code", "exec"), {})
    said = capsys.readouterr().out
    for arm in short:
        shown = float(re.search(rf"^{arm.title} seed 0 ([\d.]+)", said, re.MULTILINE).group(1))
        assert shown == pytest.approx(outcome_of(seeded(arm.spec, 0)).accuracy)
    assert "batch norm less no batch norm" in said


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_code_has_every_arm_as_it_is(name: str) -> None:
    names: dict[str, object] = {}
    head = code(EXPERIMENTS[name]).partition("\nfound = {}")[0]
    exec(compile(head, "code", "exec"), names)
    import dlviz

    texts = names["ARMS"]
    assert isinstance(texts, dict)
    specs = {title: dlviz.RunSpec.from_json(text) for title, text in texts.items()}
    assert specs == {arm.title: arm.spec for arm in EXPERIMENTS[name].arms}


def test_the_pages_picture_shows_every_seed_of_every_start() -> None:
    for theme in ("light", "dark"):
        board = Board(theme)
        draw(board)
        changed = (np.asarray(board.image) != np.asarray(Board(theme).image)).any(axis=2)
        assert changed[:, :560].mean() > 0.05
        assert changed[:, 640:].mean() > 0.02
