"""A gradient that is zero, saturated or not finite is said, not hidden."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from dlviz.core.attacks import ATTACKS, gradient_health
from tests.core.attack_nets import mlp, pictures, wrap


class Sure(nn.Module):
    """Two logits so far apart that the softmax rounds: 1 and what is left of 0."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = scale

    def forward(self, images: Tensor) -> Tensor:
        total = self.scale * (1 + images.flatten(1).sum(dim=1, keepdim=True))
        return torch.cat([total, -total], dim=1)


@pytest.mark.parametrize(
    ("scale", "word"), [(0.001, "fine"), (0.2, "saturated"), (100.0, "zero"), (1e38, "not finite")]
)
def test_a_vanished_gradient_is_said(scale, word) -> None:
    images, labels = torch.full((2, 3, 8, 8), 0.5), torch.tensor([0, 0])
    health = gradient_health(Sure(scale), images, labels)
    assert [health[index] for index in range(2)] == [word] * 2
    assert bool(health.zero.all()) is (word == "zero")
    assert bool((health.still == 1).all()) is (word == "zero")
    if word == "zero":
        for attack in ATTACKS.values():
            if attack.name not in ("pgd", "deepfool"):  # one starts elsewhere, one reads logits
                assert torch.equal(attack.run(Sure(scale), images, labels, 0.1), images)


def test_health_is_of_each_picture_and_of_what_may_move() -> None:
    images, labels = torch.full((3, 3, 8, 8), 0.5), torch.tensor([0, 0, 0])
    images[1] = 0.0

    class Front(nn.Module):
        def forward(self, pictures: Tensor) -> Tensor:
            total = pictures[:, :1].flatten(1).sum(dim=1, keepdim=True)
            return torch.cat([10 * total, -10 * total], dim=1)

    health = gradient_health(Front(), images, labels)
    assert [health[index] for index in range(3)] == ["zero", "fine", "zero"]
    assert health.still.tolist() == pytest.approx([1, 2 / 3, 1])
    behind = torch.tensor([0, 1, 1]).view(3, 1, 1)
    assert gradient_health(Front(), images, labels, mask=behind).zero.all()


def test_a_net_that_is_sure_is_still_fooled_by_cross_entropy_on_logits() -> None:
    """Its probabilities round to 1 and 0; the loss is taken from the logits, so a sign is left."""
    model = mlp()
    images = pictures(model)[0]
    labels = model(images).argmax(dim=1)
    sharp = wrap(copy.deepcopy(model.module), 5, 12)
    last = sharp.module[-1]
    last.weight.mul_(60 / model(images).std())
    last.bias.mul_(60 / model(images).std())
    assert (sharp.probabilities(images).amax(dim=1) > 1 - 1e-6).any()
    found = ATTACKS["pgd"].run(sharp, images, labels, 0.3)
    assert (sharp(found).argmax(dim=1) != labels).all()
