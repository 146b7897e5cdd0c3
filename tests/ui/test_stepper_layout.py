"""Where the stepper puts things, under Node: nothing overflows, overlaps or gets too small."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dlviz.core.kernels import KERNELS
from dlviz.core.sliding import Sliding
from dlviz.figures.stepping import Scene, stepper_data
from dlviz.io.grids import GRIDS
from dlviz.ui.components.stepper import script
from tests.ui.node import in_node, needs_node
from tests.ui.stepper_scenes import random_scenes

pytestmark = needs_node

WIDTHS = [340, 358, 382, 500, 600, 607, 608, 640, 700, 760, 900, 1000, 1120, 1366, 1800]
READABLE = 26  # a cell that holds a number of 14 px
LABEL = 24  # a grid's label stands in so many pixels above it
PARTS = ("inputs", "kernels", "products", "outputs")
# A context that measures as a usual sans serif does; bold is a little wider.
CONTEXT = """({
  font: "",
  measureText(text) {
    const [, weight, points] = /^(\\d+) (\\d+)px/.exec(this.font);
    return { width: text.length * points * (weight > 500 ? 0.56 : 0.53) };
  },
})"""


def compute(expression, value):
    return in_node(script(), expression, value)


def arranged(width, shapes, height=400):
    """``height``: how many pixels the screen leaves for the grids."""
    return compute(
        "value.shapes.map((shapes) => arrange(value.width, shapes, value.height))",
        {"width": width, "shapes": shapes, "height": height},
    )


def every_shape():
    """Sides that go together: an input with its border, a kernel, what can come out of them."""
    random = np.random.default_rng(0)
    shapes = []
    for side, kernel in itertools.product([3, 4, 5, 7, 8, 9, 10, 12, 16, 22, 34, 52], range(1, 8)):
        if kernel > side:
            continue
        outputs = {side - kernel + 1, (side - kernel) // 2 + 1, 1}
        for output, maps, planes in itertools.product(outputs, [1, 2, 3, 4], [1, 3]):
            if output <= 34 and random.random() < 0.5:
                shapes.append(
                    shape(side, kernel, output, maps, planes, bool(random.random() < 0.8))
                )
    # The widest there are: 16 cells, stretched by a stride of 4, and a dilated kernel of 7×7.
    shapes += [shape(97, 7, 79, maps, planes) for maps in (1, 4) for planes in (1, 3)]
    return shapes


def shape(side, kernel, output, maps=1, planes=1, weighted=True):
    return {
        "planes": planes,
        "input": side,
        "kernel": kernel,
        "output": output,
        "maps": maps,
        "weighted": weighted,
    }


SHAPES = every_shape()


def boxes(layout):
    return [(name, box) for name in PARTS for box in layout[name]]


def span(box, above=0):
    """(left, top, right, bottom), with room above."""
    return box["x"], box["y"] - above, box["x"] + box["width"], box["y"] + box["height"]


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_or_overlaps_and_labels_have_room(width):
    for layout, asked in zip(arranged(width, SHAPES), SHAPES, strict=True):
        placed = boxes(layout)
        counts = [len(layout[name]) for name in PARTS]
        planes = asked["planes"]
        assert counts == [planes, planes * asked["weighted"], planes, asked["maps"]]
        for name, box in placed:
            side = {"inputs": "input", "outputs": "output"}.get(name, "kernel")
            assert box["rows"] == box["columns"] == asked[side]
            assert box["width"] == box["height"] == box["cell"] * asked[side]
            left, top, right, bottom = span(box, LABEL)
            assert left >= 0, (asked, name)
            assert right <= width, (asked, name)
            assert top >= 0, (asked, name)
            assert bottom <= layout["under"], (asked, name)
        for (name, one), (other_name, other) in itertools.combinations(placed, 2):
            assert not meet(span(one, LABEL), span(other, LABEL)), (asked, name, other_name)
        for total, product in zip(layout["sums"], layout["products"], strict=False):
            below = (total["x"], total["y"], total["x"] + 90, total["y"] + total["height"])
            assert total["y"] >= product["y"] + product["height"]
            assert below[3] <= layout["under"] + 1
            for name, box in placed:
                assert not meet(below, span(box, LABEL)), (asked, "sum", name)


@pytest.mark.parametrize("width", WIDTHS)
def test_cells_stay_large_enough(width):
    for layout, asked in zip(arranged(width, SHAPES), SHAPES, strict=True):
        least = 1 if asked["input"] > 52 else 2
        for name, box in boxes(layout):
            assert box["cell"] >= least, (asked, name)
            assert box["cell"] <= 44
        if asked["planes"] == 1 and asked["input"] <= 9:
            assert layout["inputs"][0]["cell"] >= READABLE, asked
        if asked["planes"] == asked["maps"] == 1 and asked["input"] <= 9:
            assert layout["outputs"][0]["cell"] >= READABLE, asked
        if asked["planes"] == 1 and asked["kernel"] <= 5:
            assert layout["products"][0]["cell"] >= READABLE, asked


def test_the_usual_view_shares_a_screen_with_the_controls():
    """The lecture's 7×7 with 3×3: as large as the screen allows, and always to be read."""
    for height in (0, 240, 270, 303, 400, 2000):
        (layout,) = arranged(1120, [shape(7, 3, 5)], height)
        assert layout["mode"] == "wide"
        assert layout["under"] <= min(308, max(240, height)) + 42
        assert min(box["cell"] for _, box in boxes(layout)) >= READABLE
        assert layout["inputs"][0]["cell"] == 44 or height < 308


@pytest.mark.parametrize("height", [-50, 240, 300])
def test_a_low_screen_takes_nothing_away_from_order_and_little_from_size(height):
    for layout, asked in zip(arranged(1120, SHAPES, height), SHAPES, strict=True):
        for (_, one), (_, other) in itertools.combinations(boxes(layout), 2):
            assert not meet(span(one, LABEL), span(other, LABEL)), asked
        assert all(span(box)[3] <= layout["under"] for _, box in boxes(layout))
        if asked["planes"] == 1 and asked["input"] <= 9:
            assert layout["inputs"][0]["cell"] >= READABLE, asked


def test_a_point_is_found_in_the_cell_that_is_drawn_there():
    shapes = SHAPES[::9]
    found = compute(
        """value.map((shapes) => {
          const layout = arrange(1000, shapes);
          return ["inputs", "kernels", "outputs"].flatMap((kind) =>
            layout[kind].flatMap((placed, index) =>
              [[0, 0], [placed.rows - 1, 0], [placed.rows >> 1, placed.rows - 1]].map((cell) => {
                const box = boxOf(placed, ...cell);
                const at = partAt(layout, box.x + box.width / 2, box.y + box.height - 0.5);
                return [kind, index, cell, at?.kind, at?.index, at?.cell];
              })));
        })""",
        shapes,
    )
    for kind, index, cell, *at in itertools.chain.from_iterable(found):
        assert at == [kind, index, cell]
    nowhere = "[[-3, 5], [5, 5], [9999, 9999]].map(([x, y]) => partAt(arrange(1000, value), x, y))"
    assert compute(nowhere, shape(7, 3, 5)) == [None, None, None]


# Numbers and labels ----------------------------------------------------------------------------


def decided(*grids):
    """How grids, (values, px of a cell), are written: None, or their size and their texts."""
    return compute(
        f"""value.map(([values, side]) => {{
          const found = lettering({CONTEXT}, values, side, {{ font: "sans" }});
          return found && [found.points, values.map(found.text)];
        }})""",
        grids,
    )


SIXTEENTHS = [0.0625, 0, 0.375]
MIXED = [*SIXTEENTHS, 0.1]


@pytest.mark.parametrize(
    ("values", "side", "expected"),
    [
        (SIXTEENTHS, 46, [18, ["1/16", "0", "3/8"]]),
        (SIXTEENTHS, 32, [14, ["1/16", "0", "3/8"]]),
        (SIXTEENTHS, 31, [14, [".06", "0", ".38"]]),
        # One without a fraction: no fractions at all.
        (MIXED, 46, [15, ["0.063", "0", "0.38", "0.1"]]),
        (MIXED, 32, [14, [".063", "0", ".38", ".1"]]),
        (MIXED, 25, [14, [".06", "0", ".38", ".1"]]),
        (MIXED, 18, [14, [".1", "0", ".4", ".1"]]),
        (MIXED, 13, None),
        ([999, 0, -111, 5], 40, [16, ["999", "0", "−111", "5"]]),
        ([999, 0, -111, 5], 28, None),  # not even the short ones
        ([-110.999, 0.75, 5], 44, [17, ["−111", "1", "5"]]),
        ([-10.6, 3.2], 25, [14, ["−11", "3"]]),
        ([-4.6, 3.2], 25, None),  # −5 and 3 would be other numbers
        ([-0.94, 10.5], 48, [15, ["−0.94", "10.5"]]),
        ([-0.94, 10.5], 32, [14, ["−.94", "10.5"]]),  # only a leading zero goes
        ([0.0004, 0.3], 25, [14, [".00", ".3"]]),  # what is not 0 does not look it
    ],
)
def test_all_numbers_of_a_grid_are_written_in_one_style_and_size(values, side, expected):
    assert decided((values, side)) == [expected]


def test_no_written_number_is_wider_than_its_cell():
    random = np.random.default_rng(9)
    grids = []
    for _ in range(200):
        count = int(random.integers(1, 30))
        values = random.normal(size=count) * 10.0 ** random.integers(-3, 3, count)
        grids.append((values.round(4).tolist(), int(random.integers(14, 60))))
    found = [one for one in zip(grids, decided(*grids), strict=True) if one[1]]
    assert 50 < len(found) < 200
    for (values, side), (points, texts) in found:
        assert 14 <= points <= 20
        assert max(map(len, texts)) * 0.53 * points <= side - 2
        for value, text in zip(values, texts, strict=True):
            places = len(text.partition(".")[2])
            shown = float(text.replace("−", "-"))
            assert abs(shown - value) <= 0.5 * 10.0**-places + 1e-9 or shown == round(value, 2)


def test_a_label_ends_before_the_next_grid():
    asked = [
        ("kernel", ["turned 180°", "↻"], 200),
        ("kernel", ["turned 180°", "↻"], 90),
        ("kernel", ["turned 180°"], 90),
        ("Gaussian blur (red only)", ["5×5"], 120),
        ("output", ["5×5"], 10),
    ]
    found = compute(
        f"value.map((one) => fittingLabel({CONTEXT}, ...one, {{ font: 'sans' }}))", asked
    )
    said = [(label["name"], label["beside"]) for label in found]
    assert said[:3] == [("kernel", "turned 180°"), ("kernel", "↻"), ("kernel", "")]
    assert said[3] == ("Gaussian blu…", "")
    assert said[4] == ("o…", "")
    for (_, _, room), label in zip(asked[:4], found, strict=False):
        end = label["start"] + 15 * 0.53 * len(label["beside"])
        assert (end if label["beside"] else 16 * 0.56 * len(label["name"])) <= room


def test_a_label_has_the_room_up_to_the_next_grid_in_its_line():
    layouts = [one for width in (340, 760, 1120) for one in arranged(width, SHAPES[::5])]
    rooms = compute(
        """value.layouts.map((layout) => Object.fromEntries(value.parts
          .filter((kind) => layout[kind].length)
          .map((kind) => [kind, labelRoom(layout, kind)])))""",
        {"layouts": layouts, "parts": PARTS},
    )
    for layout, room in zip(layouts, rooms, strict=True):
        placed = boxes(layout)
        for name, box in placed:
            assert room[name] >= min(box["width"], 40)
            strip = (box["x"], box["y"] - LABEL, box["x"] + room[name], box["y"])
            assert strip[2] <= layout["width"]
            for _, other in placed:
                assert other is box or not meet(strip, span(other, LABEL))


# The sum under the grids -----------------------------------------------------------------------


def registry_scenes():
    """What visitors see: kernels of any size on many inputs, colour and pooling among them."""
    scenes = []
    for place, kernel in enumerate(KERNELS.values()):
        grid = list(GRIDS.values())[place % len(GRIDS)]
        size = (kernel.natural, 5, 7)[place % 3]
        image = grid.at(grid.fixed or 12, seed=place)
        scenes.append(Scene(image, kernel.at(size)[None, None], Sliding(size=size), ("output",)))
    return scenes


@pytest.mark.parametrize("width", [332, 374, 600, 752, 1112])
def test_every_steps_sum_fits_the_lines_that_are_kept_for_it(width):
    scenes = [*random_scenes(30, seed=8, largest=14), *registry_scenes()]
    datas = [stepper_data(scene) for scene in scenes]
    found = compute(
        f"""value.datas.map((d) => {{
          const context = {CONTEXT};
          const theme = {{ font: "sans" }};
          return d.maps.map((_, map) => {{
            const plan = planSum(context, d, (step) => stepParts(d, map, step), value.width, theme);
            const lines = Array.from({{ length: d.count ** 2 }}, (_, step) =>
              linesOf(context, d, stepParts(d, map, step), plan, theme));
            return {{
              ...plan,
              used: Math.max(...lines.map((one) => one.length)),
              widest: Math.max(...lines.flat().map((line) => line.width)),
              least: Math.min(...lines.flat().flatMap((line) =>
                line.pieces.map((piece) => parseInt(piece.font.slice(4))))),
            }};
          }});
        }})""",
        {"datas": datas, "width": width},
    )
    for scene, plans in zip(scenes, found, strict=True):
        for plan in plans:
            assert plan["least"] >= 14
            assert plan["line"] >= 1.4 * plan["points"]
            assert plan["height"] == plan["lines"] * plan["line"]
            assert plan["used"] <= plan["lines"] <= 6, scene.sliding
            assert plan["widest"] <= width, scene.sliding
