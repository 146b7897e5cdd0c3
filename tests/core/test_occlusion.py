"""Occlusion against covering the squares one by one, and against Captum."""

from __future__ import annotations

import pytest
import torch
from captum.attr import Occlusion
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from dlviz.core.occlusion import occlusion


def one_by_one(model, image, target, size, stride, fill):
    rows = range(0, image.shape[1] - size + 1, stride)
    columns = range(0, image.shape[2] - size + 1, stride)
    result = torch.zeros(len(rows), len(columns))
    for i, y in enumerate(rows):
        for j, x in enumerate(columns):
            covered = image.clone()
            covered[:, y : y + size, x : x + size] = fill
            result[i, j] = torch.softmax(model(covered[None]), 1)[0, target]
    return result


@settings(derandomize=True, deadline=None, max_examples=15)
@given(
    size=st.integers(1, 24),
    stride=st.integers(2, 30),
    target=st.integers(0, 4),
    fill=st.sampled_from([0, 0.5, 1.0]),
)
def test_equals_covering_one_by_one(size, stride, target, fill, make_net, make_images):
    model, image = make_net(), make_images(1)[0]
    options = {"target": target, "size": size, "stride": stride, "fill": fill}
    got = occlusion(model, image, **options)
    torch.testing.assert_close(got, one_by_one(model, image, **options))


@pytest.mark.parametrize("kind", ["plain", "batch_norm", "relu6"])
def test_equals_captum(kind, make_net, make_images):
    """Captum gives, per pixel, the drop of the probability averaged over the squares on it."""
    model, images = make_net(kind), make_images(1)
    size, target = 6, 2
    ours = occlusion(model, images, target=target, size=size, stride=size, fill=0.5)
    theirs = Occlusion(model.probabilities).attribute(
        images,
        sliding_window_shapes=(3, size, size),
        strides=(3, size, size),
        baselines=0.5,
        target=target,
    )
    drop = model.probabilities(images)[0, target] - ours
    # Squares side by side, so each pixel is under one: its value is that square's drop.
    per_pixel = drop.repeat_interleave(size, 0).repeat_interleave(size, 1)
    torch.testing.assert_close(theirs[0, 0], per_pixel)


def test_a_single_image_with_or_without_the_batch_dimension(make_net, make_images):
    options = {"target": 0, "size": 5, "stride": 4, "fill": 0.5}
    model, images = make_net(), make_images(1)
    with_it = occlusion(model, images, **options)
    assert with_it.shape == (5, 5)
    assert torch.equal(with_it, occlusion(model, images[0], **options))


def test_covering_with_what_is_there_changes_nothing(make_net):
    model, image = make_net(), torch.full((3, 24, 24), 0.5)
    got = occlusion(model, image, target=1, size=7, stride=3, fill=0.5)
    torch.testing.assert_close(got, model.probabilities(image[None])[0, 1].expand_as(got))


def test_only_the_covered_pixels_matter():
    """A model that looks at one pixel: its probability falls where that pixel is covered."""

    class OnePixel(nn.Module):
        def forward(self, x):
            bright = x[:, 0, 4, 6]
            return torch.stack([bright, 1 - bright], dim=1) * 10

    image = torch.zeros(1, 9, 12)
    image[0, 4, 6] = 1
    got = occlusion(OnePixel(), image, target=0, size=3, stride=1, fill=0.0)
    hit = torch.zeros(7, 10, dtype=torch.bool)
    hit[2:5, 4:7] = True
    assert torch.equal(got < 0.5, hit)


def test_more_squares_than_a_batch(make_net, make_images):
    model, image = make_net(), make_images(1)[0]
    options = {"target": 3, "size": 3, "stride": 1, "fill": 0.0}
    got = occlusion(model, image, **options)
    assert got.shape == (22, 22)
    torch.testing.assert_close(got, one_by_one(model, image, **options))


def test_nothing_is_changed_and_no_graph_is_kept(make_net, make_images, fingerprint):
    model, images = make_net("batch_norm"), make_images(1).requires_grad_()
    before, given_images = fingerprint(model), images.detach().clone()
    got = occlusion(model, images, target=0, size=8, stride=8, fill=0.5)
    assert not got.requires_grad
    assert fingerprint(model) == before
    assert torch.equal(images.detach(), given_images)


def test_a_bare_module_in_training_mode_is_asked_in_evaluation_mode(fingerprint):
    net = nn.Sequential(nn.BatchNorm2d(1), nn.Dropout(0.5), nn.Flatten(), nn.Linear(16, 3))
    image = torch.rand(1, 4, 4, generator=torch.Generator().manual_seed(0))
    before = fingerprint(net)
    options = {"target": 0, "size": 2, "stride": 1, "fill": 0.0}
    got = occlusion(net, image, **options)
    assert fingerprint(net) == before
    torch.testing.assert_close(got, one_by_one(net.eval(), image, **options).detach())


GOOD = {"target": 0, "size": 4, "stride": 4, "fill": 0.5}
IMAGE = torch.full((3, 24, 24), 0.25)


@pytest.mark.parametrize(
    ("image", "change", "words"),
    [
        (IMAGE, {"size": 0}, "size must be"),
        (IMAGE, {"size": 25}, "size must be"),
        (IMAGE, {"size": 2.0}, "size must be"),
        (IMAGE, {"stride": 0}, "stride must be"),
        (IMAGE, {"stride": True}, "stride must be"),
        (IMAGE, {"target": 5}, "target must be"),
        (IMAGE, {"target": -1}, "target must be"),
        (IMAGE, {"fill": float("nan")}, "fill must be"),
        (IMAGE, {"fill": "grey"}, "fill must be"),
        (IMAGE[0], {}, "C×H×W"),
        (IMAGE.expand(2, 3, 24, 24), {}, "C×H×W"),
        (IMAGE.byte(), {}, "C×H×W"),
        (IMAGE * float("nan"), {}, "not finite"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(image, change, words, make_net):
    with pytest.raises(ValueError, match=words) as caught:
        occlusion(make_net(), image, **{**GOOD, **change})
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
