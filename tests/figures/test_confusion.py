"""The chart of mistakes shows the counts that it is given."""

from __future__ import annotations

import math

import torch

from dlviz.figures.confusion import mistakes, worst

COUNTS = torch.tensor([[9, 1, 0], [0, 7, 3], [2, 0, 8]])
CLASSES = ("a", "b", "c")


def test_the_diagonal_is_empty_and_the_rest_is_there() -> None:
    heat = mistakes(COUNTS, CLASSES).data[0]
    assert all(math.isnan(heat.z[index][index]) for index in range(3))
    assert heat.z[1][2] == 3
    assert tuple(heat.x) == tuple(heat.y) == CLASSES
    assert COUNTS[0, 0] == 9  # what was given is untouched


def test_the_worst_mistake_in_words() -> None:
    assert worst(COUNTS, CLASSES) == (
        "6 of 30 held-out pictures are mistaken, most often b for c (3 times)."
    )
    assert worst(torch.eye(3, dtype=torch.int64), CLASSES).startswith("None of 3")
