"""A Classifier speaks pixels in [0, 1] and is read-only."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from dlviz.core.classifier import Classifier

MEAN, STD = (0.4, 0.5, 0.6), (0.2, 0.25, 0.5)


def network() -> nn.Sequential:
    net = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(), nn.Flatten()
    )
    net.append(nn.Linear(4 * 6 * 6, 3))
    generator = torch.Generator().manual_seed(0)
    for value in net.state_dict().values():
        if value.is_floating_point():
            value.uniform_(0.1, 0.5, generator=generator)
    return net


@pytest.fixture
def classifier() -> Classifier:
    return Classifier(
        network(), ["a", "b", "c"], MEAN, STD, layers=["0"], input_shape=(3, 8, 8), name="tiny"
    )


@pytest.fixture
def images() -> Tensor:
    return torch.rand(5, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def test_normalisation_is_inside(classifier: Classifier, images: Tensor) -> None:
    normal = torch.stack([(images[:, c] - MEAN[c]) / STD[c] for c in range(3)], dim=1)
    torch.testing.assert_close(classifier(images), network().eval()(normal))


def test_a_step_in_pixels_is_a_step_in_pixels() -> None:
    """ε = 8/255 means what it says: the gradient carries the 1/std of each channel."""
    total = nn.Sequential(nn.Flatten(), nn.Linear(3, 1))
    with torch.no_grad():
        total[1].weight.fill_(1.0)
    classifier = Classifier(total, ["sum"], MEAN, STD, layers=[], input_shape=(3, 1, 1))
    images = torch.full((1, 3, 1, 1), 0.5, requires_grad=True)
    (slope,) = torch.autograd.grad(classifier(images).sum(), images)
    assert slope.flatten().tolist() == pytest.approx([5.0, 4.0, 2.0])


def test_nothing_in_it_learns(classifier: Classifier, images: Tensor) -> None:
    assert not classifier.training
    assert not any(module.training for module in classifier.modules())
    assert not any(value.requires_grad for value in classifier.parameters())
    before = {name: value.clone() for name, value in classifier.state_dict().items()}
    images.requires_grad_()
    torch.autograd.grad(classifier(images).sum(), images)
    assert all(torch.equal(before[name], v) for name, v in classifier.state_dict().items())
    assert all(value.grad is None for value in classifier.parameters())


def test_every_picture_is_judged_alone(classifier: Classifier, images: Tensor) -> None:
    """Evaluation mode: neither batch statistics nor dropout."""
    together = classifier(images)
    alone = torch.cat([classifier(image[None]) for image in images])
    torch.testing.assert_close(together, alone)
    assert torch.equal(together, classifier(images))


def test_probabilities_are_the_softmax_without_a_graph(
    classifier: Classifier, images: Tensor
) -> None:
    logits = classifier(images).double()
    expected = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    found = classifier.probabilities(images.requires_grad_())
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-6)
    assert not found.requires_grad
    assert found.shape == (5, 3)


def test_what_it_knows_of_itself(classifier: Classifier) -> None:
    assert classifier.classes == ("a", "b", "c")
    assert classifier.layers == ("0",)
    assert classifier.input_shape == (3, 8, 8)
    assert classifier.name == "tiny"
    assert {"mean", "std"} <= set(dict(classifier.named_buffers()))
