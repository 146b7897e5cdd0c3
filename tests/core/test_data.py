"""A data set as uint8 tensors: exact pixels, statistics of the training part only."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlviz.core.data import ImageData, pixel_order, portion, shuffle_pixels, to_unit

CLASSES = ("a", "b")


def pixels(count: int, channels: int = 3, *, seed: int = 0, low: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    shape = (count, channels, 6, 5)
    return torch.randint(low, 256, shape, generator=generator, dtype=torch.uint8)


def labelled(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return images, torch.arange(len(images)) % 2


@pytest.fixture
def data() -> ImageData:
    return ImageData.of("x", CLASSES, labelled(pixels(40)), labelled(pixels(12, seed=1, low=200)))


def test_every_byte_becomes_its_255th() -> None:
    levels = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16)
    kept = levels.clone()
    unit = to_unit(levels)
    expected = (np.arange(256, dtype=np.float32) / np.float32(255)).reshape(1, 1, 16, 16)
    assert unit.dtype == torch.float32
    assert np.array_equal(unit.numpy(), expected)
    assert torch.equal(levels, kept)
    assert torch.equal((unit * 255).round().to(torch.uint8), levels)


def test_mean_and_deviation_are_those_of_the_training_part(data: ImageData) -> None:
    unit = data.train_pixels.numpy().astype(np.float64) / 255
    assert data.mean == pytest.approx(unit.mean(axis=(0, 2, 3)), abs=1e-5)
    assert data.std == pytest.approx(unit.std(axis=(0, 2, 3), ddof=1), abs=1e-5)
    assert all(isinstance(value, float) for value in (*data.mean, *data.std))


def test_held_out_pictures_do_not_touch_the_statistics(data: ImageData) -> None:
    other = ImageData.of(
        "x", CLASSES, (data.train_pixels, data.train_labels), labelled(pixels(5, seed=9))
    )
    assert (other.mean, other.std) == (data.mean, data.std)


def test_a_constant_channel_does_not_divide_by_zero() -> None:
    grey = torch.full((10, 1, 4, 4), 128, dtype=torch.uint8)
    data = ImageData.of("grey", CLASSES, labelled(grey), labelled(grey))
    assert data.std[0] > 0
    assert data.mean[0] == pytest.approx(128 / 255)


def test_parts_are_unit_floats_and_their_labels(data: ImageData) -> None:
    for part, raw in ((data.train, data.train_pixels), (data.test, data.test_pixels)):
        images, labels = part
        assert torch.equal(images, to_unit(raw))
        assert labels.dtype == torch.int64
        assert len(labels) == len(images)
        assert images.min() >= 0
        assert images.max() <= 1
    assert data.shape == (3, 6, 5)
    assert data.classes == CLASSES


# -- pixels in another order ----------------------------------------------------------------------


def test_shuffling_is_one_permutation_of_every_picture(data: ImageData) -> None:
    """Each pixel goes to one place, the same in all pictures and colours."""
    where = torch.arange(30, dtype=torch.uint8).view(1, 1, 6, 5).expand(3, 3, 6, 5)
    moved = shuffle_pixels(where)
    assert sorted(moved[0, 0].flatten().tolist()) == list(range(30))
    assert (moved == moved[:1, :1]).all()
    assert not torch.equal(moved, where)
    shuffled = data.shuffled("x+shuffled")
    for new, old in (
        (shuffled.train_pixels, data.train_pixels),
        (shuffled.test_pixels, data.test_pixels),
    ):
        order = moved[0, 0].flatten().tolist()
        expected = old.numpy().reshape(len(old), 3, 30)[:, :, order].reshape(old.shape)
        assert np.array_equal(new.numpy(), expected)
        assert new.is_contiguous()
    assert shuffled.name == "x+shuffled"
    assert torch.equal(shuffled.train_labels, data.train_labels)
    assert (shuffled.mean, shuffled.std) == (data.mean, data.std)


def test_the_order_is_the_same_for_ever() -> None:
    """A link of last year shows the same pictures."""
    assert pixel_order(28, 28)[:6].tolist() == [693, 85, 647, 392, 765, 14]
    assert sorted(pixel_order(6, 5).tolist()) == list(range(30))


# -- fewer labels ---------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.001, 0.1, 0.25, 0.5, 0.999])
def test_a_share_has_every_class_in_proportion(share: float) -> None:
    labels = torch.tensor([0] * 40 + [1] * 10 + [2] * 4)[torch.randperm(54)]
    kept = portion(labels, share)
    counts = torch.bincount(labels[kept], minlength=3).tolist()
    assert counts == [max(1, round(share * count)) for count in (40, 10, 4)]
    assert kept.tolist() == sorted(set(kept.tolist()))


def test_a_larger_share_has_the_pictures_of_a_smaller_one(data: ImageData) -> None:
    few, more = portion(data.train_labels, 0.2), portion(data.train_labels, 0.6)
    assert set(few.tolist()) < set(more.tolist())
    part = data.part(0.2)
    assert torch.equal(part.train_pixels, data.train_pixels[few])
    assert torch.equal(part.train_labels, data.train_labels[few])
    assert part.test_pixels is data.test_pixels
    unit = part.train_pixels.numpy() / 255
    assert part.mean == pytest.approx(unit.mean(axis=(0, 2, 3)), abs=1e-5)
    assert data.part(1.0) is data
