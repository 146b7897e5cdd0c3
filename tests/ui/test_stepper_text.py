"""What the stepper writes, says and reads: every sum is worked out again from its own words."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest

from dlviz.core.edits import LIMIT
from dlviz.core.kernels import KERNELS
from dlviz.core.sliding import Sliding
from dlviz.figures.stepping import Scene, stepper_data
from dlviz.io.grids import GRIDS
from dlviz.ui.components.stepper import script
from tests.ui.node import in_node, needs_node
from tests.ui.stepper_scenes import random_scenes

pytestmark = needs_node

ROUNDED = 0.005 + 1e-9  # of one written number
MOST_WRITTEN_STEPS = 12


def registry_scenes():
    """Every kernel at several sizes on every input: the numbers that visitors really see."""
    scenes = []
    for kernel in KERNELS.values():
        for size in {kernel.natural, 4, 5, 7}:
            grid = list(GRIDS.values())[len(scenes) % len(GRIDS)]
            sliding = Sliding(size=size, padding="same", relu=len(scenes) % 3 == 0)
            image = grid.at(grid.fixed or 9, seed=len(scenes))
            scenes.append(Scene(image, kernel.at(size)[None, None], sliding, ("output",)))
    return scenes


SCENES = [*random_scenes(120, seed=5, exact=True), *random_scenes(120, seed=6), *registry_scenes()]
DATAS = [stepper_data(scene) for scene in SCENES]


def compute(expression, value):
    return in_node(script(), expression, value)


@pytest.fixture(scope="module")
def written():
    """For some steps of every scene: [scene's index, parts, spoken sum, long and short flow]."""
    random = np.random.default_rng(3)
    asked = []
    for data in DATAS:
        steps = random.integers(0, data["count"] ** 2, MOST_WRITTEN_STEPS).tolist()
        asked.append([(step % len(data["maps"]), step) for step in steps])
    found = compute(
        """value.datas.map((d, at) => value.asked[at].map(([map, step]) => {
          const parts = stepParts(d, map, step);
          const text = (short) => sumPieces(d, parts, short).map((piece) => piece.text).join("");
          return [parts, sumText(d, map, step), text(false), text(true)];
        }))""",
        {"datas": DATAS, "asked": asked},
    )
    return [(data, *one) for data, of_scene in zip(DATAS, found, strict=True) for one in of_scene]


class Sum:
    """A written sum of terms, worked out exactly; ``slack`` is what rounding may have done."""

    def __init__(self, text):
        self.value, self.slack, self.zeros, self.terms = Fraction(0), 0.0, 0, 0
        for place, term in enumerate(text.split(" + ")):
            assert place == 0 or not term.startswith("\u2212"), "a bare sign after a plus"
            if found := re.fullmatch(r"(\d+) zeros|only zeros", term):
                self.zeros = int(found[1] or 0)
                continue
            factors = [number(part) for part in term.split("\u00b7")]
            self.value += math.prod(factors)
            sizes = [abs(float(factor)) for factor in factors]
            self.slack += ROUNDED * (sum(sizes) if len(sizes) > 1 else 1) + ROUNDED**2
            self.terms += 1


def number(text):
    found = re.fullmatch(r"\((\u2212[\d./]+)\)|(\u2212?[\d./]+)", text)
    assert found, f"“{text}” is no number"
    return Fraction((found[1] or found[2]).replace("\u2212", "-"))


def check_equation(left, sign, right, true, slack):
    """What is written with "=" is exactly so; with "≈" it is near, and some number was rounded."""
    right = number(right)
    if sign == "=":
        assert left == right
    assert abs(float(left) - true) <= slack
    assert abs(float(right) - true) <= ROUNDED


def split_result(data, text, arrow):
    """ "… = 4, after the ReLU 4" → the sum, the sign, the total; what stands after is returned."""
    pattern = rf"(.+?) ([=≈]) (\S+?){arrow}(\S+)" if data["relu"] else r"(.+?) ([=≈]) (\S+)()"
    found = re.fullmatch(pattern, text, re.DOTALL)
    assert found, text
    return found.groups()


def check_result(data, parts, after):
    if data["relu"]:
        assert abs(float(number(after)) - parts["value"]) <= ROUNDED


def test_every_spoken_sum_is_true(written):
    for data, parts, text, _, _ in written:
        if len(parts["planes"]) == 3:
            check_channels(data, parts, text)
            continue
        left, sign, right, after = split_result(data, text, ", after the ReLU ")
        check_result(data, parts, after)
        check_flat(data, parts, left, sign, right)


def check_flat(data, parts, left, sign, right):
    """The sum of one channel, its mean, or the largest of its window."""
    cells = len(data["axis"]["taps"]) ** 2
    if data["op"] == "max_pool":
        values = [number(value) for value in left.removeprefix("the largest of ").split(", ")]
        assert len(values) == cells
        assert max(values) == number(right)
        check_equation(max(values), sign, right, parts["total"], ROUNDED)
    elif data["op"] == "average_pool":
        terms, count = re.fullmatch(r"\((.+)\) / (\d+)", left).groups()
        whole = Sum(terms)
        assert whole.terms == int(count) == cells
        check_equation(whole.value / cells, sign, right, parts["total"], whole.slack / cells)
    else:
        whole = Sum(left)
        assert whole.terms == cells + bool(data["bias"])
        check_equation(whole.value, sign, right, parts["total"], whole.slack)


def check_channels(data, parts, text):
    *channels, last = text.split("; ")
    sums = []
    for name, part, channel in zip(data["planes"], parts["planes"], channels, strict=True):
        terms, sign, right = re.fullmatch(rf"{name} (.+) ([=≈]) (\S+)", channel).groups()
        whole = Sum(terms)
        assert whole.terms == len(data["axis"]["taps"]) ** 2
        check_equation(whole.value, sign, right, part["sum"], whole.slack)
        sums.append(number(right))
    left, sign, right, after = split_result(data, last, ", after the ReLU ")
    together = Sum(left.removeprefix("together "))
    assert together.value == sum(sums) + Fraction(data["bias"])
    check_result(data, parts, after)
    check_equation(together.value, sign, right, parts["total"], together.slack)


@pytest.mark.parametrize("short", [False, True])
def test_every_sum_under_the_grids_is_true(written, short):
    left_out = 0
    for data, parts, _, *texts in written:
        left, sign, right, after = split_result(data, texts[short], "  ReLU → ")
        check_result(data, parts, after)
        cells = len(data["axis"]["taps"]) ** 2
        if found := re.fullmatch(r"(?:largest of  |\()(\d+) numbers(?:\) / (\d+))?", left):
            assert short or cells > 27, "few numbers are all written"
            assert {int(told) for told in found.groups() if told} == {cells}
            assert abs(float(number(right)) - parts["total"]) <= ROUNDED
        elif data["kernels"] is None:
            left = left.replace("largest of  ", "the largest of ")
            check_flat(data, parts, left, sign, right)
        else:
            left_out += check_flow(data, parts, left, sign, right, short)
    assert short or left_out > 50, "sums with zeros left out are among them"


def check_flow(data, parts, left, sign, right, short):
    """Channels, rows or single products; → whether zeros were left out."""
    cells = len(data["axis"]["taps"]) ** 2
    if len(parts["planes"]) == 3:
        names = re.findall("red|green|blue", left)
        assert names == data["planes"]
        expected = len(names)
    else:
        expected = math.isqrt(cells) if short else cells
        assert left.startswith("row by row: ") == short
    whole = Sum(re.sub("red |green |blue |bias |row by row: ", "", left))
    if left.split(" + ")[0] == "only zeros" or "only zeros" in left:
        expected = 0
        assert not np.any(parts["planes"][0]["products"])
    terms = whole.terms - bool(data["bias"])
    assert terms + whole.zeros == expected
    if whole.zeros:
        assert cells > 27, "few products are all written"
        assert whole.zeros == np.sum(np.array(parts["planes"][0]["products"]) == 0)
    check_equation(whole.value, sign, right, parts["total"], whole.slack)
    return whole.zeros > 0


def test_what_is_written_exactly_gets_an_equals_sign(written):
    exact = [one for one in written if written_exactly(*one[:2])]
    assert len(exact) > 500
    for _, parts, spoken, long, _ in exact:
        assert "≈" not in long, (spoken, long)
        if len(parts["planes"]) == 1:
            assert "≈" not in spoken


def written_exactly(data, parts):
    """Whether all numbers are sixteenths below 60, or all have at most two decimals."""
    numbers = [parts["total"], data["bias"]]
    for part in parts["planes"]:
        numbers += [part["sum"], *np.ravel(part["window"])]
        if data["kernels"]:
            numbers += [*np.ravel(part["weights"])]
    values = np.array(numbers, dtype=float)
    sixteenths = (16 * values == np.round(16 * values)).all() and np.abs(values).max() < 60
    return bool(sixteenths or (100 * values == np.round(100 * values)).all())


def test_a_rounded_weight_under_a_zero_makes_nothing_inexact():
    image, kernel = np.zeros((1, 3, 3)), np.array([[[[1 / 17, 0.5]], [[0, 1 / 17]]]]).reshape(2, 2)
    image[0, 0, 1] = 3
    data = stepper_data(Scene(image, kernel[None, None], Sliding(size=2), ("output",)))
    assert compute("[0, 1].map((step) => sumText(value, 0, step))", data) == [
        "0·0.059 + 3·0.5 + 0·0 + 0·0.059 = 1.5",
        "3·0.059 + 0·0.5 + 0·0 + 0·0.059 ≈ 0.18",
    ]


# Single numbers --------------------------------------------------------------------------------


def test_numbers_are_written_as_a_teacher_would():
    written = {
        4: "4",
        -1: "−1",
        0.5: "1/2",
        -0.25: "−1/4",
        1 / 9: "1/9",
        -15 / 16: "−15/16",
        0.1: "0.1",
        -0.2: "−0.2",
        3.9: "3.9",
        0.1234: "0.12",
        -0.001: "−0.001",
        1e-12: "0",
        -1e-12: "0",
        12.34: "12.34",
        -110.999: "−111",
        0.0312: "0.031",
        -0.00391: "−0.0039",
        -1e-4: "−0.0001",
    }
    assert compute("value.map(numberText)", list(written)) == list(written.values())
    signs = compute("value.map((x) => equalsSign(x))", [0.5, 12.34, 0.1234, -110.999])
    assert signs == ["=", "=", "≈", "≈"]


def test_only_denominators_that_are_taught_are_written_as_fractions():
    values = [above / below for below in range(2, 25) for above in range(1, 40)]
    taught = {1, 2, 3, 4, 6, 8, 9, 12, 16}
    for value, text in zip(values, compute("value.map(numberText)", values), strict=True):
        fraction = Fraction(value).limit_denominator(50)
        if fraction.denominator in taught:
            assert text == str(fraction)
        else:
            assert re.fullmatch(r"0|\d+|\d+\.\d*[1-9]", text), (fraction, text)


def test_a_sum_has_fractions_or_decimals_never_both(written):
    seen = {"/": 0, ".": 0}
    for _, _, *texts in written:
        for text in texts:
            numbers = re.findall(r"[\d./]*\d", text.replace(") / ", ") by "))
            kinds = {mark for number in numbers for mark in "./" if mark in number}
            assert len(kinds) < 2, text
            for mark in kinds:
                seen[mark] += 1
    assert min(seen.values()) > 200


def test_a_trained_weight_has_three_digits_in_the_hint():
    values = [0.0123456, -0.456789, 3.14159, 1 / 9, -2, 0.5, 0.1, 1e-12]
    expected = ["≈ 0.0123", "≈ −0.457", "≈ 3.14", "= 1/9", "= −2", "= 1/2", "= 0.1", "= 0"]
    assert compute("value.map(preciseText)", values) == expected


def test_a_written_number_is_near_its_value_and_short():
    random = np.random.default_rng(4)
    values = [*(random.normal(size=400) * 10.0 ** random.integers(-5, 4, 400)), *range(-30, 30)]
    for value, text in zip(values, compute("value.map(numberText)", values), strict=True):
        assert abs(float(number(text)) - value) <= ROUNDED
        assert len(text) <= len("−0.0000012")


READ = {
    "2": 2,
    "-3.5": -3.5,
    "−3.5": -3.5,
    "+4": 4,
    " 7 ": 7,
    "0,25": 0.25,
    ".5": 0.5,
    "5.": 5,
    "1/9": 1 / 9,
    "−1 / 4": -0.25,
    "-0": 0,
    "1e2": 100,
    "1e-3": 0.001,
    "999": 999,
    "-999": -999,
    "0.1": 0.1,
    "½": 0.5,
    "−¾": -0.75,
    "-¼": -0.25,
    "⅓": 1 / 3,
}
REFUSED = {
    "": "empty",
    "   ": "empty",
    "abc": "not a number",
    "NaN": "not a number",
    "0/0": "not a number",
    "1/2/3": "not a number",
    "1.2.3": "not a number",
    "1,2,3": "not a number",
    "1 2": "not a number",
    "--5": "not a number",
    "0x10": "not a number",
    "1_0": "not a number",
    "٣": "not a number",
    "Infinity": "not a number",
    "e": "not a number",
    ".": "not a number",
    "-": "not a number",
    "1e": "not a number",
    "<b>1</b>": "not a number",
    "1e400": "not a number",
    "1/0": "not a number",
    "-7/00": "not a number",
    "½½": "not a number",
    "1½": "not a number",
    "²": "not a number",
    "１": "not a number",
    "1e99": "too large",
    "1e9": "too large",
    "1000": "too large",
    "−999.1": "too large",
    "9" * 5000: "too large",
    "x" * 5000: "not a number",
    "1/" + "9" * 5000: None,
}


def test_a_typed_number_is_read_or_refused_in_one_sentence():
    typed = [*READ, *REFUSED]
    found = compute(f"value.map((text) => readNumber(text, {LIMIT}))", typed)
    for text, answer in zip(typed, found, strict=True):
        if text in READ:
            assert answer == {"value": READ[text]}
        elif REFUSED[text] is None:
            assert answer == {"value": 0}
        else:
            assert list(answer) == ["refusal"]
            assert REFUSED[text] in answer["refusal"]
            assert len(answer["refusal"]) < 90
            sentence = answer["refusal"].rpartition("”")[2]
            assert sentence.endswith(".")
            assert ". " not in sentence


def test_nothing_that_is_not_finite_or_too_large_gets_through():
    random = np.random.default_rng(5)
    letters = list("0123456789+-−.,/eE nN")
    typed = ["".join(random.choice(letters, random.integers(1, 9))) for _ in range(4000)]
    found = compute(f"value.map((text) => readNumber(text, {LIMIT}))", typed)
    read = [answer["value"] for answer in found if "value" in answer]
    assert 300 < len(read) < 3700
    assert all(value is not None and abs(value) <= LIMIT for value in read)
    # None stands for NaN and infinity, which JSON does not have.
    assert all(set(answer) in ({"value"}, {"refusal"}) for answer in found)


def test_a_number_that_is_shown_is_read_back_as_it_was():
    values = [0, 1, -1, 0.5, -0.25, 1 / 3, -2 / 9, 12.34, 999, -999, 0.03]
    expression = (
        f"value.map((x) => readNumber(numberText(x).replace('\\u2212', '-'), {LIMIT}).value)"
    )
    assert compute(expression, values) == pytest.approx(values, abs=1e-12)
