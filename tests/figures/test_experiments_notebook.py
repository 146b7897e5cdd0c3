"""The notebook in words: nothing is claimed that the interval does not say."""

from __future__ import annotations

import json

import pytest

import dlviz
from dlviz.core.experiments import Arm, Outcome
from dlviz.core.predictions import Entry, Judgement, Prediction
from dlviz.core.specs import RunSpec
from dlviz.figures.experiments_notebook import BADGES, as_json, found, markdown, predicted, said

PAIR = (Arm("small", RunSpec()), Arm("large", RunSpec()))
CLEAR = (0.50, 0.51, 0.52), (0.80, 0.81, 0.83)


def entry(winner: int | None, points: float, *columns: tuple[float, ...], arms=PAIR) -> Entry:
    outcomes = tuple(
        tuple(Outcome(seed, ((1, 1.0, share),), 0) for seed, share in enumerate(shares))
        for shares in columns
    )
    return Entry("k", 0.0, Prediction("Two nets", arms, 3, winner, points, "So *there*."), outcomes)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (entry(1, 5.0, *CLEAR), "It wins, but by 30.3 points, not 5.0: why?"),
        (entry(1, 30.0, *CLEAR), "It wins, and by about as much as you said: 30.3 points."),
        (entry(0, 5.0, *CLEAR), "The other one wins, and the interval leaves out 0."),
        (entry(None, 0.0, *CLEAR), "But there is a difference."),
        (entry(None, 0.0, CLEAR[0], (0.51, 0.50, 0.52)), "Nothing to tell, as you said."),
        (entry(1, 5.0, CLEAR[0], (0.51, 0.50, 0.53)), "the seeds alone could do this"),
        (entry(1, 5.0, (0.5,), (0.9,)), "One run of each is an anecdote"),
        (entry(None, 50.4, CLEAR[0], arms=PAIR[:1]), "The prediction was within a point."),
        (entry(None, 90.0, CLEAR[0], arms=PAIR[:1]), "more than a point away"),
    ],
)
def test_each_case_is_told(case: Entry, words: str) -> None:
    assert words in said(case)
    assert case.judgement in BADGES


def test_what_was_predicted_and_found_has_its_numbers() -> None:
    case = entry(1, 5.0, *CLEAR)
    assert predicted(case.prediction) == "large beats small by 5.0 points"
    assert "small 51.0 % (48.5 to 53.5), large 81.3 %" in found(case)
    assert "3 seeds, difference +30.3 points (95 %: +28.9 to +31.8)" in found(case)
    assert said(entry(1, 5.0)) == ""


def test_markdown_has_every_entry_with_its_reason() -> None:
    text = markdown([entry(1, 5.0, *CLEAR), entry(None, 0.0)])
    assert "## 1. Two nets\n\n1970-01-01 00:00 UTC, 3 seeds" in text
    assert "> So *there*." in text
    assert "**Right.** It wins" in text
    assert "**Open.**" in text


def test_json_can_repeat_every_run() -> None:
    one, other = json.loads(as_json([entry(1, 5.0, *CLEAR), entry(None, 0.0)]))
    assert [item["judgement"] for item in (one, other)] == [Judgement.RIGHT, Judgement.OPEN]
    assert dlviz.RunSpec.from_json(json.dumps(one["arms"][0]["spec"])) == RunSpec()
    assert one["found"][1][2] == {"seed": 2, "accuracy": 0.83}
