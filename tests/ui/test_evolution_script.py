"""The evolution's script under Node: words, layout, what lies under a point."""

from __future__ import annotations

import pytest

from dlviz.ui.components.evolution import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
SCENE = {
    "channels": [89, 4],
    "steps": [{"step": 0, "epoch": 0, "accuracy": None}, {"step": 128, "epoch": 1.36,
              "accuracy": 0.9958}],
    "values": [[0.94, 11.66], [0.0, 123.4]],
    "jumps": [[False, True], [False, True]],
    "places": [[0, 1], [-1, 1]],
    "titles": ["mouse", "cat"],
}  # fmt: skip


def test_a_snapshot_in_words():
    said = in_node(script(), "value.steps.map(snapshotText)", SCENE)
    assert said == [
        "Step 0 · untrained",
        "Step 128 · epoch 1.4 · 99.6 % of held-out pictures right",
    ]


def test_a_cell_in_words():
    both = "[cellText(value, row, at), sourceText(value, row, at)]"
    cells = f"[0, 1].flatMap(row => [0, 1].map(at => {both}))"
    assert in_node(script(), cells, SCENE) == [
        ["Channel 89 answers 0.94", "From: mouse"],
        ["Channel 89 answers 11.7", "From: cat, another picture than before"],
        ["Channel 4: nothing excites it here.", ""],
        ["Channel 4 answers 123", "From: cat, another picture than before"],
    ]


@pytest.mark.parametrize(
    ("rows", "columns", "width", "height"), [(5, 9, 856, 400), (1, 32, 856, 400), (5, 9, 340, 400)]
)
def test_every_cell_is_found_under_its_own_point(rows, columns, width, height):
    expression = f"""(() => {{
      const layout = evolutionLayout({rows}, {columns}, {width}, {height}, 30);
      const found = [];
      for (let cell = 0; cell < {rows * columns}; cell += 1) {{
        const [row, column] = [Math.floor(cell / {columns}), cell % {columns}];
        const x = evolutionLeft(layout, column) + layout.cell / 2;
        found.push(evolutionCellAt(layout, {rows}, {columns}, x, 24 + row * layout.step + 3));
      }}
      const outside = evolutionCellAt(layout, {rows}, {columns}, layout.width + 1, 40);
      const label = evolutionCellAt(layout, {rows}, {columns}, 3, 24 + 3);
      return {{layout, found, outside, label}};
    }})()"""
    given = in_node(script(), expression)
    wanted = [[row, column] for row in range(rows) for column in range(columns)]
    assert given["found"] == wanted
    assert given["outside"] is None
    assert given["label"] == [0, -1]
    assert given["layout"]["cell"] >= 30
    if columns == 9 and width > 400:
        assert given["layout"]["width"] <= width
        assert given["layout"]["height"] <= height
