"""The quick way back through a strided first layer is autograd's."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from dlviz.core import strided
from dlviz.core.strided import QuickStem, Windows, signal_back

# channels, filters, kernel, stride, padding, size: stems of known nets, and awkward ones
STEMS = {
    "creatures": (3, 48, 7, 2, 3, (64, 64)),
    "AlexNet": (3, 8, 11, 4, 2, (224, 224)),
    "MobileNetV2": (3, 32, 3, 2, 1, (33, 32)),
    "pixels behind the last window": (1, 4, 3, 3, 0, (14, 17)),
    "windows with gaps": (2, 4, 2, 3, 1, (11, 13)),
    "one-pixel windows": (3, 4, 1, 2, 0, (6, 7)),
    "oblong": (4, 5, (3, 5), (2, 3), (2, 1), (12, 19)),
    "strides of one direction": (2, 4, (4, 3), (1, 2), (0, 1), (9, 10)),
}


def pair(value):
    return (value, value) if isinstance(value, int) else value


@pytest.mark.parametrize("stem", STEMS)
def test_the_transposed_convolution_is_autograds(stem):
    channels, filters, kernel, stride, padding, size = STEMS[stem]
    drawn = torch.Generator().manual_seed(0)
    x = torch.randn(2, channels, *size, generator=drawn, dtype=torch.double).requires_grad_()
    weight = torch.randn(filters, channels, *pair(kernel), generator=drawn, dtype=torch.double)
    y = F.conv2d(x, weight, None, stride, padding)
    signal = torch.randn(y.shape, generator=drawn, dtype=torch.double)
    (wanted,) = torch.autograd.grad(y, x, signal)
    found = signal_back(signal, weight, Windows(pair(stride), pair(padding), size))
    torch.testing.assert_close(found, wanted, rtol=1e-10, atol=1e-10)


@pytest.fixture
def times(monkeypatch):
    """How often the quick way was gone."""
    gone = []

    def counted(*args):
        gone.append(args)
        return signal_back(*args)

    monkeypatch.setattr(strided, "signal_back", counted)
    return gone


CALLS = {
    "a module": (lambda: nn.Conv2d(3, 4, 3, 2, 1), 1),
    "in a chain": (
        lambda: nn.Sequential(nn.Conv2d(3, 3, 3, 2), nn.ReLU(), nn.Conv2d(3, 4, 2, 2)),
        2,
    ),
    "torch.conv2d": (lambda: lambda x: torch.conv2d(x, torch.ones(4, 3, 3, 3), stride=2), 1),
    "reflected borders": (lambda: nn.Conv2d(3, 4, 3, 2, 1, padding_mode="reflect"), 1),
    "no stride": (lambda: nn.Conv2d(3, 4, 3, 1, 1), 0),
    "many channels": (lambda: nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 3, 2)), 0),
    "groups": (lambda: nn.Conv2d(3, 3, 3, 2, groups=3), 0),
    "dilated": (lambda: nn.Conv2d(3, 4, 3, 2, dilation=2), 0),
    "padding by name": (lambda: lambda x: F.conv2d(x, torch.ones(4, 3, 3, 3), padding="same"), 0),
}


@pytest.mark.parametrize("call", CALLS)
def test_only_strided_convolutions_of_few_channels_go_it(call, times):
    make, count = CALLS[call]
    torch.manual_seed(0)
    layer = make()
    x = torch.rand(2, 3, 12, 13, requires_grad=True)
    (wanted,) = torch.autograd.grad(layer(x).square().sum(), x)
    assert not times
    with QuickStem():
        y = layer(x)
    assert torch.equal(y, layer(x))
    (found,) = torch.autograd.grad(y.square().sum(), x)
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-5)
    assert len(times) == count


def test_one_picture_without_a_batch_is_left_to_torch(times):
    x = torch.rand(3, 12, 12, requires_grad=True)
    with QuickStem():
        y = F.conv2d(x, torch.ones(4, 3, 3, 3), stride=2)
    assert torch.autograd.grad(y.sum(), x)[0].shape == x.shape
    assert not times
