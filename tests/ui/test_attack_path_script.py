"""The path's component under Node: its arithmetic is Python's, and it says what it shows."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch

from dlviz.core.attacks import masks
from dlviz.figures.attack import Study
from dlviz.figures.attack_path import DEPTH, Recipe, Step, Walk
from dlviz.figures.attack_path_scene import scene
from dlviz.ui.components.attack_path import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
ODD = (3, 5, 7)  # 105 values: the last byte holds only one


def node(expression, value=None):
    return in_node(script(), expression, value)


def path(count=4):
    """A made-up path of noise on a made-up picture."""
    draw = np.random.default_rng(1)
    pixels = torch.from_numpy(draw.integers(0, 256, ODD).astype(np.uint8))
    clean = torch.tensor([0.7, 0.2, 0.1])
    steps = [
        Step(
            torch.from_numpy(draw.integers(-7, 8, ODD).astype(np.int8)) * (at > 0),
            0.02 * (1 + at), clean if at < 2 else clean.flip(0), clean, 0.02 * at, 0.3 * at,
        )
        for at in range(count)
    ]  # fmt: skip
    study = Study(pixels, torch.empty(0), 0, clean)
    return study, Walk(Recipe("pgd", 5), tuple(steps), pixels, 0.0)


def test_changes_and_pictures_come_out_as_they_went_in():
    study, walk = path()
    data = scene(study, walk, ("cup", "cat", "dog"), name="one")
    for at, step in enumerate(walk.steps):
        change = node(f"[...pathChange(fgsmBytes(value.changes), {at}, 105)]", data)
        assert change == step.change.reshape(-1).tolist()
        moved = node(
            f"[...pathPixels(fgsmBytes(value.pixels), pathChange(fgsmBytes(value.changes), {at}, "
            f"105), value.steps[{at}].limit)]",
            data,
        )
        exact = study.pixels.double() + step.change.double() * step.limit * 255 / DEPTH
        wanted = np.clip(np.rint(exact.numpy()), 0, 255).reshape(-1)
        assert moved == wanted.astype(int).tolist()
    assert base64.b64decode(data["pixels"]) == study.pixels.numpy().tobytes()


def test_a_step_is_told_with_its_numbers_and_what_a_file_makes_of_it():
    study, walk = path()
    data = scene(study, walk, ("cup", "cat", "dog"), name="one")
    told = node("value.steps.map((_, step) => pathSentence(value, step))", data)
    assert told[0] == "The picture itself: cup, 70.0 %."
    assert told[1].startswith("The random start: cup, 70.0 %, 5.1/255 at the farthest pixel, 0.30")
    assert told[3].startswith("Step 2 of 2: dog, 70.0 %, 15.3/255")
    assert told[3].endswith("Rounded to a file: cup, 70.0 %.")
    assert node("pathScaleText(2)") == "×128, to ±2/255"
    assert node("pathScaleText(0)") == "nothing yet"
    data["random"] = False
    assert node("pathName(value, 3)", data) == "step 3 of 3"


def test_a_thinned_path_shows_the_nearest_picture():
    assert node("value.map((step) => pathPicture([0, 5, 10], step))", [0, 2, 3, 7, 8, 10]) == [
        0, 0, 1, 1, 2, 2,
    ]  # fmt: skip


def test_what_is_dragged_is_a_mask_that_fits_the_picture():
    corners = [[[2.2, 3.9], [9.5, 20.1]], [[9.5, 20.1], [2.2, 3.9]], [[-5, -5], [99, 99]]]
    found = node('value.map(([a, b]) => pathArea("rectangle", a, b, 28, 28))', corners)
    assert found == [[2, 3, 8, 18], [2, 3, 8, 18], [0, 0, 28, 28]]
    for area in found:
        assert masks.rectangle((1, 28, 28), *area).any()
    disk = node('pathArea("sticker", [10.4, 5.2], [13, 9], 28, 28)')
    assert disk == [10, 5, 5]
    assert node('pathArea("rectangle", [4, 4], [4, 4], 28, 28)')[2:] == [1, 1]


def ends(places):
    return int(places.min()), int(places.max()) + 1


def test_the_outline_is_around_the_very_pixels():
    top, left, height, width = node("pathBox({kind: 'rectangle', area: [2, 3, 8, 18]}, 28, 28)")
    mask = masks.rectangle((1, 28, 28), 2, 3, 8, 18)[0]
    rows, columns = mask.nonzero().T
    assert (top * 28, (top + height) * 28) == pytest.approx(ends(rows))
    assert (left * 28, (left + width) * 28) == pytest.approx(ends(columns))
    disk = masks.sticker((1, 28, 28), (10, 12), 5)[0]
    top, left, height, width = node("pathBox({kind: 'sticker', area: [10, 12, 5]}, 28, 28)")
    rows, columns = disk.nonzero().T
    assert (top * 28, (top + height) * 28) == pytest.approx(ends(rows))
    assert (left * 28, (left + width) * 28) == pytest.approx(ends(columns))


def test_a_finger_on_the_chart_finds_its_step():
    area = node("pathAreas(420, 220)")
    assert node("value.map((x) => pathStepAt(x, pathAreas(420, 220), 11))",
                [-50, area["left"], area["left"] + area["width"] / 11 * 4.4, 9999]) == [
        0, 0, 4, 11,
    ]  # fmt: skip
