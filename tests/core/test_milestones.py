"""The timeline's entries: in order, sourced, shown by one thing each, linked to what is there."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from dlviz.core.milestones import FIRST_WINTER, MILESTONES
from dlviz.core.networks import OFFERED
from dlviz.core.zoo.ilsvrc import WINNERS
from dlviz.figures.milestone_pictures import CASES, XOR, learn, picture, two_classes
from dlviz.ui.pages import EVERY

# What the lectures' slides say.
LECTURES = {
    "mcculloch_pitts": 1943,
    "perceptron": 1957,
    "minsky_papert": 1969,
    "backpropagation": 1986,
    "deep_belief_nets": 2006,
    "imagenet": 2010,
    "alexnet": 2012,
}


def test_they_run_from_1943_to_2017_in_order():
    when = [item.when for item in MILESTONES.values()]
    assert (int(when[0]), int(when[-1])) == (1943, 2017)
    assert when == sorted(when)
    assert len(set(when)) == len(when) >= 18
    assert {name: MILESTONES[name].year for name in LECTURES} == LECTURES
    assert (MILESTONES["minsky_papert"].when, MILESTONES["backpropagation"].when) == FIRST_WINTER


OTHER_DATES = {"dropout", "last_ilsvrc"}  # a journal's, the challenge's


@pytest.mark.parametrize("item", MILESTONES.values(), ids=lambda item: item.name)
def test_a_preprint_stands_in_its_month(item):
    found = re.search(r"arXiv:(\d\d)(\d\d)\.", item.source)
    if found and item.name not in OTHER_DATES:
        year, month = (int(part) for part in found.groups())
        assert month - 1 <= 12 * (item.when - 2000 - year) < month


def test_the_lean_years_are_not_called_what_histories_call_other_ones():
    assert "Histories" in MILESTONES["minsky_papert"].text  # 1974 to 1980, not the lecture’s 1969


@pytest.mark.parametrize("item", MILESTONES.values(), ids=lambda item: item.name)
def test_each_has_a_source_one_thing_to_see_and_ways_that_exist(item):
    assert re.fullmatch(r"[a-z0-9_]+", item.name)
    assert item.text.endswith((".", "”."))
    assert len(item.text) < 330
    assert re.search(r"\d{4}", item.source)
    assert [bool(item.number), bool(item.bars), bool(item.picture)].count(True) == 1
    assert bool(item.number) == bool(item.unit)
    for way in item.ways:
        assert way.page in EVERY
        assert way.settings.get("preset", "digits") in OFFERED


@pytest.mark.parametrize("item", MILESTONES.values(), ids=lambda item: item.name)
def test_its_picture_says_in_words_what_it_shows(item):
    if item.picture in ("filters", "adversarial"):
        return  # shipped pictures of those labs
    drawn, words = picture(item, "dark")
    ElementTree.fromstring(drawn)  # a browser refuses it otherwise
    assert len(words) > 5
    assert all(float(size) >= 18 for size in re.findall(r'font-size="(\d+)"', drawn))
    for _, _, said in item.bars:
        assert said in words


def test_bars_are_as_long_as_their_values():
    item = MILESTONES["resnet"]
    long = [
        float(width)
        for width in re.findall(r'<rect [^>]*width="([\d.]+)"', picture(item, "light")[0])
    ]
    assert [round(value / long[-1] * 152) for value in long] == [8, 22, 152]


def test_the_perceptron_found_a_line_and_counted_its_mistakes():
    points, labels = two_classes()
    weights, mistakes = learn(points, labels)
    said = (np.column_stack([points, np.ones(40)]) @ weights > 0).astype(int)
    assert said.tolist() == labels
    assert f">{mistakes}<" in picture(MILESTONES["perceptron"], "light")[0]
    # The bound (R/γ)², with the margin of the line that was found: never exceeded.
    inputs = np.column_stack([points, np.ones(40)])
    margin = np.abs(inputs @ weights).min() / np.linalg.norm(weights)
    assert mistakes <= (np.linalg.norm(inputs, axis=1).max() / margin) ** 2


def test_no_line_gets_more_than_three_of_xors_cases():
    """Every way to split four points by a line, by brute force over a fine fan of lines."""
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    normals = np.stack([np.cos(angles), np.sin(angles)])
    shifts = np.linspace(-2, 2, 401)
    said = (CASES @ normals)[:, :, None] > shifts
    right = (said == np.array(XOR)[:, None, None]).sum(axis=0)
    assert right.max() == 3
    assert "3 of 4" in picture(MILESTONES["minsky_papert"], "light")[0]
    assert "4 of 4" in picture(MILESTONES["backpropagation"], "light")[0]


def test_the_challenges_numbers_are_those_of_its_table():
    """Russakovsky et al. 2015, table 6, and the later winners' papers; the lecture's 16 %."""
    errors = {year: winner.error for year, winner in WINNERS.items()}
    assert errors == {
        2010: 28.2,
        2011: 25.8,
        2012: 16.4,
        2013: 11.7,
        2014: 6.7,
        2015: 3.57,
        2016: 2.99,
        2017: 2.25,
    }
    assert {year: winner.extra for year, winner in WINNERS.items() if winner.extra} == {
        2012: 15.3,
        2013: 11.2,
    }
    assert round(errors[2012]) == 16
