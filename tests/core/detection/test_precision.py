"""Average precision, held against torchmetrics (which asks COCO's own code)."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torchmetrics.detection import MeanAveragePrecision

from dlviz.core.detection.precision import (
    RECALLS,
    Boxes,
    average_precision,
    envelope,
    mean_average_precision,
    rank,
)


def truth_of(rng: np.random.Generator) -> Boxes:
    count = int(rng.integers(0, 6))
    corners, sides = rng.uniform(0, 60, (count, 2)), rng.uniform(8, 30, (count, 2))
    return Boxes(np.concatenate([corners, corners + sides], 1), rng.integers(0, 3, count))


def found_of(true: Boxes, rng: np.random.Generator) -> Boxes:
    """True boxes moved a little, some twice, and some out of nowhere."""
    again = rng.integers(0, len(true.boxes), len(true.boxes) * 2) if len(true.boxes) else []
    moved = true.boxes[again] + rng.normal(0, 2.5, (len(again), 4))
    wrong = truth_of(rng)
    boxes = np.concatenate([moved, wrong.boxes])
    boxes = np.concatenate([boxes[:, :2], np.maximum(boxes[:, 2:], boxes[:, :2] + 1)], 1)
    labels = np.concatenate([true.labels[again], wrong.labels])
    return Boxes(boxes, labels, rng.integers(1, 40, len(boxes)) / 40)


def some(seed: int, count: int = 12) -> tuple[list[Boxes], list[Boxes]]:
    rng = np.random.default_rng(seed)
    truths = [truth_of(rng) for _ in range(count)]
    return [found_of(true, rng) for true in truths], truths


def theirs(found: list[Boxes], truths: list[Boxes]) -> dict[str, torch.Tensor]:
    metric = MeanAveragePrecision(class_metrics=True, rec_thresholds=RECALLS.tolist())
    as_tensors = [
        [
            {
                "boxes": torch.from_numpy(one.boxes).float(),
                "labels": torch.from_numpy(one.labels),
                **({} if one.scores is None else {"scores": torch.from_numpy(one.scores).float()}),
            }
            for one in group
        ]
        for group in (found, truths)
    ]
    metric.update(*as_tensors)
    return metric.compute()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_average_precision_is_that_of_torchmetrics(seed: int) -> None:
    found, truths = some(seed)
    wanted = theirs(found, truths)
    assert 0.1 < wanted["map"] < 0.9
    ours = [
        mean_average_precision(found, truths),
        mean_average_precision(found, truths, [0.5]),
        mean_average_precision(found, truths, [0.75]),
    ]
    assert ours == pytest.approx([float(wanted[key]) for key in ("map", "map_50", "map_75")])
    each = [mean_average_precision(found, [only(one, k) for one in truths]) for k in range(3)]
    assert each == pytest.approx(wanted["map_per_class"].tolist())


def only(boxes: Boxes, label: int) -> Boxes:
    mine = boxes.labels == label
    return Boxes(boxes.boxes[mine], boxes.labels[mine])


def test_a_ranking_by_hand() -> None:
    """Two true boxes; the surest detection is right, its double is wrong, the last is right."""
    true = Boxes(np.array([[0.0, 0, 10, 10], [20, 20, 30, 30]]), np.zeros(2, np.int64))
    boxes = np.array([[0.0, 0, 10, 10], [0, 0, 10, 9], [20, 20, 30, 26]])
    found = Boxes(boxes, np.zeros(3, np.int64), np.array([0.9, 0.8, 0.7]))
    ranking = rank([found], [true], 0, 0.5)
    assert ranking.right.tolist() == [True, False, True]
    assert ranking.iou.tolist() == pytest.approx([1.0, 0.0, 0.6])
    assert ranking.precision.tolist() == pytest.approx([1, 1 / 2, 2 / 3])
    assert ranking.recall.tolist() == [0.5, 0.5, 1]
    assert envelope(ranking).tolist() == pytest.approx([1, 2 / 3, 2 / 3])
    # 51 recalls from 0 to 0.5 have precision 1, the 50 others 2/3
    assert average_precision(ranking) == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert average_precision(rank([found], [true], 0, 0.75)) == pytest.approx(51 / 101)


def test_without_detections_it_is_0_and_without_truth_nothing() -> None:
    nothing = Boxes(np.empty((0, 4)), np.empty(0, np.int64), np.empty(0))
    true = Boxes(np.array([[0.0, 0, 10, 10]]), np.zeros(1, np.int64))
    assert average_precision(rank([nothing], [true], 0, 0.5)) == 0
    with pytest.raises(ValueError, match="no recall"):
        average_precision(rank([nothing], [nothing], 0, 0.5))
    with pytest.raises(ValueError, match="no recall"):
        mean_average_precision([nothing], [nothing])
