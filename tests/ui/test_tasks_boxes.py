"""The views with a trained detector: they open with computed numbers, and their code runs."""

from __future__ import annotations

import pytest

from dlviz.core.detection.grid_detector import candidates, detections
from dlviz.core.detection.precision import average_precision, mean_average_precision
from dlviz.core.detection.suppression import kept
from dlviz.figures.detection_code import (
    detect_code,
    locate_code,
    precision_code,
    suppression_code,
)
from dlviz.figures.detection_steps import precision_data, suppression_data
from dlviz.io.shape_detector import held_out_scenes, load_detector, look

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
    assert f"**{average_precision(ranking):.3f}**" in shown
    assert f"AP₅₀ **{mean_average_precision(found, TRUTHS, [0.5]):.3f}**" in shown
    assert f"0.95: **{mean_average_precision(found, TRUTHS):.3f}**" in shown


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
