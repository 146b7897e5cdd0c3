"""The lessons on boxes: every number of every answer is worked out."""

from __future__ import annotations

import pytest

from dlviz.core.detection.boxes import overlaps
from dlviz.core.detection.grid_detector import candidates, detections
from dlviz.core.detection.precision import average_precision, rank
from dlviz.core.tasks_cards import TASKS_CARDS
from dlviz.figures.detection import FRAMED
from dlviz.figures.detection_care import mistakes
from dlviz.figures.detection_steps import suppression_data
from dlviz.io.shape_detector import held_out_scenes, load_detector, look

SCENES = held_out_scenes()
TRUTHS = [scene.truth for scene in SCENES]


@pytest.fixture(scope="module")
def output():
    return look(load_detector(), SCENES)


@pytest.fixture(scope="module")
def found(output):
    return detections(output, least=0.05, most_overlap=0.5)


def test_ten_pixels() -> None:
    card = TASKS_CARDS["ten_pixels"]
    rocket, cup = FRAMED["rocket"], FRAMED["cup"]
    assert f"{overlaps(rocket.start, rocket.truth)[0, 0]:.2f}: not" in card.answer
    assert [a - b for a, b in zip(rocket.start, rocket.truth, strict=True)] == [10, 0, 10, 0]
    at = [int(part) for part in card.then["at"].split(".")]
    assert [a - b for a, b in zip(at, cup.truth, strict=True)] == [10, 0, 10, 0]
    assert f"wide: {overlaps(at, cup.truth)[0, 0]:.2f}." in card.answer
    assert rocket.truth[2] - rocket.truth[0] == 26
    assert cup.truth[2] - cup.truth[0] == 203


def ends(output, scene: int, threshold: float) -> tuple[int, int, str]:
    """(candidates, steps, the last sentence)."""
    (proposed,) = candidates(output[scene : scene + 1], least=0.3)
    steps = suppression_data(SCENES[scene], proposed, threshold, key="")["steps"]
    return len(proposed.boxes), len(steps) - 2, steps[-1]["say"]


def test_one_each_and_eaten(output) -> None:
    assert ends(output, 3, 0.5)[:2] == (21, 5)
    assert ends(output, 3, 0.9)[1] == 17
    assert "Of 3 forms 2 are found. 1 right box" in ends(output, 41, 0.1)[2]
    assert "Of 3 forms 3 are found" in ends(output, 41, 0.5)[2]


def test_strict(found) -> None:
    card = TASKS_CARDS["strict"]
    values = [f"{average_precision(rank(found, TRUTHS, 3, iou)):.3f}" for iou in (0.5, 0.75, 0.9)]
    assert f"is {values[0]} if" in card.question
    assert card.answer.startswith(f"{values[1]}, and {values[2]}:")


def test_one_day(found) -> None:
    card = TASKS_CARDS["one_day"]
    low, high = (mistakes(found, TRUTHS, least, 4) for least in (0.5, 0.9))
    assert f"{low.found} of {low.found + low.missed} forms" in card.question
    assert f"{low.wrong} boxes wrong" in card.question
    days = [f"{one.wrong_a_day(3600, 1):,.0f}".replace(",", " ") for one in (low, high)]
    assert card.answer.startswith(f"{days[0]}. From a score of 0.9 on it is {days[1]},")
    assert f"{high.missed} forms are missed instead of {low.missed}" in card.answer


@pytest.mark.parametrize("name", ["ten_pixels", "one_each", "eaten", "strict", "one_day"])
def test_cards_are_short(name: str) -> None:
    card = TASKS_CARDS[name]
    assert len(card.title + card.question) <= 190
    assert len(card.answer) <= 190
