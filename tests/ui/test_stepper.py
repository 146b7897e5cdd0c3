"""The stepper's arithmetic under Node against NumPy, torch and ``dlviz.core.sliding``."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from dlviz.core.convolution import library
from dlviz.core.sliding import BORDERS, OPS, PADDINGS
from dlviz.figures.colours import GREY, SIGNED, signed_colours
from dlviz.figures.stepping import stepper_data
from dlviz.ui.components.stepper import script
from tests.ui.node import in_node, needs_node
from tests.ui.stepper_scenes import drawn_by_numpy, random_scenes, step_of_window

SCENES = random_scenes(300)
DATAS = [stepper_data(scene) for scene in SCENES]


def compute(expression, value):
    return in_node(script(), expression, value)


# The bundle ------------------------------------------------------------------------------------


def test_the_bundle_has_one_default_export_and_no_import():
    assert len(re.findall(r"^export default ", script(), re.MULTILINE)) == 1
    assert not re.findall(r"^\s*import\b", script(), re.MULTILINE)


@needs_node
def test_the_bundle_is_one_valid_module():
    assert compute("typeof mount", None) == "function"


# The numbers -----------------------------------------------------------------------------------


def test_the_scenes_have_every_setting():
    seen = [scene.sliding for scene in SCENES]
    assert {sliding.op for sliding in seen} == set(OPS)
    convolved = [sliding for sliding in seen if sliding.op == "convolution"]
    assert {(sliding.padding, sliding.border) for sliding in convolved} >= {
        (padding, border) for padding in PADDINGS for border in BORDERS
    }
    for op in ("convolution", "transposed"):
        there = [scene for scene in SCENES if scene.sliding.op == op]
        for name in ("turned", "relu", "depthwise", "bias"):
            assert {bool(getattr(scene.sliding, name)) for scene in there} == {True, False}
        assert {len(scene.image) for scene in there} == {1, 3}
        assert {scene.sliding.size for scene in there} == set(range(1, 8))
    assert min(scene.sliding.margins()[0] for scene in SCENES) < 0, "a cut one"
    assert max(len(data["axis"]["uncovered"]) for data in DATAS) > 0


@needs_node
def test_every_output_is_the_servers_to_the_last_bit():
    computed = compute("value.map(outputsOf)", DATAS)
    for scene, data, found in zip(SCENES, DATAS, computed, strict=True):
        expected = scene.output()
        shape = (len(data["maps"]), data["count"], data["count"])
        np.testing.assert_array_equal(np.reshape(found["outputs"], shape), expected)


def window_by_numpy(scene, plane, step, count):
    """k×k numbers under the window, sliced out of the picture with its border."""
    sliding = scene.sliding
    dilation = 1 if sliding.pools else sliding.dilation
    reach = dilation * (sliding.size - 1) + 1
    row, column = (place * step_of_window(sliding) for place in divmod(step, count))
    drawn = drawn_by_numpy(scene.image[plane], sliding)
    return drawn[row : row + reach : dilation, column : column + reach : dilation]


@needs_node
def test_every_part_of_a_step_is_what_numpy_slices_multiplies_and_adds():
    random = np.random.default_rng(1)
    asked = []
    for data in DATAS:
        steps = random.integers(0, data["count"] ** 2, 2).tolist()
        asked.append([(map_, step) for map_ in range(len(data["maps"])) for step in steps])
    computed = compute(
        "value.datas.map((d, at) => value.asked[at].map(([m, s]) => stepParts(d, m, s)))",
        {"datas": DATAS, "asked": asked},
    )
    for scene, data, places, found in zip(SCENES, DATAS, asked, computed, strict=True):
        expected = scene.output().reshape(len(data["maps"]), -1)
        for (map_, step), parts in zip(places, found, strict=True):
            check_parts(scene, data, map_, step, parts)
            assert parts["value"] == expected[map_, step]


def check_parts(scene, data, map_, step, parts):
    sliding = scene.sliding
    alone = sliding.pools or sliding.depthwise
    planes = [map_] if alone else range(len(scene.image))
    assert [part["plane"] for part in parts["planes"]] == list(planes)
    for part in parts["planes"]:
        window = window_by_numpy(scene, part["plane"], step, data["count"])
        np.testing.assert_array_equal(part["window"], window)
        if sliding.pools:
            continue
        kernel = scene.kernels[map_, 0 if alone else part["plane"]]
        turns = 2 * (sliding.turned != (sliding.op == "transposed"))
        np.testing.assert_array_equal(part["weights"], np.rot90(kernel, turns))
        np.testing.assert_array_equal(part["products"], window * np.rot90(kernel, turns))
        assert part["sum"] == pytest.approx(np.sum(part["products"]), abs=1e-9)
    total = parts["total"]
    assert parts["value"] == (max(total, 0) if sliding.relu else total)
    if not sliding.pools:
        sums = sum(part["sum"] for part in parts["planes"])
        assert total == pytest.approx(sums + sliding.bias, abs=1e-9)


@needs_node
def test_the_winner_stands_where_torch_says():
    pooled = [scene for scene in SCENES if scene.sliding.op == "max_pool"]
    datas = [stepper_data(scene) for scene in pooled]
    computed = compute(
        """value.map((d) => d.maps.map((_, m) =>
          Array.from({ length: d.count ** 2 }, (_, s) => stepParts(d, m, s).winner)))""",
        datas,
    )
    tied = 0
    for scene, data, found in zip(pooled, datas, computed, strict=True):
        count, side = data["count"], scene.length
        size, stride = scene.sliding.size, scene.sliding.stride
        _, places = torch.nn.functional.max_pool2d(
            torch.from_numpy(scene.image), size, stride, return_indices=True
        )
        starts = stride * np.stack(np.divmod(np.arange(count**2), count), -1)
        winners = np.array(found) + starts
        assert (winners[..., 0] * side + winners[..., 1]).tolist() == places.flatten(1).tolist()
        windows = torch.nn.functional.unfold(
            torch.from_numpy(scene.image)[:, None], size, stride=stride
        )
        tied += int(((windows == windows.amax(1, keepdim=True)).sum(1) > 1).sum())
    assert tied > 50, "the first of equal ones is what is tested"


@needs_node
def test_the_largest_product_of_each_map_sets_its_colours():
    some = slice(None, None, 4)
    computed = compute("value.map((d) => outputsOf(d).products)", DATAS[some])
    for scene, data, found in zip(SCENES[some], DATAS[some], computed, strict=True):
        for map_, largest in enumerate(found):
            assert largest == pytest.approx(largest_product(scene, data, map_), rel=1e-12)


def largest_product(scene, data, map_):
    """In a window or its products, over all steps of one map."""
    sliding = scene.sliding
    alone = sliding.pools or sliding.depthwise
    turns = 2 * (sliding.turned != (sliding.op == "transposed"))
    most = 0.0
    for plane in [map_] if alone else range(len(scene.image)):
        kernel = 1 if sliding.pools else np.rot90(scene.kernels[map_, 0 if alone else plane], turns)
        for step in range(data["count"] ** 2):
            products = window_by_numpy(scene, plane, step, data["count"]) * kernel
            most = max(most, float(np.abs(products).max()))
    return most


# What is connected -----------------------------------------------------------------------------


@needs_node
def test_an_input_cell_reaches_the_outputs_that_its_impulse_reaches_in_torch():
    random = np.random.default_rng(2)
    cells = [random.integers(0, scene.length, (5, 2)).tolist() for scene in SCENES]
    computed = compute(
        "value.datas.map((d, at) => value.cells[at].map((cell) => stepsReached(d, ...cell)))",
        {"datas": DATAS, "cells": cells},
    )
    silent = 0
    for scene, asked, found in zip(SCENES, cells, computed, strict=True):
        for cell, steps in zip(asked, found, strict=True):
            expected = np.flatnonzero(impulse_response(scene, *cell))
            assert steps == expected.tolist(), (scene.sliding, cell)
            silent += not steps
    assert silent > 5, "cells under no window are among them"


def impulse_response(scene, row, column):
    """What one lit cell gives with a kernel of ones: not zero wherever it takes part."""
    op = "average_pool" if scene.sliding.pools else scene.sliding.op
    plain = replace(scene.sliding, op=op, bias=0.0, relu=False, depthwise=False)
    impulse = np.zeros((1, scene.length, scene.length))
    impulse[0, row, column] = 1
    ones = np.ones((1, 1, plain.size, plain.size))
    return library(impulse, ones, plain).numpy().ravel()


@needs_node
def test_borders_and_stretched_inputs_show_what_np_pad_puts_there():
    computed = compute(
        """value.map((d) => {
          const side = d.axis.drawn.map((_, place) => place);
          const all = (of) => side.map((row) => side.map((column) => of(row, column)));
          return {
            planes: d.planes.map((_, p) => all((row, column) => drawnValue(d, p, row, column))),
            own: all((row, column) => isOwn(d, row, column)),
            copies: d.image[0].map((_, cell) => placesShowing(d, cell)),
          };
        })""",
        DATAS,
    )
    for scene, found in zip(SCENES, computed, strict=True):
        sliding = scene.sliding
        for plane, drawn in zip(scene.image, found["planes"], strict=True):
            np.testing.assert_array_equal(drawn, drawn_by_numpy(plane, sliding))
        inside = drawn_by_numpy(np.ones((scene.length,) * 2), replace(sliding, border="zeros"))
        np.testing.assert_array_equal(found["own"], inside == 1)
        numbered = np.add.outer(np.zeros(scene.length, int), np.arange(1, scene.length + 1))
        columns = drawn_by_numpy(numbered, sliding).max(axis=0)  # zero rows do not count
        for cell, places in enumerate(found["copies"]):
            assert places == np.flatnonzero(columns == cell + 1).tolist()


@needs_node
def test_what_is_typed_into_a_shown_cell_lands_in_that_cell():
    computed = compute(
        """value.map((d) => {
          const shownMap = (index) => d.separate && d.planes.length > 1 ? index : d.maps.length - 1;
          const editor = Object.create(CellEditor.prototype);
          editor.owner = { data: d, shownMap };
          const all = (side, of) => side.map((_, row) => side.map((_, column) => of(row, column)));
          const each = (of) => d.planes.map((_, index) => of(index));
          const at = (kind, index) => (row, column) => {
            const target = { kind, index, cell: [row, column] };
            return editor.place(target) === null ? null : editor.valueAt(target);
          };
          return {
            inputs: each((index) => all(d.axis.drawn, at("inputs", index))),
            kernels: d.kernels && each((index) => all(d.axis.taps, at("kernels", index))),
            shown: d.kernels && each((index) => weightsOf(d, shownMap(index), index)),
          };
        })""",
        DATAS,
    )
    for scene, found in zip(SCENES, computed, strict=True):
        assert found["kernels"] == found["shown"]
        inside = drawn_by_numpy(
            np.ones((scene.length,) * 2), replace(scene.sliding, border="zeros")
        )
        for plane, typed in zip(scene.image, found["inputs"], strict=True):
            drawn = drawn_by_numpy(plane, scene.sliding)
            expected = np.where(inside == 1, drawn, np.nan)
            np.testing.assert_array_equal(np.array(typed, dtype=float), expected)


@needs_node
def test_the_hint_names_the_rows_that_a_window_sees_and_counts_the_outputs_of_a_cell():
    random = np.random.default_rng(7)
    asked = []
    for scene, data in zip(SCENES, DATAS, strict=True):
        own = np.argwhere(cell_numbers(scene) > 0)
        outputs = random.integers(0, data["count"], 2).tolist()
        asked.append(
            {"output": outputs, "place": random.choice(own).tolist() if len(own) else None}
        )
    computed = compute(
        """value.datas.map((d, at) => {
          const { output, place } = value.asked[at];
          const say = (kind, cell) =>
            hintFor(d, outputsOf(d).outputs, { kind, index: 0, cell }, (index) => index);
          return [say("outputs", output), place && say("inputs", place)];
        })""",
        {"datas": DATAS, "asked": asked},
    )
    for scene, places, (seen, reached) in zip(SCENES, asked, computed, strict=True):
        drawn, (down, across) = cell_numbers(scene), places["output"]
        rows = under_window(scene, drawn.max(axis=1), down)
        columns = under_window(scene, drawn.max(axis=0), across)
        assert told(seen, "row") == [(one - 1) // scene.length + 1 for one in rows if one]
        assert told(seen, "column") == [(one - 1) % scene.length + 1 for one in columns if one]
        assert seen.count("border") == (0 in rows and max(rows) > 0) + (
            0 in columns and max(columns) > 0
        )
        if places["place"]:
            cell = np.divmod(drawn[tuple(places["place"])] - 1, scene.length)
            count = np.count_nonzero(impulse_response(scene, *map(int, cell)))
            words = f"part in {count} output" if count else "no window ever looks here"
            assert words in reached


def cell_numbers(scene):
    """The drawn input with its cells numbered from 1, row by row; 0 for whatever is no input."""
    numbers = np.arange(1, scene.length**2 + 1).reshape(scene.length, -1)
    return drawn_by_numpy(numbers, replace(scene.sliding, border="zeros"))


def under_window(scene, line, output):
    dilation = 1 if scene.sliding.pools else scene.sliding.dilation
    first = output * step_of_window(scene.sliding)
    return line[first : first + dilation * (scene.sliding.size - 1) + 1 : dilation].tolist()


def told(sentence, noun):
    """The rows or columns that a hint names."""
    seen = sentence.partition("sees ")[2]
    found = re.search(rf"(?<!no ){noun}s? (\d+)(?:–(\d+)|((?:, \d+)*))", seen)
    if found is None:
        assert f"no {noun} of its own" in seen
        return []
    if found[2]:
        return list(range(int(found[1]), int(found[2]) + 1))
    return [int(number) for number in re.findall(r"\d+", found[0])]


# Colours and films -----------------------------------------------------------------------------


@needs_node
@pytest.mark.parametrize("theme", SIGNED)
def test_both_sides_paint_the_same_colours(theme):
    scales = DATAS[0]["scales"][theme]
    values = [*np.linspace(-1.3, 1.3, 301), *np.random.default_rng(0).normal(size=200)]
    painted = compute(
        "value.numbers.map((x) => signedColour(decodeTable(value.table), x, 1.1))",
        {"table": scales["signed"], "numbers": values},
    )
    assert painted == signed_colours(values, 1.1, theme).tolist()
    grey = compute(
        "[0, 0.5, 1].map((x) => colourAt(decodeTable(value), x))",
        scales["grey"],
    )
    assert grey == GREY[[0, 128, 256]].tolist()


@needs_node
def test_a_film_shows_every_step_or_evenly_spread_ones_from_the_first_to_the_last():
    counts = [side**2 for side in range(1, 80)]
    for count, steps in zip(counts, compute("value.map(filmSteps)", counts), strict=True):
        assert (steps[0], steps[-1]) == (0, count - 1)
        assert len(steps) == min(count, 200)
        gaps = np.diff(steps)
        assert gaps.min(initial=1) >= 1
        assert np.ptp(gaps) <= 1 if len(gaps) else count == 1
