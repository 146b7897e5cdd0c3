"""The views with a trained detector: they open with computed numbers, and their code runs."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlviz.core.detection.grid_detector import candidates, detections
from dlviz.core.detection.precision import Boxes, average_precision, mean_average_precision
from dlviz.core.detection.suppression import kept
from dlviz.figures.detection_code import (
    detect_code,
    locate_code,
    precision_code,
    suppression_code,
)
from dlviz.figures.detection_steps import precision_data, suppression_data
from dlviz.io.shape_detector import held_out_scenes, load_detector, look
from dlviz.io.shape_scenes import CLASSES, ShapeScene
from dlviz.ui.components.box_steps import script
from tests.ui.node import in_node, needs_node

SCENES = held_out_scenes()
TRUTHS = [scene.truth for scene in SCENES]


@pytest.fixture(scope="module")
def output():
    return look(load_detector(), SCENES)


def words(test) -> str:
    assert not test.exception
    return " ".join(item.value for item in [*test.markdown, *test.caption, *test.info])


def test_nms_steps_end_with_what_is_kept(run_page, output) -> None:
    (found,) = candidates(output[3:4], least=0.3)
    data = suppression_data(SCENES[3], found, 0.5, key="")
    want = kept(found.boxes, found.scores, 0.5, found.labels)
    assert len(data["steps"]) == len(want) + 2
    assert [len(one["rows"]) for one in data["steps"]] == [len(found.boxes)] * len(data["steps"])
    assert sum(row["kind"] == "kept" for row in data["steps"][-1]["rows"]) == len(want)
    assert "5 boxes are kept. Of 5 forms 5 are found." in data["steps"][-1]["say"]
    test = run_page("tasks", task="nms")
    assert "shipped detector" in words(test)
    assert "no number" not in words(test)


def test_nms_eats_a_right_box_of_two_that_touch(output) -> None:
    (found,) = candidates(output[41:42], least=0.3)
    ends = [
        suppression_data(SCENES[41], found, threshold, key="")["steps"][-1]["say"]
        for threshold in (0.1, 0.5)
    ]
    assert "Of 3 forms 2 are found. 1 right box was dropped" in ends[0]
    assert "Of 3 forms 3 are found." in ends[1]
    assert "eaten" not in ends[1]


def test_precision_says_what_is_measured(run_page, output) -> None:
    found = detections(output, least=0.05, most_overlap=0.5)
    ranking, data = precision_data(SCENES, found, 3, 0.5)
    assert len(data["steps"]) == len(ranking.score) + 1
    last = data["steps"][-1]["say"]
    assert f"/ {len(ranking.score)} = {ranking.precision[-1]:.2f}" in last
    shown = words(run_page("tasks", task="precision"))
    assert f"**{average_precision(ranking):.3f}**, about the area under the stairs" in shown
    assert data["curve"]["average"] == f"AP {average_precision(ranking):.3f}"
    assert f"AP₅₀ **{mean_average_precision(found, TRUTHS, [0.5]):.3f}**" in shown
    assert f"0.95: **{mean_average_precision(found, TRUTHS):.3f}**" in shown


def boxes(*rows: tuple[float, ...], label: int = 3, scores: tuple[float, ...] = ()) -> Boxes:
    sure = np.array(scores) if scores else None
    return Boxes(np.array(rows, np.float64), np.full(len(rows), label), sure)


def scene(true: Boxes) -> ShapeScene:
    return ShapeScene(np.zeros((64, 64, 3), np.uint8), true)


def test_a_wrong_detection_says_why() -> None:
    scenes = [scene(boxes((0, 0, 10, 10))), scene(boxes((0, 0, 10, 10), label=0))]
    rows = (0, 0, 10, 9), (0, 0, 10, 10), (0, 0, 10, 4), (30, 30, 40, 40)
    found = [
        boxes(*rows, scores=(0.9, 0.8, 0.7, 0.6)),
        boxes((0, 0, 10, 10), scores=(0.5,)),
    ]
    _, data = precision_data(scenes, found, 3, 0.5)
    first, right, double, loose, far, absent = (step["say"] for step in data["steps"])
    assert "1 true box of the form star in 2 scenes, 5 detections" in first
    assert "IoU 0.90 ≥ 0.5: right." in right
    assert "IoU 1.00 with a star that a surer one has found: a double, wrong." in double
    assert "IoU 0.40 < 0.5: wrong." in loose
    assert "it meets no star: wrong." in far
    assert "no star is in this scene: wrong." in absent
    kinds = [[box["kind"] for box in step["boxes"]] for step in data["steps"][1:]]
    assert kinds[0] == ["truth", "right"]
    assert kinds[1] == ["taken", "wrong"]


@pytest.mark.parametrize("threshold", [0.75, 0.8, 0.9])
def test_no_rounding_contradicts_the_judgement(output, threshold: float) -> None:
    found = detections(output, least=0.05, most_overlap=0.5)
    told = 0
    for label in range(len(CLASSES)):
        for step in precision_data(SCENES, found, label, threshold)[1]["steps"]:
            for iou, sign, least in re.findall(r"IoU (\S+) ([<≥]) ([\d.]+):", step["say"]):
                assert (float(iou) >= float(least)) == (sign == "≥"), step["say"]
                told += 1
    assert told > 200


def test_suppression_says_nothing_false(output) -> None:
    told = 0
    for shown, found in zip(SCENES, candidates(output, least=0.3), strict=True):
        for threshold in (0.65, 0.9):
            for step in suppression_data(shown, found, threshold, key="")["steps"]:
                assert " 1 are " not in step["say"]
                for listed, least in re.findall(
                    r"IoU ([\d., ]+)(?:, …)? > ([\d.]+)\.", step["say"]
                ):
                    assert all(float(iou) > float(least) for iou in listed.split(", "))
                    told += 1
    assert told > 100


def test_the_end_of_suppression_counts_each_form_and_each_box_once() -> None:
    true = boxes((0, 0, 10, 10), (0, 4, 10, 14), (40, 40, 50, 50))
    # One box that is right for either of the first two; its double; nothing at the third.
    found = boxes((0, 2, 10, 12), (0, 1, 10, 11), scores=(0.9, 0.8))
    (*_, end) = suppression_data(scene(true), found, 0.5, key="")["steps"]
    assert "1 box is kept. Of 3 forms 1 is found." in end["say"]
    assert "1 right box was dropped for standing too near" in end["say"]
    assert "1 had no right candidate." in end["say"]
    (*_, end) = suppression_data(scene(true), found, 1.0, key="")["steps"]
    assert "2 boxes are kept. Of 3 forms 2 are found. 1 had no right candidate." in end["say"]
    assert "too many" not in end["say"]


@needs_node
def test_a_saved_sentence_is_broken_into_lines() -> None:
    words = "Step 1: keep star 1.00, the surest that is left."
    measure = "{ measureText: (text) => ({ width: 10 * text.length }) }"
    lines = in_node(script(), f"wrappedLines({measure}, value, 200)", words)
    assert " ".join(lines) == words
    assert max(map(len, lines)) <= 20


@needs_node
def test_labels_stand_beside_each_other() -> None:
    places = "boxLabelPlace([10, 30, 60, 80], [40, 18], 100, value)"
    assert in_node(script(), places, []) == [10, 12]
    assert in_node(script(), places, [[0, 0, 100, 20]]) == [10, 30]
    assert in_node(script(), places, [[0, 0, 100, 60]]) == [10, 80]
    assert in_node(script(), "boxLabelPlace([80, 2, 99, 50], [40, 18], 100, [])") == [60, 2]
    assert in_node(script(), places, [[0, 0, 100, 100]]) is None


def test_a_link_with_garbage_gets_a_sentence_for_each(run_page) -> None:
    test = run_page("tasks", task="nms", scene="100", most="nan")
    assert [item.value.rpartition(": ")[2] for item in test.info] == [
        "scene is a number from 0 to 99.",
        "drop above IoU is a number from 0 to 1.",
    ]
    assert "Only boxes of the same form" in words(test)


def test_a_link_may_ask_for_a_step(run_page) -> None:
    assert "step" not in " ".join(i.value for i in run_page("tasks", task="nms", decided="6").info)
    for asked in ("7", "-1", "x", "²", "9" * 5000):
        test = run_page("tasks", task="nms", decided=asked)
        assert not test.exception
        assert [item.value for item in test.info] == [
            "The link asks for what is not there: a step is from 0 to 6."
        ]
        assert "decided" not in test.query_params


def test_detect_opens_on_the_recorded_run(run_page, real_server) -> None:
    shown = words(run_page("tasks", task="detect", sure="0.5"))
    assert "The shipped run, with a score of at least 0.5" in shown
    assert "**288** boxes in 100 held-out scenes" in shown


def test_locate_opens(run_page, real_server) -> None:
    assert "cross-entropy over eight" in words(run_page("tasks", task="locate"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (suppression_code(3, 0.5, 0.3), "5 kept"),
        (precision_code(3, 0.5, 0.5, 0.05), "mAP: 0.65"),
        (detect_code(0.3, 0.5), "star 1.0"),
        (locate_code(), "Epoch 1: held-out loss"),
    ],
)
def test_the_code_runs(code: str, said: str, capsys) -> None:
    exec(code, {})
    assert said in capsys.readouterr().out
