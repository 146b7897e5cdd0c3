"""Top patches by streaming against keeping everything, sorting it, and asking the gradient."""

from __future__ import annotations

from collections import OrderedDict
from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.core.patches import TopPatches, stream_top_patches, top_patches
from dlviz.core.probe import activations
from dlviz.io.creatures import draw
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model


def naive(maps: torch.Tensor, k: int) -> list[list[tuple[float, int, int, int]]]:
    """Per channel the k best (value, image, row, column): plain sorting of everything."""
    result = []
    for channel in range(maps.shape[1]):
        entries = []
        for image in range(len(maps)):
            one = maps[image, channel]
            cells = [
                (float(one[row, column]), image, row, column)
                for row in range(one.shape[0])
                for column in range(one.shape[1])
            ]
            entries.append(min(cells, key=lambda cell: (-cell[0], cell[2], cell[3])))
        result.append(sorted(entries, key=lambda entry: (-entry[0], entry[1]))[:k])
    return result


def as_list(top: TopPatches) -> list[list[tuple[float, int, int, int]]]:
    return [
        [
            (float(value), int(image), int(place[0]), int(place[1]))
            for value, image, place in zip(*channel, strict=True)
        ]
        for channel in zip(top.values, top.indices, top.positions, strict=True)
    ]


def nearly(one, other) -> bool:
    """Same places; values may differ by the rounding of another batch size."""
    return [[entry[1:] for entry in row] for row in one] == [
        [entry[1:] for entry in row] for row in other
    ] and all(
        abs(a[0] - b[0]) < 1e-5
        for row, line in zip(one, other, strict=True)
        for a, b in zip(row, line, strict=True)
    )


@pytest.mark.parametrize("kind", ["plain", "overlapping", "inplace"])
@pytest.mark.parametrize("layer", ["conv1", "relu1", "pool2"])
def test_equals_keeping_everything(kind, layer, make_net, make_images):
    model, images = make_net(kind), make_images(23)
    top = top_patches(model, images, layer=layer, k=4)
    maps = activations(model, images, [layer])[layer]
    assert nearly(as_list(top), naive(maps, 4))
    channels = maps.shape[1]
    assert top.values.shape == top.indices.shape == (channels, 4)
    assert top.positions.shape == (channels, 4, 2)
    assert top.boxes.shape == (channels, 4, 4)
    assert top.values.dtype == torch.float32
    assert {top.indices.dtype, top.positions.dtype, top.boxes.dtype} == {torch.int64}


def first_layer_is_the_picture() -> Classifier:
    chain = nn.Sequential(OrderedDict(same=nn.Identity()))
    return Classifier(chain, "a", [0.0], [1.0], layers=["same"], input_shape=(1, 3, 4))


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    count=st.integers(1, 14),
    k=st.integers(1, 9),
    batch=st.integers(1, 6),
    levels=st.integers(1, 4),
    seed=st.integers(0, 999),
)
def test_ties_go_to_the_lower_image_and_the_first_place(count, k, batch, levels, seed):
    # Few grey levels: nearly everything is a tie.
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, levels, (count, 2, 3, 4), generator=generator) / 4
    model = first_layer_is_the_picture()
    *_, last = stream_top_patches(model, images.split(batch), ["same"], k)
    top = last.top["same"]
    assert as_list(top) == naive(images, k)
    assert top.values.shape == (2, min(k, count))
    y, x = top.positions.unbind(-1)
    assert torch.equal(top.boxes, torch.stack([x, y, x + 1, y + 1], dim=-1))


def test_boxes_hold_the_support_of_the_gradient(make_net, make_images):
    model, images = make_net("overlapping"), make_images(6)
    for layer in ("conv1", "relu2", "pool2"):
        top = top_patches(model, images, layer=layer, k=3)
        for channel in (0, 5):
            for rank in range(3):
                image = images[top.indices[channel, rank]][None].clone().requires_grad_()
                row, column = top.positions[channel, rank].tolist()
                unit = activations(model, image, [layer])[layer][0, channel, row, column]
                (gradient,) = torch.autograd.grad(unit, image)
                where = gradient[0].abs().sum(0).nonzero()
                x0, y0, x1, y1 = top.boxes[channel, rank].tolist()
                assert len(where) > 0
                assert 0 <= y0 <= where[:, 0].min() <= where[:, 0].max() < y1 <= 24
                assert 0 <= x0 <= where[:, 1].min() <= where[:, 1].max() < x1 <= 24
                if layer == "conv1":  # no pool has chosen yet: the support is the box
                    assert (where.amin(0).tolist(), (where.amax(0) + 1).tolist()) == (
                        [y0, x0],
                        [y1, x1],
                    )


def test_the_patch_alone_gives_the_same_activation(make_net, make_images):
    model, images = make_net("plain"), make_images(5)
    top = top_patches(model, images, layer="pool2", k=1)
    for channel in range(4):
        x0, y0, x1, y1 = top.boxes[channel, 0].tolist()
        blank = torch.full((1, 3, 24, 24), 0.9)
        source = images[top.indices[channel, 0]]
        blank[0, :, y0:y1, x0:x1] = source[:, y0:y1, x0:x1]
        row, column = top.positions[channel, 0].tolist()
        value = activations(model, blank, ["pool2"])["pool2"][0, channel, row, column]
        torch.testing.assert_close(value, top.values[channel, 0])


def test_uint8_pictures_are_converted_batch_by_batch(make_net, make_images):
    model = make_net()
    pixels = (make_images(9) * 255).to(torch.uint8)
    from_bytes = top_patches(model, pixels, layer="relu2", k=3)
    from_floats = top_patches(model, to_unit(pixels), layer="relu2", k=3)
    assert torch.equal(from_bytes.values, from_floats.values)
    assert torch.equal(from_bytes.indices, from_floats.indices)


def test_all_layers_in_one_pass_with_progress(make_net, make_images):
    model, images = make_net(), make_images(10)
    layers = ["pool2", "conv1", "relu1"]
    seen = list(stream_top_patches(model, images.split(4), layers, 3))
    assert [progress.done for progress in seen] == [4, 8, 10]
    assert list(seen[-1].top) == layers
    for layer in layers:
        alone = top_patches(model, images, layer=layer, k=3)
        assert nearly(as_list(seen[-1].top[layer]), as_list(alone))
        so_far = top_patches(model, images[:8], layer=layer, k=3)
        assert nearly(as_list(seen[1].top[layer]), as_list(so_far))


def test_it_can_be_stopped_and_reads_no_further(make_net, make_images):
    read = []

    def batches():
        for index in range(5):
            read.append(index)
            yield make_images(2, seed=index)

    stream = stream_top_patches(make_net(), batches(), ["conv1"], 3)
    next(stream)
    stream.close()
    assert read == [0]


def test_fewer_images_than_k(make_net, make_images):
    top = top_patches(make_net(), make_images(2), layer="pool1", k=9)
    assert top.values.shape == (8, 2)
    assert sorted(top.indices[0].tolist()) == [0, 1]


def test_no_graph_is_kept_and_nothing_changes(make_net, make_images, fingerprint):
    model, images = make_net("inplace"), make_images(3)
    before, given = fingerprint(model), images.clone()
    top = top_patches(model, images.requires_grad_(), layer="pool2")
    assert not top.values.requires_grad
    assert fingerprint(model) == before
    assert torch.equal(images.detach(), given)


@pytest.mark.parametrize(
    ("images", "options", "words"),
    [
        (torch.rand(2, 3, 24, 24), {"layer": "conv9"}, "No layer 'conv9'"),
        (torch.rand(2, 3, 24, 24), {"layer": "dense"}, "no feature maps"),
        (torch.rand(2, 3, 24, 24), {"layer": "conv1", "k": 0}, "k must be"),
        (torch.rand(0, 3, 24, 24), {"layer": "conv1"}, "at least one image"),
        (torch.rand(3, 24, 24), {"layer": "conv1"}, "N×C×H×W"),
        (torch.rand(2, 3, 24, 24).long(), {"layer": "conv1"}, "N×C×H×W"),
        (torch.full((2, 3, 24, 24), float("nan")), {"layer": "conv1"}, "not finite"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(images, options, words, make_net):
    with pytest.raises(ValueError, match=words):
        top_patches(make_net(), images, **options)


def test_batches_of_different_sizes_are_refused(make_net, make_images):
    model = first_layer_is_the_picture()
    batches = [torch.rand(2, 1, 5, 5), torch.rand(2, 1, 6, 6)]
    with pytest.raises(ValueError, match="one size"):
        list(stream_top_patches(model, batches, ["same"], 3))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    count=st.integers(1, 16),
    k=st.integers(1, 5),
    batch=st.integers(1, 6),
    kinds=st.integers(1, 7),
    seed=st.integers(0, 999),
)
def test_of_a_group_only_its_strongest_image_counts(count, k, batch, kinds, seed):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 4, (count, 2, 3, 4), generator=generator) / 4
    groups = torch.randint(0, kinds, (count,), generator=generator)
    model = first_layer_is_the_picture()
    *_, last = stream_top_patches(model, images.split(batch), ["same"], k, groups=groups)
    expected = []
    for channel in naive(images, count):  # all images in order: the first of each group, then k
        firsts = {}
        for entry in channel:
            firsts.setdefault(int(groups[entry[1]]), entry)
        expected.append(list(firsts.values())[:k])
    assert as_list(last.top["same"]) == expected


def test_every_image_needs_a_group(make_net, make_images):
    with pytest.raises(ValueError, match="needs a group"):
        top_patches(make_net(), make_images(5), layer="conv1", groups=torch.zeros(4).long())


@pytest.mark.acceptance
def test_whiskers_ears_and_eyes_each_have_a_channel_of_their_own():
    # Known boxes: a patch of 27×27 pixels is on a part if it holds most of what is visible of it.
    top = top_patches(load_model("creatures_cnn"), held_out("creatures")[0], layer="relu2")
    parts = cache(lambda index: draw(2, index).parts)

    def is_on(part: str, index: int, box: list[int]) -> bool:
        x0, y0, x1, y1 = box
        masks = [seen.mask for name, seen in parts(index).items() if part in name]
        return any(mask[y0:y1, x0:x1].sum() > 0.5 * mask.sum() for mask in masks)

    def share(part: str, indices: torch.Tensor, boxes: torch.Tensor) -> float:
        pairs = list(zip(indices.tolist(), boxes.tolist(), strict=True))
        return sum(is_on(part, *pair) for pair in pairs) / len(pairs)

    # The same pictures, the same boxes, but not together: what chance would do.
    mixed = torch.randperm(96, generator=torch.Generator().manual_seed(0))
    for part in ("whisker", "ear", "eye"):
        shares = [share(part, *nine) for nine in zip(top.indices, top.boxes, strict=True)]
        by_chance = share(part, top.indices[:, 0], top.boxes[mixed, 0])
        assert max(shares) >= 7 / 9, part
        assert by_chance < 0.6, part
