"""A word on use: the count is the detector's, and every fact has its source."""

from __future__ import annotations

import pytest

from dlviz.core.detection.care import FACTS, QUESTIONS, Mistakes
from dlviz.core.detection.grid_detector import detections
from dlviz.figures.detection_care import care_code, chart, daily, mistakes
from dlviz.io.shape_detector import held_out_scenes, load_detector, look


def test_a_day_by_hand() -> None:
    assert Mistakes(100, 5, 0, 9).wrong_a_day(60, 2) == 0.05 * 60 * 24 * 2


def test_mistakes_are_counted() -> None:
    truths = [scene.truth for scene in held_out_scenes()]
    found = detections(look(load_detector(), held_out_scenes()), least=0.05, most_overlap=0.5)
    there = sum(len(one.boxes) for one in truths)
    for least in (0.05, 0.5, 0.9):
        now = mistakes(found, truths, least, 4)
        boxes = sum(int((one.scores >= least).sum()) for one in found)
        assert (now.found + now.wrong, now.found + now.missed) == (boxes, there)
    assert mistakes(found, truths, 0.9, 4).wrong < mistakes(found, truths, 0.1, 4).wrong


def test_it_says_the_count_the_facts_and_the_questions(run_page, capsys) -> None:
    test = run_page("tasks", task="care", alarm="0.9", cameras="10")
    assert not test.exception
    shown = " ".join(item.value for item in test.markdown)
    for fact in FACTS.values():
        assert fact.text in shown
        assert fact.address in shown
    assert all(line in shown for line in QUESTIONS)
    exec(care_code(0.9, 3600, 10), {})
    count = float(capsys.readouterr().out.strip().rsplit(" ", 1)[1])
    assert f"{count:,.0f}".replace(",", "\u202f") in test.subheader[0].value
    assert count == pytest.approx(round(count))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (15552.0, "15\u202f552"),
        (15.000000001, "15"),
        (0.0, "0"),
        (43.2, "about 43"),
        (4.32, "about 4.3"),
        (0.04, "fewer than 0.1"),
    ],
)
def test_a_day_in_words(number: float, words: str) -> None:
    assert daily(number) == words


def test_the_chart_can_be_read_from_the_last_row_and_saved() -> None:
    figure = chart([Mistakes(100, 9 - k, k, 9) for k in range(9)], 0.5)
    sizes = [
        figure.layout.legend.font.size,
        *(axis.tickfont.size for axis in (figure.layout.xaxis, figure.layout.yaxis)),
        *(axis.title.font.size for axis in (figure.layout.xaxis, figure.layout.yaxis)),
    ]
    assert min(sizes) >= 14
    # Nothing see-through: white letters on nothing cannot be read in a saved file.
    assert figure.layout.paper_bgcolor is None


def test_facts_keep_to_what_their_source_says() -> None:
    said = {name: fact.text for name, fact in FACTS.items()}
    assert {"0.8 %", "34.7 %"} <= {
        " ".join(pair)
        for pair in zip(said["shades"].split(), said["shades"].split()[1:], strict=False)
    }
    assert "high-risk" not in said["law"], "Article 6 and Annex III, not Article 5"
    assert "law enforcement" in said["law"]
    assert "ends with" not in said["authors"]
