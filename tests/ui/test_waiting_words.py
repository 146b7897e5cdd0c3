"""What a waiting run waits for is told in the server's words, under Node."""

from __future__ import annotations

import pytest

from dlviz.runs.turns import OWN_FIRST
from dlviz.ui.components.points import script
from tests.ui.node import in_node, needs_node

pytestmark = needs_node


@pytest.mark.parametrize("position", [0, 1])
def test_the_points_view_tells_what_the_frame_says(position: int) -> None:
    sight = {
        "known": {"frame": {"state": "queued", "position": position, "message": OWN_FIRST}},
        "data": {"hint": "A hint."},
        "brush": {},
    }
    assert in_node(script(), "messageOf(value)", sight) == [OWN_FIRST, "say"]
