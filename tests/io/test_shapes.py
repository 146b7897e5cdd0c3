"""Coloured shapes: the form alone tells the class, and mask and box are where it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from dlviz.io import shapes

# Area within a circle of radius 1, from school geometry.
_STAR = 10 * 0.5 * 0.42 * math.sin(math.pi / 5)
_D, _R = 0.5, 0.8  # how far the bite of the moon is moved, and its radius
_LENS = (
    math.acos((_D**2 + 1 - _R**2) / (2 * _D))
    + _R**2 * math.acos((_D**2 + _R**2 - 1) / (2 * _D * _R))
    - 0.5 * math.sqrt((-_D + 1 + _R) * (_D + 1 - _R) * (_D - 1 + _R) * (_D + 1 + _R))
)
AREAS = {
    "circle": math.pi,
    "square": 2.0,
    "triangle": 3 * math.sqrt(3) / 4,
    "star": _STAR,
    "cross": 5 * 4 / 10,
    "moon": math.pi - _LENS,
}


def area(corners: np.ndarray) -> float:
    x, y = corners.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


@pytest.mark.parametrize("name", list(shapes.FORMS))
def test_every_form_has_the_area_that_geometry_says(name: str) -> None:
    corners = shapes.FORMS[name]()
    assert np.hypot(*corners.T).max() == pytest.approx(1, abs=1e-9)
    assert area(corners) == pytest.approx(AREAS[name], rel=0.01)


@pytest.mark.parametrize("index", range(40))
def test_mask_and_box_are_where_the_form_is(index: int) -> None:
    scene = shapes.draw(7, index)
    assert scene.mask.sum() == pytest.approx(area(scene.corners), rel=0.05, abs=5)
    x0, y0, x1, y1 = scene.box
    assert 0 <= x0 < x1 <= shapes.SIDE
    assert 0 <= y0 < y1 <= shapes.SIDE
    assert scene.mask[y0:y1, x0:x1].sum() == scene.mask.sum()
    assert scene.corners.min(0) == pytest.approx((x0, y0), abs=2.5)  # tips are thin
    assert scene.corners.max(0) == pytest.approx((x1, y1), abs=2.5)
    grey = scene.pixels @ np.array([0.299, 0.587, 0.114])
    inside, outside = grey[scene.mask], grey[~scene.mask]
    assert abs(np.median(inside) - np.median(outside)) > 0.8 * shapes.LEAST_CONTRAST


def test_any_picture_can_be_drawn_alone() -> None:
    pixels, labels = shapes.generate(30, seed=3)
    longer, more = shapes.generate(40, seed=3)
    assert torch.equal(longer[:30], pixels)
    assert torch.equal(more[:30], labels)
    alone = shapes.draw(3, 17)
    assert np.array_equal(alone.pixels, pixels[17].permute(1, 2, 0).numpy())
    assert alone.label == labels[17]
    assert not torch.equal(shapes.generate(30, seed=4)[0], pixels)


def test_colour_does_not_tell_the_class() -> None:
    pixels, labels = shapes.generate(1200, seed=5)
    mean = pixels.float().mean((2, 3))
    nearest = torch.cdist(mean[600:], mean[:600]).argmin(1)
    right = (labels[:600][nearest] == labels[600:]).float().mean()
    assert right < 1 / 6 + 4 * math.sqrt(5 / 36 / 600)  # four standard errors above chance


@pytest.mark.parametrize("numbers", [(-1, 0), (0, -1)])
def test_negative_numbers_are_refused(numbers: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        shapes.draw(*numbers)
