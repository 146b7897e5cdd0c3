"""Colour says nothing: by construction, and to scikit-learn's logistic regression."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression

from dlviz.core.data import ImageData
from dlviz.core.transfer_learning.intervals import wilson
from dlviz.core.transfer_learning.pictures import colour_alone, equalised, few, histograms
from dlviz.io.transfer_tasks import HELD_OUT, POOL, TASKS, load_task


def noise(count: int, side: int = 16, seed: int = 0) -> torch.Tensor:
    drawn = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, 3, side, side), generator=drawn, dtype=torch.uint8)


def test_every_grey_is_as_frequent_and_the_order_of_greys_stays() -> None:
    pixels = noise(2, side=32)
    levels = equalised(pixels)
    assert (levels[:, 0] == levels[:, 1]).all()
    assert (levels[:, 0] == levels[:, 2]).all()
    for picture, level in zip(pixels, levels[:, 0], strict=True):
        assert np.bincount(level.flatten(), minlength=256).tolist() == [4] * 256
        grey = np.asarray(Image.fromarray(picture.permute(1, 2, 0).numpy()).convert("L"), int)
        order = np.argsort(level.flatten().numpy(), kind="stable")
        by_level = grey.flatten()[order].reshape(256, 4)
        assert (by_level[:-1].max(axis=1) - by_level[1:].min(axis=1)).max() <= 1  # Pillow rounds


def test_histograms_count_pixels() -> None:
    pixels = noise(3)
    cells = np.histogramdd(pixels[1].flatten(1).T.numpy(), bins=(4, 4, 4), range=[(0, 256)] * 3)[0]
    assert np.allclose(histograms(pixels)[1].view(4, 4, 4), cells / 256)


@pytest.mark.parametrize("name", TASKS)
def test_colour_alone_guesses_on_every_shipped_task(name: str) -> None:
    data = load_task(name)
    classes = len(data.classes)
    assert torch.bincount(data.train_labels).tolist() == [POOL] * classes
    assert torch.bincount(data.test_labels).tolist() == [HELD_OUT // classes] * classes
    assert colour_alone(data) == 1 / classes
    x, held = (
        part.flatten(1).numpy().reshape(len(part), -1)
        for part in (histograms(data.train_pixels), histograms(data.test_pixels))
    )
    theirs = LogisticRegression(max_iter=200).fit(x, data.train_labels)
    assert theirs.score(held, data.test_labels) == 1 / classes


def test_where_colours_differ_colour_is_enough() -> None:
    pixels = noise(80)
    labels = torch.arange(80) % 2
    pixels[labels == 1, 0] //= 2
    data = ImageData.of("red", ("a", "b"), (pixels[:40], labels[:40]), (pixels[40:], labels[40:]))
    assert colour_alone(data) == 1.0


def test_a_few_of_every_class_drawn_by_the_generator() -> None:
    data = load_task("cat_fox")
    some = few(data, 7, torch.Generator().manual_seed(3))
    assert torch.bincount(some.train_labels).tolist() == [7, 7]
    pool = {picture.numpy().tobytes(): int(y) for picture, y in zip(*data_of(data), strict=True)}
    found = {picture.numpy().tobytes(): int(y) for picture, y in zip(*data_of(some), strict=True)}
    assert len(found) == 14
    assert found.items() <= pool.items()
    again = few(data, 7, torch.Generator().manual_seed(3))
    other = few(data, 7, torch.Generator().manual_seed(4))
    assert torch.equal(again.train_pixels, some.train_pixels)
    assert not torch.equal(other.train_pixels, some.train_pixels)
    assert len(few(data, 1000, torch.Generator()).train_labels) == 2 * POOL


def data_of(data: ImageData) -> tuple[torch.Tensor, torch.Tensor]:
    return data.train_pixels, data.train_labels


@pytest.mark.parametrize(
    ("right", "total"), [(0, 4), (4, 4), (3, 4), (198, 200), (1, 1), (50, 200)]
)
def test_wilson_is_scipys(right: int, total: int) -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    theirs = scipy_stats.binomtest(right, total).proportion_ci(method="wilson")
    assert wilson(right, total) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize(("right", "total"), [(1, 0), (-1, 3), (4, 3)])
def test_no_interval_of_nothing(right: int, total: int) -> None:
    with pytest.raises(ValueError, match="share"):
        wilson(right, total)
