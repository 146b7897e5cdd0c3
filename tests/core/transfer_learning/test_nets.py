"""Head, cached features and the last block, each against the same thing done the long way."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Generator, nn
from torch.nn import functional as F
from torchvision.models import mobilenet_v2

from dlviz.core.data import ImageData
from dlviz.core.transfer_learning import nets
from dlviz.core.transfer_learning.nets import (
    CUT,
    ScratchNet,
    TransferNet,
    batches,
    features_of,
    loss_of,
    lower_maps,
    new_head,
    probabilities,
    said,
)
from dlviz.io.models import load_model

SIDE = 64


@pytest.fixture(scope="module")
def base():
    return load_model("mobilenet_v2")


@pytest.fixture(scope="module")
def data() -> ImageData:
    drawn = Generator().manual_seed(1)
    pixels = torch.randint(0, 256, (16, 3, 48, 48), generator=drawn, dtype=torch.uint8)
    labels = torch.arange(16) % 2
    pair = ("a", "b")
    return ImageData.of("noise", pair, (pixels[:12], labels[:12]), (pixels[12:], labels[12:]))


def transfer(base, data, seed=0, rate=1e-3) -> TransferNet:
    held = lower_maps(base, data.test_pixels, SIDE)
    made = Generator().manual_seed(seed)
    return TransferNet(base, data, held, rate=rate, side=SIDE, generator=made)


def whole(base, net: TransferNet) -> nn.Sequential:
    """The network in one piece, as a student would write it."""
    lower = copy.deepcopy(features_of(base)[:CUT])
    parts = lower, copy.deepcopy(net.top), nn.AdaptiveAvgPool2d(1), nn.Flatten(), net.head
    return nn.Sequential(*parts).eval()


def inputs(base, pixels) -> torch.Tensor:
    images = F.interpolate(pixels / 255, (SIDE, SIDE), mode="bilinear", antialias=True)
    return (images.clamp(0, 1) - base.mean) / base.std


def test_cached_features_give_what_the_whole_network_gives(base, data) -> None:
    net = transfer(base, data)
    with torch.no_grad():
        theirs = whole(base, net)(inputs(base, data.test_pixels))[:, 0]
    assert torch.allclose(net.logits(), theirs, atol=1e-4)
    assert torch.allclose(net.logits(2), net.logits()[:2], atol=1e-5)
    net.unfreeze()
    assert torch.allclose(net.logits(), theirs, atol=1e-4)


@pytest.mark.parametrize("tuned", [False, True])
def test_an_update_is_the_whole_networks(base, data, tuned: bool) -> None:
    net = transfer(base, data)
    model = whole(base, net)
    model[4] = copy.deepcopy(net.head)
    if tuned:
        net.unfreeze()
    batch = torch.tensor([0, 3, 5])
    learnt = [*model[4].parameters(), *(model[1].parameters() if tuned else ())]
    for value in learnt:
        value.requires_grad_(True)
    optimiser = torch.optim.Adam(learnt, lr=1e-4 if tuned else 1e-3)
    out = torch.sigmoid(model(inputs(base, data.train_pixels[batch]))[:, 0])
    loss = F.binary_cross_entropy(out, data.train_labels[batch].float())
    loss.backward()
    optimiser.step()
    found = net.update(batch)
    assert found.loss == pytest.approx(float(loss.detach()), rel=1e-3)
    pairs = zip(net.head.parameters(), model[4].parameters(), strict=True)
    # Adam's first step is ± rate: where the gradient is about 0 its sign is chance.
    close = torch.cat([(a - b).abs().flatten() < 1e-6 for a, b in pairs])
    assert close.float().mean() > 0.99
    moved = any(
        not torch.equal(a, b)
        for a, b in zip(net.top.parameters(), features_of(base)[CUT:].parameters(), strict=True)
    )
    assert moved == tuned


def test_the_shared_base_is_never_changed(base, data) -> None:
    before = copy.deepcopy(features_of(base).state_dict())
    net = transfer(base, data, rate=0.1)
    net.update(torch.arange(6))
    net.unfreeze()
    net.update(torch.arange(6))
    running = [b.clone() for name, b in net.top.named_buffers() if "running" in name]
    ScratchNet(base, data, rate=0.1, side=SIDE, seed=1).update(torch.arange(6))
    after = features_of(base).state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())
    assert not any(value.requires_grad for value in base.parameters())
    assert not base.training
    # Batch norm keeps ImageNet's averages while its block learns.
    theirs = [b for name, b in features_of(base)[CUT:].named_buffers() if "running" in name]
    assert all(torch.equal(a, b) for a, b in zip(running, theirs, strict=True))


def test_from_scratch_is_the_same_network_all_trained(base, data) -> None:
    net = ScratchNet(base, data, rate=1e-3, side=SIDE, seed=3)
    ours = sum(value.numel() for value in (*net.features.parameters(), *net.head.parameters()))
    theirs = sum(value.numel() for value in mobilenet_v2().features.parameters())
    assert ours == theirs + 1280 * 1024 + 1024 + 1024 + 1
    before = [value.detach().clone() for value in net.features.parameters()]
    means = [b.clone() for name, b in net.features.named_buffers() if "running_mean" in name]
    net.update(torch.arange(10))
    pairs = zip(before, net.features.parameters(), strict=True)
    assert all(not torch.equal(a, b) for a, b in pairs)
    after = [b for name, b in net.features.named_buffers() if "running_mean" in name]
    assert all(not torch.equal(a, b) for a, b in zip(means, after, strict=True))
    twin = ScratchNet(base, data, rate=1e-3, side=SIDE, seed=3)
    assert all(torch.equal(a, b) for a, b in zip(before, twin.features.parameters(), strict=True))


@pytest.mark.parametrize("classes", [2, 3, 8])
def test_one_output_for_two_classes_one_each_for_more(classes: int) -> None:
    state = torch.random.get_rng_state()
    head = new_head(classes, Generator().manual_seed(0))
    assert torch.equal(torch.random.get_rng_state(), state)
    out = head(torch.randn(5, 1280, generator=Generator().manual_seed(1)))
    logits = nets._squeezed(out)
    shares = probabilities(logits)
    assert shares.shape == (5, classes)
    assert torch.allclose(shares.sum(dim=1), torch.ones(5))
    assert torch.equal(shares.argmax(dim=1), said(logits))
    labels = torch.arange(5) % classes
    picked = shares[torch.arange(5), labels]
    assert loss_of(logits, labels).item() == pytest.approx(-picked.log().mean().item(), rel=1e-4)


def test_every_picture_comes_once_before_any_comes_again() -> None:
    order = batches(23, Generator().manual_seed(0))
    for _ in range(3):
        epoch = torch.cat([next(order) for _ in range(3)])
        assert sorted(epoch.tolist()) == list(range(23))
