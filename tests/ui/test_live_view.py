"""The live view's pure functions under Node: rows, scales, layouts, what a frame changes."""

from __future__ import annotations

import itertools
import math
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from dlviz.core import babysitter, run_log
from dlviz.runs.history import History
from dlviz.ui.components.files import read
from dlviz.ui.components.live import VIEWS, read_view, script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
in_live = partial(in_node, script())


def layer(name, kind, **numbers):
    empty = dict.fromkeys(("gradient", "weight", "update", "dead", "histogram"))
    return {"name": name, "kind": kind, **empty, **numbers}


def frame(sequence, **keys):
    return {"sequence": sequence, "reset": False, "steps": [], "scores": [], **keys}


def test_the_modules_make_one_script(tmp_path: Path) -> None:
    """Bundled they share one scope, in which no name may stand twice."""
    bundled = tmp_path / "live.mjs"
    bundled.write_text(script(), encoding="utf-8")
    node = shutil.which("node")
    assert node is not None
    done = subprocess.run(
        [node, "--check", str(bundled)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1000:]


def test_a_frame_adds_steps_and_keeps_what_it_brings_no_news_of():
    frames = [
        frame(5, reset=True, steps=[[1, 2.3, 0.1, 0.01]], health={"step": 1}, findings=[]),
        frame(7, steps=[[2, 2.2, 0.2, 0.01]], findings=[{"name": "slow"}]),
        frame(6, steps=[[9, 9, 9, 9]]),
        frame(9, reset=True, steps=[]),
    ]
    told = in_live(
        """(() => {
          const known = nothingYet();
          return value.map((frame) => {
            const changed = absorb(known, frame);
            return [changed, known.steps.length, known.health, known.findings];
          });
        })()""",
        frames,
    )
    everything = ["curves", "filters", "health", "verdict", "findings"]
    assert told[0] == [everything, 1, {"step": 1}, []]
    assert told[1] == [["curves", "findings"], 2, {"step": 1}, [{"name": "slow"}]]
    assert told[2] == [None, 2, {"step": 1}, [{"name": "slow"}]]  # too late
    assert told[3] == [everything, 0, None, None]


def test_a_viewer_of_a_long_run_has_the_servers_own_curve():
    history, frames, after = History(), [], -1
    for step in range(1, 9001):
        history.add_step(step, 1 / step, 0.5, 0.01)
        history.add_score(step, 2 / step, 0.5)
        if step % 36 == 0:
            update = history.since(after)
            after = update.sequence
            curves = {"steps": update.steps, "scores": update.scores, "kept": update.kept}
            frames.append({"sequence": after, "reset": update.reset, **curves})
    told = in_live(
        """(() => {
          const known = nothingYet();
          value.forEach((frame) => absorb(known, frame));
          return [known.steps, known.scores];
        })()""",
        frames,
    )
    assert [tuple(point) for point in told[0]] == list(history.steps)
    assert [tuple(point) for point in told[1]] == list(history.scores)


def test_many_points_keep_each_columns_lowest_and_highest():
    heights = np.random.default_rng(0).normal(size=5000)
    points = np.stack([np.linspace(0, 99, 5000), heights], axis=1).tolist()
    kept = in_live("perColumn(value, 100)", points)
    assert len(kept) <= 200
    columns = {}
    for x, y in points:
        columns.setdefault(math.floor(x + 0.5), []).append(y)
    found = {}
    for x, y in kept:
        found.setdefault(math.floor(x + 0.5), []).append(y)
    assert {at: (min(ys), max(ys)) for at, ys in columns.items()} == {
        at: (min(ys), max(ys)) for at, ys in found.items()
    }
    assert [x for x, _ in kept] == sorted(x for x, _ in kept)


def test_the_highest_learning_rate_is_named_where_it_first_ends():
    lines = [[[1, 0.1], [2, 0.3], [3, 0.3], [4, 0.1], [5, 0.3]], [[1, 0.2]], [[1, 0], [2, 0]]]
    assert in_live("value.map(endOfHighest)", lines) == [[3, 0.3], [1, 0.2], [2, 0]]


def test_below_the_layers_there_is_room_for_a_line_of_words():
    cases = list(itertools.product((1, 4, 9, 30), (340, 900), (150, 300)))
    told = in_live(
        """value.map(([count, width, available]) => {
             const height = layersHeight(count, available, width);
             return height - HEAD - count * layersLayout(width, height, count, 80).row;
           })""",
        cases,
    )
    assert min(told) >= 24


def test_a_young_long_run_spans_the_axis_and_a_short_one_keeps_it():
    cases = [[500, 0], [500, 300], [25_000, 10], [25_000, 2000], [25_000, 13_000], [0, 7], [0, 0]]
    spans = in_live("value.map((each) => spannedSteps(...each))", cases)
    assert spans == [500, 500, 1563, 3125, 25_000, 7, 1]


def test_dead_units_stand_with_the_layer_that_feeds_them():
    layers = [
        layer("conv1", "conv", gradient=0.5, weight=2.0),
        layer("relu1", "relu", dead=0.25),
        layer("pool1", "max_pool"),
        layer("relu2", "relu", dead=0.5),
        layer("dense1", "dense", gradient=1.0, weight=2.0),
    ]
    rows = in_live("layerRows(value)", {"step": 3, "layers": layers})
    assert [(row["name"], row["dead"]) for row in rows] == [
        ("conv1", 0.25),
        ("relu2", 0.5),
        ("dense1", None),
    ]


@pytest.mark.parametrize(("share", "red"), [(0.9, True), (1.1, False)])
def test_a_row_is_red_where_the_babysitter_calls_it_vanishing(share, red):
    first = share * babysitter.VANISHING_RATIO * 2.0
    layers = [
        layer("dense1", "dense", gradient=first, weight=4.0),
        layer("bn1", "batch_norm", gradient=1e-12, weight=1.0),
        layer("dense2", "dense", gradient=2.0, weight=2.0),
    ]
    rows = in_live("layerRows(value)", {"step": 3, "layers": layers})
    assert [bool(row["weaker"]) for row in rows] == [red, False, False]
    if red:
        assert in_live("weakText(value)", rows[0]["weaker"]) == "220× weaker than dense2"
    thresholds = in_live("[WEAK, STRONG, MANY_DEAD, LEARNERS]")
    assert thresholds == [
        babysitter.VANISHING_RATIO,
        babysitter.EXPLODING_GRADIENT,
        babysitter.DEAD_SHARE,
        list(run_log.LEARNERS),
    ]


def test_a_gradient_that_is_no_number_is_told_from_one_that_is_not_there_yet():
    health = {"layers": [layer("dense1", "dense", weight=1.0)]}
    before, after = in_live("[0, 5].map((step) => layerRows({ ...value, step })[0].lost)", health)
    assert (before, after) == (False, True)


def test_every_update_of_ten_times_is_as_long_as_the_next():
    places = in_live("value.map((size) => onPowers(size, [-6, 0]))", [0, 1e-9, 1e-6, 1e-3, 1, 50])
    assert np.allclose(places, [0, 0, 0, 0.5, 1, 1], atol=1e-12)


WIDTHS = (340, 358, 500, 590, 900)


def test_a_matrix_holds_its_numbers_and_the_pointer_finds_its_cells():
    cases = list(itertools.product((2, 3, 8, 10, 20), WIDTHS, [220], [12, 70, 150]))
    layouts = in_live("value.map((each) => matrixLayout(...each))", cases)
    for (_, width, _, _), layout in zip(cases, layouts, strict=True):
        assert layout["wide"] >= 27  # three digits of 14 px
        assert layout["high"] >= 19
        if layout["wide"] > 27:
            assert layout["width"] <= width + 1
    found = in_live(
        """value.map(([layout, count]) => [[0, 0], [1, 0], [count - 1, count - 1], [-1, 0]].map(
             ([row, column]) => cellAt(layout, count, layout.left + (column + 0.5) * layout.wide,
                                       layout.top + (row + 0.5) * layout.high)))""",
        [[layout, case[0]] for layout, case in zip(layouts, cases, strict=True)],
    )
    for places, case in zip(found, cases, strict=True):
        assert places == [[0, 0], [1, 0], [case[0] - 1] * 2, None]


def test_pictures_stand_beside_their_words():
    cases = list(itertools.product((0, 1, 5, 12), WIDTHS, [218], [40, 80, 130]))
    layouts = in_live("value.map((each) => picturesLayout(...each))", cases)
    for (count, width, available, words), layout in zip(cases, layouts, strict=True):
        assert layout["side"] >= 48
        assert layout["side"] + words + 8 <= layout["across"] or layout["columns"] == 1
        assert layout["columns"] * layout["across"] <= width + 1e-9
        assert layout["columns"] * layout["rows"] >= count
        assert layout["height"] <= available or not layout["fits"]
    assert sum(layout["fits"] for layout in layouts) > len(layouts) / 2


def test_keys_walk_through_tabs_and_cells():
    keys = ["ArrowRight", "ArrowLeft", "Home", "End", " ", "s"]
    assert in_live("value.map((key) => nextPlace(key, 0, 3))", keys) == [1, 2, 0, 2, None, None]
    assert in_live("value.map((key) => nextCell(key, [1, 1], 3))", keys) == [
        *([1, 2], [1, 0], [0, 0], [2, 2]),
        *(None, None),
    ]
    assert in_live("nextCell('ArrowDown', [2, 1], 3)") == [2, 1]


def test_a_view_that_was_chosen_stays_open_until_the_page_has_heard_of_it():
    cases = [["layers", "curves", None], ["curves", "layers", "layers"]]
    cases += [["layers", "layers", "layers"], ["layers", "curves", "curves"]]
    assert in_live("value.map((each) => viewAfter(...each))", cases) == [
        ["layers", None],  # a link was opened, or Back pressed
        ["layers", "layers"],  # an answer from before the click
        ["layers", None],
        ["curves", "curves"],  # two clicks, and the answer to the first
    ]


def test_the_views_of_the_address_are_those_of_the_page():
    assert tuple(re.findall(r'data-view="(\w+)"', read("live.html"))) == VIEWS
    assert [read_view(name) for name in VIEWS] == list(VIEWS)
    with pytest.raises(ValueError, match="curves, layers, mistakes"):
        read_view("<b>")


def test_the_open_card_is_the_chosen_one_as_long_as_it_is_there():
    cards = [{"name": "slow"}, {"name": "overfitting"}]
    assert in_live("openFinding(value, 'overfitting')", cards) == cards[1]
    assert in_live("openFinding(value, 'vanishing')", cards) == cards[0]
    assert in_live("openFinding([], 'slow')") is None


def test_every_diagnosis_has_an_icon():
    assert set(babysitter.DIAGNOSES) == set(in_live("Object.keys(ICONS)"))
