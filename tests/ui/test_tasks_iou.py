"""The view “IoU”: the script's arithmetic is Python's, and the page keeps the box."""

from __future__ import annotations

import random

import pytest

from dlviz.core.detection.boxes import overlaps
from dlviz.figures.detection import FRAMED, overlap_code
from dlviz.io.photographs import load_photograph
from dlviz.ui.components.iou import script
from tests.ui.node import in_node, needs_node


def some_box(rng: random.Random) -> list[int]:
    left, top = rng.randrange(80), rng.randrange(80)
    return [left, top, left + rng.randrange(1, 60), top + rng.randrange(1, 60)]


@needs_node
def test_the_browser_computes_what_python_does() -> None:
    rng = random.Random(0)
    pairs = [[some_box(rng), some_box(rng)] for _ in range(200)]
    found = in_node(script(), "value.map(([a, b]) => iouOf(a, b).iou)", pairs)
    assert found == [float(overlaps(first, second)[0, 0]) for first, second in pairs]
    assert sum(iou > 0 for iou in found) > 50


@needs_node
def test_a_box_stays_in_the_picture() -> None:
    moves = [[99, 99, False], [-99, -99, False], [99, 99, True], [-99, -99, True], [3, -2, False]]
    found = in_node(
        script(), "value.map(([x, y, r]) => iouMoved([10, 10, 30, 20], x, y, r, 50, 40))", moves
    )
    assert found == [
        [30, 30, 50, 40],
        [0, 0, 20, 10],
        [10, 10, 50, 40],
        [10, 10, 14, 14],
        [13, 8, 33, 18],
    ]


@pytest.mark.parametrize("name", list(FRAMED))
def test_boxes_lie_in_their_photograph_and_overlap(name: str) -> None:
    framed = FRAMED[name]
    height, width = load_photograph(framed.photograph).shape[:2]
    for left, top, right, bottom in (framed.truth, framed.start):
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    assert 0 < overlaps(framed.start, framed.truth)[0, 0] < 0.5


def test_the_code_runs(capsys: pytest.CaptureFixture[str]) -> None:
    framed = FRAMED["rocket"]
    exec(overlap_code(framed.start, framed.truth), {})
    first, second = capsys.readouterr().out.split("\n")[:2]
    iou = float(overlaps(framed.start, framed.truth)[0, 0])
    assert float(first.split("= ")[1]) == pytest.approx(iou)
    assert float(second) == pytest.approx(iou)


def test_the_page_opens_and_refuses_a_strange_box(run_page) -> None:
    test = run_page("tasks", task="iou", at="0.0.50.60")
    assert tuple(test.session_state["at"]) == (0, 0, 50, 60)
    assert "(0, 0, 50, 60)" in test.code[0].value
    test = run_page("tasks", task="iou", at="9.9.1.1")
    assert "the box" in test.info[0].value
