"""The stepper's script under Node against Python, and its page under AppTest."""

import itertools
import json
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dlviz.core.kernels import KERNELS
from dlviz.figures.colours import GREY, SIGNED, signed_colours
from dlviz.figures.convolution import stepper_data
from dlviz.io.grids import GRIDS
from dlviz.ui.components.stepper import script

PAGE = Path(__file__).parents[2] / "pages" / "convolution.py"
SMALLEST_CELL = 26  # holds a number of 14 px
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")


def in_node(expression, value):
    """Evaluate a JavaScript expression of ``value`` with the component's script around it."""
    program = f"{script()}\nconst value = {json.dumps(value)};\n"
    program += f"process.stdout.write(JSON.stringify({expression}));"
    done = subprocess.run(
        ["node", "--input-type=module"],
        input=program,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_the_bundle_has_one_default_export_and_no_import():
    assert len(re.findall(r"^export default ", script(), re.MULTILINE)) == 1
    assert not re.findall(r"^import ", script(), re.MULTILINE)


@needs_node
@pytest.mark.parametrize("theme", SIGNED)
def test_both_sides_paint_the_same_colours(theme):
    scales = stepper_data("lecture", "x")["scales"][theme]
    values = [*np.linspace(-1.3, 1.3, 301), *np.random.default_rng(0).normal(size=200)]
    painted = in_node(
        "value.numbers.map((x) => signedColour(decodeTable(value.table), x, 1.1))",
        {"table": scales["signed"], "numbers": values},
    )
    assert painted == signed_colours(values, 1.1, theme).tolist()
    grey = in_node(
        "[0, 0.5, 1].map((x) => colourAt(decodeTable(value), x))",
        scales["grey"],
    )
    assert grey == GREY[[0, 128, 256]].tolist()


def value_of(text):
    """What a written sum comes to, worked out exactly: products of Fractions, added."""
    plain = text.replace("\u2212", "-").replace("(", "").replace(")", "")
    total = Fraction(0)
    for term in plain.split(" + "):
        pixel, weight = term.split("\u00b7")
        total += Fraction(pixel) * Fraction(weight)
    return total


@needs_node
@pytest.mark.parametrize("kernel", KERNELS)
def test_every_written_sum_is_true(kernel):
    settings = list(itertools.product(GRIDS, (0, 2)))
    datas = [stepper_data(grid, kernel, padding=padding) for grid, padding in settings]
    sums = in_node("value.map((d) => d.output.map((_, step) => sumText(d, step)))", datas)
    for data, texts in zip(datas, sums, strict=True):
        for step, text in enumerate(texts):
            left, sign, right = re.fullmatch(r"(.+) ([=≈]) (\S+)", text).groups()
            shown = Fraction(right.replace("\u2212", "-"))
            assert abs(value_of(left) - Fraction(data["output"][step])) < 1e-9
            assert shown == value_of(left) if sign == "=" else abs(shown - value_of(left)) < 0.01


@needs_node
def test_numbers_are_written_as_a_teacher_would():
    values = [4, -1, 0.5, -0.25, 1 / 9, 0.1234, -0.001, 1e-12, 12.34]
    written = in_node("value.map(numberText)", values)
    assert written == ["4", "−1", "1/2", "−1/4", "1/9", "0.12", "0.00", "0", "12.34"]
    assert in_node("value.map(equalsSign)", [0.5, 12.34, 0.1234]) == ["=", "=", "≈"]


@needs_node
@pytest.mark.parametrize("width", [340, 358, 500, 640, 760, 1120, 1800])
def test_nothing_overflows_overlaps_or_gets_too_small(width):
    shapes = []
    for stride, padding in itertools.product((1, 2, 3), (0, 1, 2)):
        data = stepper_data("lecture", "x", stride=stride, padding=padding)
        side = 7 + 2 * padding
        output = [data["rows"], data["columns"]]
        shapes.append({"input": [side, side], "kernel": [3, 3], "output": output})
    text = {"whole": 620, "row": 165}
    placed = in_node(
        "value.shapes.map((s) => arrange(value.width, s, value.text))",
        {"shapes": shapes, "text": text, "width": width},
    )
    for layout in placed:
        boxes = [layout[name] for name in ("input", "kernel", "product", "output")]
        for box in boxes:
            assert box["cell"] >= SMALLEST_CELL
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] >= 20, "room for the label"
            assert box["y"] + box["height"] <= layout["height"]
        for one, other in itertools.combinations(boxes, 2):
            apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            above = one["y"] + one["height"] <= other["y"] or (
                other["y"] + other["height"] <= one["y"]
            )
            assert apart or above
        assert layout["sum"]["bottom"] <= layout["height"]
    if width >= 1120:
        assert placed[0]["mode"] == "wide"
        assert placed[0]["height"] < 400, "title, choices, stepper: one projected screen"


@pytest.fixture
def open_page(monkeypatch):
    """Run the page as with torch loaded, at an address."""
    monkeypatch.setattr("dlviz.ui.engine.need_torch", lambda _lab: None)

    def run(**address):
        test = AppTest.from_file(str(PAGE), default_timeout=60)
        for name, value in address.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception, test.exception
        return test

    return run


def texts(test):
    return " ".join(item.value for item in [*test.markdown, *test.latex])


def test_the_page_opens_on_the_lectures_convolution(open_page):
    test = open_page()
    assert test.selectbox(key="grid").value == "lecture"
    assert test.selectbox(key="kernel").value == "x"
    assert r"7 + 2\cdot0 - 3" in texts(test)
    assert "✓ Equal to torch.nn.functional.conv2d" in texts(test)
    assert not test.query_params


def test_the_address_holds_registry_names_and_follows_the_choice(open_page):
    test = open_page(kernel="sobel_x", grid="impulse", photo="coffee", padding="1")
    assert test.selectbox(key="kernel").value == "sobel_x"
    assert test.selectbox(key="photo").value == "coffee"
    assert test.number_input(key="padding").value == 1
    test.selectbox(key="kernel").set_value("box").run()
    assert test.query_params["kernel"] == "box"
    test.selectbox(key="kernel").set_value("x").run()
    assert "kernel" not in test.query_params
    # Back in the browser: the address changes, the choice follows.
    test.query_params["kernel"] = "emboss"
    test.run()
    assert test.selectbox(key="kernel").value == "emboss"


@pytest.mark.parametrize(
    "address",
    [
        {"kernel": "nonsense", "grid": "", "photo": "../../etc"},
        {"stride": "0", "padding": "-3"},
        {"stride": "1e9", "padding": "abc", "step": "99999999"},
        {"kernel": "x" * 5000, "step": "NaN"},
    ],
)
def test_a_bad_address_shows_the_default(open_page, address):
    test = open_page(**address)
    assert test.selectbox(key="kernel").value == "x"
    assert test.number_input(key="stride").value == 1
    assert test.number_input(key="padding").value == 0


def test_the_half_turn_is_one_click_away(open_page):
    test = open_page(stride="2")
    test.button[0].click().run()
    assert not test.exception
    assert test.selectbox(key="grid").value == "impulse"
    assert test.query_params["kernel"] == "sobel_x"
    assert r"{7 + 2\cdot0 - 3}{1}" in texts(test)
