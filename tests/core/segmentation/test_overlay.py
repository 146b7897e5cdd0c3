"""Masks over pictures: each kind of pixel looks its own, by more than its colour."""

from __future__ import annotations

import numpy as np

from dlviz.core.segmentation.overlay import EDGE, outline, painted

SAID = np.array([[1, 1, 0, 0]] * 4)
TRUE = np.array([[1, 0, 1, 0]] * 4)


def test_only_the_background_that_is_right_keeps_the_picture() -> None:
    pixels = np.full((4, 4, 1), 90, np.uint8)
    seen = painted(pixels, SAID, TRUE, times=6)
    assert seen.shape == (24, 24, 3)
    assert (seen[:, 18:] == 90).all()
    greys = {kind: seen[:, at : at + 4].mean(2) for kind, at in (("extra", 7), ("missed", 13))}
    assert all(grey.std() > 3 for grey in greys.values())  # a pattern, also without colour
    assert seen[3:-3, 2:4].std(axis=(0, 1)).max() == 0  # what is right has none


def test_another_class_is_not_right() -> None:
    pixels = np.full((4, 4, 3), 90, np.uint8)
    two, one = np.full((4, 4), 2), np.full((4, 4), 1)
    assert not np.array_equal(painted(pixels, two, one), painted(pixels, one, one))


def test_the_outline_is_of_the_truth_and_stays_inside() -> None:
    mask = np.zeros((7, 7), int)
    mask[1:6, 1:6] = 1
    ring = outline(mask)
    wanted = np.zeros((7, 7), bool)
    wanted[1:6, 1:6] = True
    wanted[2:5, 2:5] = False
    assert np.array_equal(ring, wanted)
    assert not outline(np.ones((3, 3), int)).any()  # the picture's border is no edge
    pixels = np.zeros((7, 7, 1), np.uint8)
    drawn = painted(pixels, mask, mask, times=1)
    assert (drawn[ring] == EDGE).all()
