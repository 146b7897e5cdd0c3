"""Names on a picture: each can be read, whatever boxes lie under it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dlviz.core.detection.precision import Boxes
from dlviz.figures.detection_wall import LABEL, drawn

NAMES = ("star", "triangle")
FIRST = (60.0, 80.0, 160.0, 180.0)


def picture(*boxes: tuple[float, ...], width: int = 320, height: int = 320) -> np.ndarray:
    found = Boxes(np.array(boxes), np.arange(len(boxes)) % 2, np.linspace(0.99, 0.9, len(boxes)))
    return np.asarray(drawn(Image.new("RGB", (width, height), "white"), found.boxes, found, NAMES))


@pytest.mark.parametrize("second", [FIRST, (70.0, 84.0, 180.0, 170.0), (20.0, 70.0, 110.0, 120.0)])
def test_a_name_gives_way_to_that_of_a_surer_box(second) -> None:
    alone, both = picture(FIRST), picture(FIRST, second)
    above = np.s_[80 - LABEL - 5 : 80, 60:110]
    assert (alone[above] != 255).any()
    assert (alone[above] == both[above]).all()
    dark = (both == (0x10, 0x12, 0x16)).all(-1).sum()
    one, other = ((picture(box) == (0x10, 0x12, 0x16)).all(-1).sum() for box in (FIRST, second))
    # "triangle 0.90" is longer than "star 0.99": nothing of either is covered.
    assert dark > one + other


@pytest.mark.parametrize(("width", "height"), [(320, 16), (16, 320), (16, 16), (640, 32)])
def test_a_picture_smaller_than_a_name_is_drawn_all_the_same(width, height) -> None:
    whole = (0.0, 0.0, width - 1.0, height - 1.0)
    assert picture(whole, whole, width=width, height=height).shape == (height, width, 3)
