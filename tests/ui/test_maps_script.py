"""The feature maps' script under Node: bytes into colours, order, layout, words and address."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from dlviz.figures.colours import MAGNITUDE, SIGNED, magnitude_colours, signed_colours
from dlviz.figures.maps import as_bytes
from dlviz.ui.components.maps import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
RNG = np.random.default_rng(0)


def layer(**changes):
    return {
        **{"count": 3, "across": 2, "cell": [4, 5], "height": 4, "width": 5, "step": 1},
        **{"signed": False, "limit": 1.0, "own": [1, 2, 3], "words": "conv 1", "refused": ""},
        **{"peaks": [[1.0, 0, 0], [3.5, 1, 2], [3.5, 3, 4]]},
        **{"rows": [[0, 3], [1, 5], [3, 7], [5, 8]], "columns": [[0, 8]] * 5},
        **{"centres": [[0.5, 2.0], [1.5, 1.0]]},
        **changes,
    }


def sheet_of(coded, across):
    count, high, wide = coded.shape
    sheet = np.zeros((-(-count // across) * high, across * wide), np.uint8)
    for index, cell in enumerate(coded):
        top, left = index // across * high, index % across * wide
        sheet[top : top + high, left : left + wide] = cell
    return sheet


@pytest.mark.parametrize("own_scale", [False, True])
@pytest.mark.parametrize("signed", [False, True])
def test_numbers_get_the_colours_that_python_gives_them(signed, own_scale):
    maps = RNG.normal(size=(3, 4, 5)).astype(np.float32) * np.array([1, 2, 0.1])[:, None, None]
    maps = maps if signed else maps.clip(0)
    own, coded = as_bytes(maps, signed=signed)
    sheet = sheet_of(coded, 2)
    table = SIGNED["light"] if signed else MAGNITUDE
    got = in_node(
        script(),
        "Array.from(colouredSheet(value.layer, {bytes: value.bytes, width: value.width}, "
        "decodeTable(value.table), value.own))",
        {
            "layer": layer(signed=signed, own=own, limit=1.5),
            "bytes": sheet.flatten().tolist(),
            "width": sheet.shape[1],
            "table": base64.b64encode(table.tobytes()).decode(),
            "own": own_scale,
        },
    )
    got = np.array(got).reshape(*sheet.shape, 4)[..., :3]
    paint = signed_colours if signed else magnitude_colours
    for index, one in enumerate(maps):
        top, left = index // 2 * 4, index % 2 * 5
        shown = got[top : top + 4, left : left + 5].astype(int)
        wanted = paint(one, own[index] if own_scale else 1.5).astype(int)
        assert np.abs(shown - wanted).max() <= 6  # one step of a byte on the way


def test_the_strongest_come_first_and_equals_by_number():
    found = in_node(
        script(), "[orderOf(value, true), orderOf(value, false), strongestOf(value)]", layer()
    )
    assert found == [[1, 2, 0], [0, 1, 2], 1]


@pytest.mark.parametrize("count", [1, 16, 48, 96, 128, 320, 1280])
@pytest.mark.parametrize(("width", "height", "least"), [(844, 300, 24), (358, 0, 44)])
def test_a_wall_fits_its_width_and_every_cell_is_found_again(count, width, height, least):
    expression = (
        "(() => { const layout = layoutOf(...value); const step = layout.side + 4; const at = [];"
        "for (let place = 0; place < value[0]; place += 1) at.push(cellAt(layout, value[0],"
        "(place % layout.columns + 0.5) * step - 2, (Math.floor(place / layout.columns) + 0.5)"
        "* step - 2)); return [layout, at, cellAt(layout, value[0], -1, 5)]; })()"
    )
    layout, found, outside = in_node(script(), expression, [count, width, height, least])
    assert found == list(range(count))
    assert outside == -1
    assert layout["columns"] * (layout["side"] + 4) - 4 <= width
    assert layout["columns"] * layout["rows"] >= count
    assert layout["side"] >= least
    if layout["side"] > least:
        assert layout["rows"] * (layout["side"] + 4) - 4 <= height


def test_a_map_in_words():
    picture = {"height": 8, "width": 8}
    say = "[0, 1, 2].map((map) => mapText(value.layer, map, value.picture))"
    words = in_node(script(), say, {"layer": layer(), "picture": picture})
    assert words[1] == (
        "Map 1: strongest, 3.50, at row 1, column 2 of 4×5. "
        "That place sees 4×8 pixels of 8×8 (the frame)."
    )
    whole = layer(rows=[[0, 8]] * 4)
    assert in_node(script(), say, {"layer": whole, "picture": picture})[0].endswith(
        "That place sees the whole picture."
    )
    silent = layer(signed=True, peaks=[[-0.25, 0, 0]] * 3)
    assert in_node(script(), say, {"layer": silent, "picture": picture})[0] == (
        "Map 0 is silent here: no number above 0, the largest is −0.25."
    )
    refused = layer(rows=None, refused="No fields.")
    assert in_node(script(), say, {"layer": refused, "picture": picture})[0].endswith("No fields.")


def test_a_map_lies_where_its_places_look():
    found = in_node(script(), "groundOf(value, {height: 8, width: 8})", layer(step=2))
    assert found == {"x": 1.0, "y": -0.5, "width": 2, "height": 4}


@pytest.mark.parametrize(
    ("search", "wishes"),
    [
        ("", [None, None, False, False]),
        ("?at=relu2&map=7&sort=strength&scale=own", [1, 7, True, True]),
        ("?at=relu2&map=8", [1, None, False, False]),
        ("?at=nothing&map=1", [None, None, False, False]),
        ("?at=%3Cb%3E&map=-1&sort=x&scale=y", [None, None, False, False]),
    ],
)
def test_the_address_is_read_and_what_is_not_there_is_left_out(search, wishes):
    found = in_node(
        f"globalThis.window = {{ location: {{ search: {search!r} }} }};\n" + script(),
        "Object.values(wishesInUrl(value))",
        [{"name": "relu1", "count": 4}, {"name": "relu2", "count": 8}],
    )
    assert found == wishes
