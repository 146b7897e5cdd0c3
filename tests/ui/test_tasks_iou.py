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


@needs_node
def test_a_rounded_iou_says_the_same_as_the_verdict() -> None:
    known = {
        0.0: "0.00", 0.302: "0.30", 0.4997: "0.4997", 0.5: "0.50", 0.748: "0.748", 0.75: "0.75",
        0.9951: "0.995", 0.99996: "0.99996", 1.0: "1.00", 0.001: "0.001", 0.949: "0.949",
    }  # fmt: skip
    assert in_node(script(), "value.map(iouText)", list(known)) == list(known.values())


@needs_node
def test_only_the_box_and_its_corner_are_taken_hold_of() -> None:
    spots = [[20, 15], [30, 20], [33, 23], [10, 10], [7, 15], [45, 15], [20, 40]]
    found = in_node(script(), "value.map(([x, y]) => iouHold([10, 10, 30, 20], x, y, 4))", spots)
    assert found == ["move", "resize", "resize", "move", "move", "", ""]
    # In a tiny box the corner leaves room to move it by.
    tiny = in_node(
        script(), "value.map(([x, y]) => iouHold([10, 10, 14, 14], x, y, 12))", [[11, 11], [15, 15]]
    )
    assert tiny == ["move", "resize"]


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
    left, *_ = run_page("tasks", task="iou", at="000001.0.50.60").session_state["at"]
    assert left == 1
    for at in ("9.9.1.1", "5.5.5.5", "0.0.50", "0.0.50.1234567", "a.b.c.d", "9" * 6000):
        test = run_page("tasks", task="iou", at=at)
        assert not test.exception
        assert len(test.info) == 1, at
        assert "the box" in test.info[0].value
