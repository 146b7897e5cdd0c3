"""Every registered data set is what its entry says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor

from dlviz.io import photo_crops
from dlviz.io.datasets import DATASETS, held_out, load_data

SIZES = {
    "mnist": (8_000, 2_000, (1, 28, 28)),
    "fashion_mnist": (10_000, 2_000, (1, 28, 28)),
    "creatures": (6_000, 1_500, (3, 64, 64)),
    "photo_crops": (6_000, 1_500, (3, 64, 64)),
}


@pytest.mark.parametrize("name", list(DATASETS))
def test_shapes_types_and_classes(name: str) -> None:
    data, entry = load_data(name), DATASETS[name]
    train, test, shape = SIZES[name]
    assert data.train_pixels.shape == (train, *shape)
    assert data.test_pixels.shape == (test, *shape)
    assert data.classes == entry.classes
    assert len(set(data.classes)) == len(data.classes)
    for pixels, labels in (
        (data.train_pixels, data.train_labels),
        (data.test_pixels, data.test_labels),
    ):
        assert pixels.dtype == torch.uint8
        assert pixels.is_contiguous()
        assert labels.dtype == torch.int64
        assert labels.shape == (len(pixels),)
        counts = torch.bincount(labels)
        assert len(counts) == len(data.classes)
        assert counts.min() > 0.6 * len(pixels) / len(data.classes)
        assert len(set(labels[:64].tolist())) > 4, "the parts are shuffled"
    unit = data.train_pixels[:4000].float() / 255
    assert torch.allclose(torch.tensor(data.mean), unit.mean((0, 2, 3)), atol=1e-5)


@pytest.mark.parametrize("name", list(DATASETS))
def test_held_out_is_the_test_part_and_never_trained_on(name: str) -> None:
    data, (pixels, labels) = load_data(name), held_out(name)
    assert pixels is data.test_pixels
    assert labels is data.test_labels
    seen = {picture.numpy().tobytes() for picture in data.train_pixels}
    assert not any(picture.numpy().tobytes() in seen for picture in pixels)


def nearest_mean_accuracy(name: str) -> float:
    data = load_data(name)
    flat = data.train_pixels.flatten(1).float()
    means = torch.stack([flat[data.train_labels == c].mean(0) for c in range(len(data.classes))])
    guess = torch.cdist(data.test_pixels.flatten(1).float(), means).argmin(1)
    return float((guess == data.test_labels).float().mean())


@pytest.mark.parametrize(("name", "low"), [("mnist", 0.78), ("fashion_mnist", 0.64)])
def test_labels_belong_to_the_pictures(name: str, low: float) -> None:
    """Nearest class mean is known to give about 0.82 and 0.68 on the full data sets."""
    assert low < nearest_mean_accuracy(name) < low + 0.1


def test_mnist_split_is_in_proportion() -> None:
    data = load_data("mnist")
    test = torch.bincount(data.test_labels)
    everything = test + torch.bincount(data.train_labels)
    assert everything.tolist() == [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]
    assert (test - 0.2 * everything).abs().max() < 1


def test_photo_crops_repeat_and_labels_fit() -> None:
    pixels, labels = photo_crops.generate(400, seed=5)
    again, same = photo_crops.generate(400, seed=5)
    assert torch.equal(pixels, again)
    assert torch.equal(labels, same)
    assert not torch.equal(pixels, photo_crops.generate(400, seed=6)[0])
    train, known = load_data("photo_crops").train_pixels, load_data("photo_crops").train_labels

    def features(images: Tensor) -> Tensor:
        return torch.nn.functional.adaptive_avg_pool2d(images.float(), 2).flatten(1)

    nearest = torch.cdist(features(pixels), features(train)).argmin(1)
    assert (known[nearest] == labels).float().mean() > 0.75


def test_loading_is_shared_by_threads_and_leaves_global_generators_alone() -> None:
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(load_data, ["mnist"] * 4))
    photo_crops.generate(8, seed=0)
    assert all(item is loaded[0] for item in loaded)
    assert torch.equal(before[0], torch.random.get_rng_state())
    assert (before[1] == np.random.get_state()[1]).all()


@pytest.mark.parametrize("name", ["", "MNIST", "x" * 1000])
def test_unknown_names_get_the_known_ones(name: str) -> None:
    for load in (load_data, held_out):
        with pytest.raises(ValueError, match="known are mnist, fashion_mnist") as caught:
            load(name)
        assert len(str(caught.value)) < 200
