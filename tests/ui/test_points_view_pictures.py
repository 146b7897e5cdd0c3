"""The points component's pictures under Node: what they compare, keep in place and mark."""

from functools import partial

from dlviz.ui.components.points import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node
in_points = partial(in_node, script())


def test_marks_stay_filled_or_ringed_under_the_brush():
    told = in_points(
        """(() => {
          const held = [[1, 1, 0]];
          const list = [[0, 0, 1], ...held];
          const stroke = withPoint(list, [2, 2], 1);
          return [partedPoints(stroke, new Set(held)),
            partedPoints(withoutNear(stroke, [1, 1]), new Set(held))];
        })()"""
    )
    assert told == [
        {"train": [[0, 0, 1], [2, 2, 1]], "test": [[1, 1, 0]]},
        {"train": [[0, 0, 1], [2, 2, 1]], "test": []},
    ]
