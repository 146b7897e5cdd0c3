"""Overlaps and suppression, held against torchvision's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torchvision.ops import batched_nms, box_iou, nms

from dlviz.core.detection.boxes import areas, as_boxes, intersections, overlaps
from dlviz.core.detection.suppression import kept, suppressions


def some(count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    corners, sides = rng.uniform(0, 40, (count, 2)), rng.uniform(0, 30, (count, 2))
    return np.concatenate([corners, corners + sides], axis=1)


def test_overlaps_are_those_of_torchvision() -> None:
    first, second = some(40), some(30, seed=1)
    wanted = box_iou(torch.from_numpy(first), torch.from_numpy(second)).numpy()
    assert (wanted > 0).mean() > 0.1
    np.testing.assert_allclose(overlaps(first, second), wanted, rtol=1e-12)


def test_an_overlap_by_hand() -> None:
    first, second = (0, 0, 4, 3), (2, 1, 6, 5)
    assert areas([first, second]).tolist() == [12, 16]
    assert intersections(first, second).tolist() == [[4]]
    assert overlaps(first, second).tolist() == [[4 / 24]]


def test_boxes_without_area_share_nothing() -> None:
    assert overlaps((1, 1, 1, 1), (1, 1, 1, 1)).tolist() == [[0]]
    assert overlaps(np.empty((0, 4)), some(2)).shape == (0, 2)


@pytest.mark.parametrize("box", [(3, 0, 1, 2), (0, 5, 1, 2), (0, 0, float("nan"), 2)])
def test_a_turned_box_is_refused(box: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="left, top, right, bottom"):
        as_boxes(box)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.9, 1.0])
def test_what_is_kept_is_what_torchvision_keeps(threshold: float) -> None:
    boxes = some(120, seed=2)
    scores = np.random.default_rng(3).integers(0, 20, 120) / 20  # with equally sure ones
    given = torch.from_numpy(boxes), torch.from_numpy(scores)
    assert kept(boxes, scores, threshold).tolist() == nms(*given, threshold).tolist()
    labels = np.random.default_rng(4).integers(0, 3, 120)
    wanted = batched_nms(*given, torch.from_numpy(labels), threshold)
    found = kept(boxes, scores, threshold, labels)
    assert sorted(found.tolist()) == sorted(wanted.tolist())


def test_every_step_accounts_for_every_box() -> None:
    boxes, scores = some(60, seed=5), np.random.default_rng(6).random(60)
    left = set(range(60))
    for step in suppressions(boxes, scores, 0.3):
        assert scores[step.best] == max(scores[list(left)])
        assert left == {step.best, *step.dropped, *step.left}
        alike = overlaps(boxes[step.best], boxes[[*step.dropped, *step.left]])[0]
        assert step.overlap == tuple(alike.tolist())
        assert all(iou > 0.3 for iou in step.overlap[: len(step.dropped)])
        assert all(iou <= 0.3 for iou in step.overlap[len(step.dropped) :])
        left = set(step.left)
    assert not left


def test_boxes_and_scores_belong_together() -> None:
    with pytest.raises(ValueError, match="one score"):
        list(suppressions(some(3), [0.5], 0.5))
