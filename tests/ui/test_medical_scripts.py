"""The medical components under Node: what they say of every place is what Python worked out."""

from __future__ import annotations

import re

import pytest

from dlviz.figures.medical_readers import pairs_data, readers_data
from dlviz.ui.components import (
    medical_pairs,
    medical_readers,
    medical_threshold,
    medical_training,
)
from dlviz.ui.medical.cases import generated
from dlviz.ui.medical.threshold import TYPICAL, screened
from dlviz.ui.medical.training import _work
from tests.ui.node import in_node, needs_node

pytestmark = needs_node


@pytest.fixture(scope="module")
def threshold() -> dict:
    return screened(generated(), 0.02, TYPICAL, moved=False)[1]


def test_the_verdict_counts_and_the_formula_gives_the_precision(threshold: dict) -> None:
    data = {key: threshold[key] for key in ("counts", "shares", "prevalence")}
    said, formula, last = in_node(
        medical_threshold.script(),
        "[thresholdVerdict(value, 50), bayesText(value, 50), thresholdVerdict(value, 100)]",
        data,
    )
    assert said == (
        "At 0.50 it finds 12 of the 16 ill pictures, misses 4, and raises 179 false alarms: of its"
        " alarms 0.06 are right."
    )
    assert formula == "0.750 · 0.02 / (0.750 · 0.02 + 0.228 · 0.98) = 0.063"
    assert last == "At 1.00 nobody is called ill: all 16 ill pictures are missed."


@pytest.mark.parametrize("cut", [20, 50, 80, 85])
def test_the_written_formula_adds_up(threshold: dict, cut: int) -> None:
    data = {key: threshold[key] for key in ("counts", "shares", "prevalence")}
    formula = in_node(medical_threshold.script(), f"bayesText(value, {cut})", data)
    above, below, result = re.split(" / | = ", formula)
    numbers = [float(part) for part in re.findall(r"[\d.]+", above + " " + below)]
    recall, prior, again, _, alarms, well = numbers
    assert recall == again
    assert recall * prior / (recall * prior + alarms * well) == pytest.approx(
        float(result), abs=2e-3
    )


def test_no_share_is_hidden_by_json(threshold: dict) -> None:
    assert threshold["shares"]["precision"][0][100] is None
    assert len(threshold["shares"]["f1"]) == 3
    low, high = (threshold["shares"]["recall"][part][50] for part in (1, 2))
    assert low < threshold["shares"]["recall"][0][50] < high


@pytest.mark.parametrize(("place", "end"), [(0, "may be 0"), (16, "excludes 0")])
def test_the_pair_says_what_its_interval_says(place: int, end: str) -> None:
    data = pairs_data(1, 1)
    said = in_node(medical_pairs.script(), f"pairVerdict(value, {place})", data)
    low, high = (f"{part:.3f}".replace("-", "−") for part in data["steps"][place]["paired"])
    assert said.startswith("Their intervals overlap")
    assert end in said
    assert said.endswith(f"0.047 ({low}–{high}).")


def test_the_readers_say_four_shares() -> None:
    said = in_node(medical_readers.script(), "readersVerdict(value, 8)", readers_data(0.0, 0))
    assert "differ on 22 %" in said
    assert "F1 0.69 by the others’ labels and 0.81 by the truth" in said
    assert said.endswith("0.81 by theirs and 1.00 by the truth.")


def test_learning_says_who_is_found() -> None:
    data, _ = _work(0.1, 0)
    first, last = in_node(
        medical_training.script(), "[learningVerdict(value, 0), learningVerdict(value, 19)]", data
    )
    assert first.endswith("Press Learn.")
    assert last == (
        "After 120 steps, of 80 ill pictures: plain finds 8, the weighted loss 52, and plain with"
        " its threshold moved to 0.22 finds 30."
    )


BOX = """(() => {
  globalThis.window = {
    location: { href: "http://here/medical" },
    history: { replaceState: (_, __, url) => { window.location.href = url.href; } },
  };
  const at = new AddressNumber("noise", 5, 20);
  return value.map(([how, ...what]) => {
    at[how](...what);
    return [at.value, new URL(window.location.href).search];
  });
})()"""


def places(*steps: tuple) -> list[int]:
    """Where the slider stands after each step of hand ("set") and server ("follow")."""
    return [place for place, _ in in_node(medical_readers.script(), BOX, list(steps))]


@pytest.mark.parametrize(("asked", "place"), [("7", 7), (None, 5), ("99", 5), ("x", 5)])
def test_a_place_is_read_from_the_address(asked: str | None, place: int) -> None:
    assert places(("follow", asked)) == [place]


def test_the_hand_writes_the_address_and_leaves_a_default_out() -> None:
    steps = [("follow", None), ("set", 12), ("set", 5)]
    assert in_node(medical_readers.script(), BOX, steps) == [[5, ""], [12, "?noise=12"], [5, ""]]


def test_an_answer_that_is_older_than_the_hand_moves_nothing() -> None:
    hand = [("follow", None), ("set", 12), ("set", 13)]
    assert places(*hand, ("follow", "12"))[-1] == 13
    assert places(*hand, ("follow", None))[-1] == 13  # the page ran before the hand moved
    assert places(*hand, ("follow", "13"), ("follow", "3"))[-1] == 3  # a link, or the way back


def test_another_lesson_means_its_default_too() -> None:
    hand = [("follow", None, None), ("set", 12)]
    assert places(*hand, ("follow", None, "judges"))[-1] == 5
    assert places(*hand, ("follow", "7", "judges"), ("set", 9), ("follow", "9", "judges"))[-1] == 9
