"""Every registered data set is what its entry says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor

from dlviz.core.data import ImageData, shuffle_pixels
from dlviz.core.specs import DataSpec
from dlviz.io import photo_crops
from dlviz.io.datasets import (
    DATASETS,
    data_for,
    entry_of,
    held_out,
    is_known,
    load_data,
    noun_of,
)

HERE = [name for name, entry in DATASETS.items() if entry.download is None]


@pytest.mark.parametrize("name", HERE)
def test_shapes_types_and_classes(name: str) -> None:
    data, entry = load_data(name), DATASETS[name]
    (train, test), shape = entry.counts, entry.shape
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
    assert data.mean == pytest.approx(entry.mean, abs=6e-4)
    assert data.std == pytest.approx(entry.std, abs=6e-4)


@pytest.mark.parametrize("name", HERE)
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


def test_sizes_are_those_that_are_told() -> None:
    for entry in DATASETS.values():
        side = f"{entry.shape[1]}×{entry.shape[2]}"
        assert f"{side} {'grey' if entry.shape[0] == 1 else 'colour'}" in entry.what
        assert all(f"{count:,}".replace(",", " ") in entry.what for count in entry.counts)


# -- keys and specs -------------------------------------------------------------------------------


def test_a_key_names_the_data_set_and_whether_it_is_shuffled() -> None:
    assert is_known("mnist")
    assert is_known("mnist+shuffled")
    assert is_known("cifar10")
    assert not is_known("mnist+turned")
    assert not is_known("own-0123")
    assert not is_known("")
    assert entry_of("shapes+shuffled") is DATASETS["shapes"]
    assert noun_of("shapes+shuffled") == "shuffled shapes"
    assert noun_of("own-0123") == "own pictures"


def test_shuffled_pictures_are_the_same_ones_with_their_pixels_moved() -> None:
    plain, data = load_data("mnist"), load_data("mnist+shuffled")
    pixels, labels = held_out("mnist+shuffled")
    assert torch.equal(pixels, shuffle_pixels(plain.test_pixels))
    assert data.test_pixels is pixels
    assert data.test_labels is labels
    assert torch.equal(data.train_pixels, shuffle_pixels(plain.train_pixels))
    assert not torch.equal(data.train_pixels, plain.train_pixels)
    assert (data.mean, data.std, data.name) == (plain.mean, plain.std, "mnist+shuffled")
    assert held_out("mnist")[0] is plain.test_pixels  # untouched


def test_data_for_takes_a_share_of_the_training_pictures_only() -> None:
    plain = load_data("mnist")
    assert data_for(DataSpec()) is plain
    tenth = data_for(DataSpec(share=0.1))
    counts = torch.bincount(plain.train_labels)
    assert torch.bincount(tenth.train_labels).tolist() == [round(0.1 * n) for n in counts.tolist()]
    assert tenth.test_pixels is plain.test_pixels
    both = data_for(DataSpec(shuffled=True, share=0.1))
    assert both.name == "mnist+shuffled"
    assert torch.equal(both.train_pixels, shuffle_pixels(tenth.train_pixels))
    assert both.test_pixels is held_out("mnist+shuffled")[0]
    again = data_for(DataSpec(shuffled=True, share=0.1))
    assert torch.equal(again.train_pixels, both.train_pixels)


def test_own_pictures_are_found_by_their_owner_only() -> None:
    pixels = torch.randint(0, 256, (20, 3, 8, 8), dtype=torch.uint8)
    labels = torch.arange(20) % 2
    own = ImageData.of("own-0123", ("a", "b"), (pixels, labels), (pixels[:4], labels[:4]))
    spec = DataSpec("own-0123")
    assert data_for(spec, {"own-0123": own}) is own
    mixed = data_for(DataSpec("own-0123", shuffled=True, share=0.5), {"own-0123": own})
    assert len(mixed.train_labels) == 10
    assert torch.equal(mixed.test_pixels, shuffle_pixels(pixels[:4]))
    for others in ({}, None, {"own-4567": own}):
        with pytest.raises(ValueError, match="not, or no longer, here"):
            data_for(spec, others)
