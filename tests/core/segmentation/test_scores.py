"""IoU and Dice against scikit-learn, the best threshold against trying all of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import f1_score, jaccard_score

from dlviz.core.segmentation.scores import (
    Counts,
    best_cut,
    class_counts,
    count,
    cut,
    mean_dice,
    mean_iou,
    present,
)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.6, 1.0])
def test_iou_and_dice_are_scikit_learns(share: float) -> None:
    rng = np.random.default_rng(0)
    said, true = rng.random((3, 9, 7)) < share, rng.random((3, 9, 7)) < 0.4
    found = count(said, true)
    iou = jaccard_score(true.ravel(), said.ravel(), zero_division=1)
    dice = f1_score(true.ravel(), said.ravel(), zero_division=1)
    assert found.iou == pytest.approx(iou)
    assert found.dice == pytest.approx(dice)
    assert found.dice == pytest.approx(2 * found.iou / (1 + found.iou))


def test_where_nothing_is_to_be_found_finding_nothing_is_right() -> None:
    assert (Counts(0, 0, 0).iou, Counts(0, 0, 0).dice, Counts(0, 0, 1).iou) == (1, 1, 0)


def test_classes_are_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    said, true = rng.integers(0, 4, (2, 8, 8)), rng.integers(0, 4, (2, 8, 8))
    found = class_counts(said, true, 4)
    wanted = {"labels": [1, 2, 3], "average": "macro"}
    assert mean_iou(found) == pytest.approx(jaccard_score(true.ravel(), said.ravel(), **wanted))
    assert mean_dice(found) == pytest.approx(f1_score(true.ravel(), said.ravel(), **wanted))
    assert [item.iou for item in found] == pytest.approx(
        jaccard_score(true.ravel(), said.ravel(), average=None).tolist()
    )


def test_a_class_that_is_not_there_flatters_no_mean() -> None:
    true, said = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0])
    found = class_counts(said, true, 4)
    assert mean_iou(present(found)) == pytest.approx(1 / 3)
    assert mean_iou(present(found)) == pytest.approx(jaccard_score(true, said))
    assert mean_iou(found) > 0.7
    assert mean_iou(present(class_counts(np.zeros(3, int), np.zeros(3, int), 4))) == 1


def sets() -> list[tuple[NDArray[np.uint8], NDArray[np.bool_]]]:
    rng = np.random.default_rng(2)
    noise = rng.integers(0, 256, (2, 12, 12)).astype(np.uint8)
    return [
        (noise, rng.random(noise.shape) < 0.3),
        (noise, noise > 200),
        (noise, noise < 31),
        (noise, rng.random(noise.shape) < noise / 255),
    ]


@pytest.mark.parametrize("case", range(4))
def test_no_threshold_beats_the_best(case: int) -> None:
    pixels, true = sets()[case]
    tried = [
        cut(pixels, true, level, dark=dark).counts.iou
        for level in range(257)
        for dark in (False, True)
    ]
    found = best_cut(pixels, true)
    assert found.counts.iou == pytest.approx(max(tried))
    by_hand = (pixels < found.level) if found.dark else (pixels >= found.level)
    assert found.counts.iou == pytest.approx((by_hand & true).sum() / (by_hand | true).sum())
