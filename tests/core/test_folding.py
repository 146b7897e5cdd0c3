"""A folded shadow answers as its model does, and leaves that alone."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from dlviz.core.folding import folded


def norms(model):
    return sum(isinstance(module, nn.BatchNorm2d) for module in model.modules())


@pytest.mark.parametrize(("affine", "bias"), [(True, True), (False, False), (True, False)])
def test_it_answers_as_the_model_does(affine, bias):
    torch.manual_seed(0)
    inner = nn.Sequential(nn.Conv2d(6, 8, 3, groups=2, bias=bias), nn.BatchNorm2d(8, affine=affine))
    net = nn.Sequential(
        nn.Conv2d(3, 6, 3, stride=2, bias=bias), nn.BatchNorm2d(6, affine=affine), nn.ReLU(),
        inner, nn.ReLU(), nn.BatchNorm2d(8), nn.Flatten(),
    ).eval()  # fmt: skip
    for name, value in net.state_dict().items():
        if value.is_floating_point():
            value.normal_().abs_().add_(0.2) if "var" in name else value.normal_()
    images = torch.rand(2, 3, 20, 20)
    twin = folded(net)
    assert (norms(net), norms(twin)) == (3, 1)  # the third has no convolution before it
    torch.testing.assert_close(twin(images), net(images), rtol=1e-5, atol=1e-4)


def test_a_classifier_is_not_touched(make_net, make_images, fingerprint):
    model, images = make_net("batch_norm"), make_images(2)
    before = fingerprint(model)
    twin = folded(model)
    assert norms(twin) == 0
    torch.testing.assert_close(twin(images), model(images), rtol=1e-5, atol=1e-5)
    assert fingerprint(model) == before


def test_a_convolution_that_is_looked_at_keeps_its_answer(make_net):
    model = make_net("batch_norm")
    twin = folded(model, keep=["module.conv2"])
    assert norms(twin) == 1
    assert twin.module.conv2.weight is model.module.conv2.weight


def test_a_chain_with_a_way_of_its_own_is_left_alone():
    class Both(nn.Sequential):
        def forward(self, x):
            return self[0](x) + self[1](x)

    net = Both(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)).eval()
    assert norms(folded(net)) == 1


def test_training_mode_is_left_behind():
    net = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2))
    images = torch.rand(1, 1, 4, 4)
    assert torch.allclose(folded(net)(images), net.eval()(images), atol=1e-6)
