"""The grid detector's targets and answers are each other's inverse; the locator's loss and IoU."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from torchvision.ops import box_iou

from dlviz.core.detection.boxes import overlaps
from dlviz.core.detection.grid_detector import (
    GridDetector,
    candidates,
    detections,
    losses,
    wanted_of,
)
from dlviz.core.detection.locator import Locator, pair_overlaps
from dlviz.core.detection.locator import losses as locator_losses
from dlviz.core.detection.precision import mean_average_precision
from dlviz.io.shape_scenes import CLASSES, SIDE, draw_scene, draw_scenes

SCENES = draw_scenes(20, seed=8)
TRUTHS = [scene.truth for scene in SCENES]


def perfect() -> torch.Tensor:
    """What a detector would say that knows the truth."""
    wanted = wanted_of(TRUTHS, len(CLASSES), SIDE)
    return torch.cat([wanted.classes * 20 - 10, wanted.sides], 1)


def test_who_says_what_is_wanted_finds_nearly_everything() -> None:
    found = detections(perfect(), least=0.5, most_overlap=0.7)
    assert mean_average_precision(found, TRUTHS, [0.95]) > 0.95  # two middles may share all cells
    every = candidates(perfect(), least=0.5)
    assert sum(len(one.boxes) for one in every) > 3 * sum(len(one.boxes) for one in found)
    for one, true in zip(every, TRUTHS, strict=True):
        assert (overlaps(one.boxes, true.boxes).max(1) > 0.999).all()


def test_what_is_wanted_of_a_mirrored_scene_is_mirrored() -> None:
    wanted = wanted_of(TRUTHS, len(CLASSES), SIDE)
    for axis, order in ((3, [2, 1, 0, 3]), (2, [0, 3, 2, 1])):
        size = np.array([SIDE if (side in (0, 2)) == (axis == 3) else 0.0 for side in range(4)])
        sign = np.where(size, -1, 1)
        mirrored = [type(one)((size + sign * one.boxes)[:, order], one.labels) for one in TRUTHS]
        again = wanted_of(mirrored, len(CLASSES), SIDE)
        flipped = wanted.flipped(axis)
        same = (again.there == flipped.there).float().mean()
        assert same > 0.999  # a cell exactly between two middles goes to the first
        assert (again.sides - flipped.sides).abs().gt(1e-4).float().mean() < 0.002


def test_losses_are_those_of_the_formula() -> None:
    wanted = wanted_of(TRUTHS, len(CLASSES), SIDE)
    output = torch.randn(20, len(CLASSES) + 4, 16, 16, generator=torch.Generator().manual_seed(1))
    classes, sides = losses(output, wanted)
    count = wanted.there.sum()
    p = output[:, :-4].double().sigmoid()
    by_hand = -(wanted.classes * p.log() + (1 - wanted.classes) * (1 - p).log()).sum() / count
    assert float(classes) == pytest.approx(float(by_hand), rel=1e-4)
    off = (output[:, -4:] - wanted.sides).abs().permute(0, 2, 3, 1)[wanted.there]
    smooth = torch.where(off < 0.1, off**2 / 0.2, off - 0.05).sum() / count
    assert float(sides) == pytest.approx(float(smooth), rel=1e-4)


def test_sizes() -> None:
    locator, detector = Locator(8), GridDetector(4)
    assert sum(value.numel() for value in locator.parameters()) == 19_052
    assert sum(value.numel() for value in detector.parameters()) == 19_864
    logits, boxes = locator(torch.rand(2, 3, 64, 64))
    assert logits.shape == (2, 8)
    assert boxes.shape == (2, 4)
    assert detector(torch.rand(2, 3, 64, 64)).shape == (2, 8, 16, 16)


def test_pairs_overlap_as_in_torchvision() -> None:
    corners = torch.rand(30, 2, generator=torch.Generator().manual_seed(2))
    boxes = torch.cat([corners, corners + 0.3], 1)
    wanted = boxes.flip(0)
    assert torch.allclose(pair_overlaps(boxes, wanted), box_iou(boxes, wanted).diagonal())


def test_the_locators_loss() -> None:
    logits, labels = torch.tensor([[2.0, 0.0]]), torch.tensor([0])
    boxes, wanted = torch.tensor([[0.1, 0.2, 0.7, 0.8]]), torch.tensor([[0.1, 0.25, 0.5, 0.8]])
    names, sides = locator_losses(logits, boxes, labels, wanted)
    assert float(names) == pytest.approx(float(F.cross_entropy(logits, labels)))
    assert float(sides) == pytest.approx((0.05**2 / 0.2 + 0.2 - 0.05) / 4, rel=1e-5)


@pytest.mark.parametrize("index", range(6))
def test_the_boxes_of_a_scene_are_around_its_forms(index: int) -> None:
    scene = draw_scene(3, index, 1)
    ((left, top, right, bottom),) = scene.truth.boxes.tolist()
    grey = scene.pixels.astype(float)
    # colours at the border of the picture are the ramp's: what differs from them is the form
    ramp = grey[[0, 0, -1, -1], [0, -1, 0, -1]].mean(0)
    far = np.abs(grey - ramp).max(2) > 60
    rows, columns = np.flatnonzero(far.any(1)), np.flatnonzero(far.any(0))
    assert (columns[0], rows[0]) == pytest.approx((left, top), abs=2.5)
    assert (columns[-1] + 1, rows[-1] + 1) == pytest.approx((right, bottom), abs=2.5)


def test_a_scene_is_refused_with_a_sentence() -> None:
    for wrong in ((-1, 0, None), (0, -1, None), (0, 0, 6), (0, 0, 0)):
        with pytest.raises(ValueError, match="from 0 on"):
            draw_scene(*wrong)
    assert np.array_equal(draw_scene(8, 3).pixels, SCENES[3].pixels)
