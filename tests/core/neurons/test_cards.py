"""The cards' answers: every number in them is worked out here, in the order of the text."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlviz.core.neurons.bends import BENDS
from dlviz.core.neurons.depth import band
from dlviz.core.neurons.gates import answers, corners, most_right, name_of, separable
from dlviz.core.neurons.xor import xor_spec
from dlviz.core.neurons_cards import NEURONS_CARDS
from dlviz.core.points.restarts import restarts
from dlviz.figures.neurons_perceptron import Schooling, school
from dlviz.io.perceptron_pairs import digit_pair, letter_pair


def numbers(text: str) -> list[float]:
    return [float(item) for item in re.findall(r"(?<![\w.“])\d+(?:\.\d+)?", text)]


def solved(hidden: str) -> int:
    return sum(start.solved for start in restarts(xor_spec(hidden)))


def gradient(spread: str, layers: int) -> float:
    return float(band("relu", spread, layers=layers, width=100, seeds=5).gradient[1, 0])


def slope(name: str, z: float) -> float:
    return 100 * float(BENDS[name].slope(np.array([z]))[0])


def three_digits(value: float) -> float:
    return float(f"{value:.3g}")


@pytest.fixture(scope="module")
def digits() -> list[Schooling]:
    return [school(digit_pair(*pair, each=100, seed=0)) for pair in (("0", "1"), ("3", "8"))]


def test_thresholds_of_and():
    card = NEURONS_CARDS["threshold"]
    assert numbers(card.question) == [1, 1.5]
    gates = {theta / 10: name_of(answers((1.0, 1.0), theta / 10)) for theta in range(-30, 31)}
    assert {theta for theta, name in gates.items() if name == "AND"} == {
        theta / 10 for theta in range(11, 21)
    }
    assert {gates[theta / 10] for theta in range(1, 11)} == {"OR"}
    assert {gates[theta / 10] for theta in range(-30, 1)} == {"always"}
    assert numbers(card.answer) == [1, 2, 1, 0]


def test_a_third_input_shifts_the_line():
    card = NEURONS_CARDS["third"]
    assert numbers(card.question)[:4] == [2, 3, 1, 1.5]
    found = dict(zip(corners(3), answers((1.0, 1.0, 1.0), 1.5), strict=True))
    for third, name in ((0, "AND"), (1, "OR")):
        assert name_of(tuple(found[(*at, third)] for at in corners(2))) == name
    assert numbers(card.answer) == [0, 1, 1.5 - 1, 1.5, 2**8, len(separable(3))]


def test_xor_and_its_opposite_are_out_of_reach():
    card = NEURONS_CARDS["contradiction"]
    reached = {name_of(bits) for bits in separable(2)}
    assert numbers(card.question) == [4, 16]
    assert not reached & {"XOR", "both alike"}
    assert numbers(card.answer) == [most_right((0, 1, 1, 0)), 4, 16 - len(reached)]


def test_harder_digits_have_more_mistakes_and_a_higher_bound(digits):
    card = NEURONS_CARDS["likeness"]
    easy, hard = digits
    assert numbers(card.question) == [0, 1, 3, 8]
    made = [len(item.lessons.mistakes) for item in digits]
    loose = [round(item.most / count) for item, count in zip(digits, made, strict=True)]
    assert easy.lessons.done
    assert hard.margin.width < easy.margin.width
    expected = [made[1], made[0], int(easy.most), int(hard.most), *loose]
    assert numbers(card.answer) == expected


def test_noise_makes_letters_inseparable():
    card = NEURONS_CARDS["noise"]
    few, many = (school(letter_pair("E", "F", each=100, noise=n, seed=0)) for n in (0.1, 0.2))
    assert numbers(card.question) == [10, len(few.lessons.mistakes), 20]
    assert few.lessons.done
    assert not many.margin.separable
    told = [len(many.lessons.mistakes), len(many.lessons.by_pass), 0]
    assert numbers(card.answer) == [*told, round(100 * many.lessons.held_out[-1])]


@pytest.mark.acceptance
def test_restarts():
    card = NEURONS_CARDS["restarts"]
    assert numbers(card.question) == [solved("two_tanh"), 24]
    assert numbers(card.answer)[:4] == [solved("two_relu"), 24, solved("three_tanh"), 24]


def test_slopes():
    card = NEURONS_CARDS["saturated"]
    assert numbers(card.question) == [1, three_digits(slope("sigmoid", 1.0)), 5]
    expected = [three_digits(slope(name, 5.0)) for name in ("sigmoid", "tanh")]
    assert numbers(card.answer) == [*expected, 0]
    assert slope("relu", 5.0) == 100


def test_the_scale_of_weights_is_raised_to_the_power_of_the_depth():
    card = NEURONS_CARDS["scale"]
    assert gradient("he", 10) == pytest.approx(1.0, abs=0.05)
    ten, fifty = gradient("xavier", 10), gradient("xavier", 50)
    assert numbers(card.answer) == [round(100 * ten), 0.5, 50, round(1e8 * fifty), 100]
    assert ten == pytest.approx(0.5 ** (10 / 2), rel=0.1)
