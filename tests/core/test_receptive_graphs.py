"""Receptive fields of networks with branches, against gradients: which pixels move a unit.

Every weight is positive and random, ReLUs pass everything on, so a pixel moves a unit if and only
if there is a way from it to the unit: the gradient's support is the field.
"""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision import models
from torchvision.models.googlenet import Inception

from dlviz.core.probe import activations
from dlviz.core.receptive import receptive_field, receptive_fields
from dlviz.io.models import MODELS, load_model


def positive(network: nn.Module) -> nn.Module:
    """Positive weights, small enough that no ReLU6 is at its end; norms that change nothing."""
    for name, value in network.state_dict().items():
        if not value.is_floating_point():
            continue
        if name.endswith("running_var"):
            value.fill_(1.0)
        elif value.ndim > 1:
            value.uniform_(0.5, 1.5).div_(3 * value[0].numel())
        else:
            value.fill_(0.0 if name.endswith(("bias", "running_mean")) else 1.0)
    return averaging(network).double().eval()


def averaging(network: nn.Module) -> nn.Module:
    """Averages for maxima: a maximum has a gradient for its winner only, and sees all the same."""
    for name, child in network.named_children():
        if isinstance(child, nn.MaxPool2d):
            shape = (child.kernel_size, child.stride, child.padding, child.ceil_mode)
            setattr(network, name, nn.AvgPool2d(*shape))
        elif isinstance(child, nn.AdaptiveMaxPool2d):
            setattr(network, name, nn.AdaptiveAvgPool2d(child.output_size))
        else:
            averaging(child)
    return network


def observed(
    network: nn.Module, layer: str, size: tuple[int, int], place: tuple[int, int]
) -> tuple:
    """The box of pixels with a gradient, for the unit at ``place``, all channels together."""
    channels = next(m.in_channels for m in network.modules() if isinstance(m, nn.Conv2d))
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(1, channels, *size, dtype=torch.float64, generator=generator) + 0.1
    images.requires_grad_()
    maps = activations(network, images, [layer])[layer]
    unit = maps[0, :, place[0], place[1]].sum()
    (gradient,) = torch.autograd.grad(unit, images)
    where = gradient[0].abs().amax(dim=0).nonzero()
    if not len(where):
        return (0, 0, 0, 0)
    (y0, x0), (y1, x1) = where.amin(0).tolist(), (where.amax(0) + 1).tolist()
    return (x0, y0, x1, y1)


def places_of(field) -> list[tuple[int, int]]:
    """Corners, borders and the middle."""
    rows, columns = (
        sorted({0, n // 3, n // 2, n - 1}) for n in (len(field.rows), len(field.columns))
    )
    return [(row, column) for row in rows for column in columns[:: len(columns) - 1 or 1]]


def agree(network: nn.Module, layer: str, size: tuple[int, int]) -> None:
    field = receptive_field(network, layer, *size)
    oracle = positive(copy.deepcopy(network))
    for place in places_of(field):
        assert field.box(*place) == observed(oracle, layer, size, place), (layer, place)


class Shuffled(nn.Module):
    """Halves of the channels, one through a convolution, shuffled together again."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3, stride=2)
        self.branch = nn.Conv2d(2, 2, 5, padding=2, groups=2)
        self.last = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        one, two = self.first(x).chunk(2, dim=1)
        x = torch.cat((one, self.branch(two)), dim=1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        return self.last(F.relu_(x[:, 1:] * 2))


class Squeezed(nn.Module):
    """Squeeze and excitation: every channel is multiplied by a number made of all places."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 2, 3)
        self.last = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return self.last(x * torch.sigmoid(x.mean((2, 3), keepdim=True)))


class ChannelsLast(nn.Module):
    """A linear layer over the channels of each place, with a norm, as in ConvNeXt."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 3, 3, padding=1)
        self.norm = nn.LayerNorm(3)
        self.linear = nn.Linear(3, 3)
        self.last = nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        deep = self.linear(x.permute(0, 2, 3, 1) * torch.tensor([1.0, 2.0, 3.0]).double())
        return self.last(x + deep.permute(0, 3, 1, 2))


@pytest.mark.parametrize(
    ("network", "layer"),
    [
        (Shuffled(), "last"),
        (Squeezed(), "last"),
        (ChannelsLast(), "last"),
        (
            nn.Sequential(nn.Conv2d(2, 3, 3, 2), nn.AdaptiveAvgPool2d((3, 4)), nn.Conv2d(3, 1, 2)),
            "2",
        ),
        (nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveMaxPool2d(1)), "1"),
        (nn.Sequential(nn.ZeroPad2d((2, 1, 0, 3)), nn.Conv2d(1, 1, 2, 3)), "1"),
        (nn.Sequential(nn.Conv2d(2, 4, 3), Inception(4, 2, 2, 2, 2, 2, 2)), "1"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else value,
)
def test_graphs_by_hand(network, layer):
    agree(network, layer, (19, 23))


def test_a_norm_over_whole_maps_sees_the_whole_picture():
    chain = nn.Sequential(nn.Conv2d(1, 2, 3), nn.GroupNorm(1, 2)).double()
    field = receptive_field(chain, "1", 9, 8)
    assert {field.box(row, column) for row in range(7) for column in range(6)} == {(0, 0, 8, 9)}
    assert observed(chain, "1", (9, 8), (0, 0)) == (0, 0, 8, 9)


@pytest.mark.parametrize(
    "name",
    [n if n.endswith("_cnn") else pytest.param(n, marks=pytest.mark.acceptance) for n in MODELS],
)
def test_every_registered_network_by_its_gradients(name):
    """A smaller picture where it takes any."""
    model = load_model(name)
    network = model.module
    size = (64, 64) if name == "mobilenet_v2" else tuple(model.input_shape[1:])
    for layer in model.layers[4 :: 7 if name == "mobilenet_v2" else 2]:
        agree(network, layer, size)


def test_several_layers_in_one_walk_as_far_as_it_goes():
    chain = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.Upsample(scale_factor=2), nn.ReLU())
    fields, refused = receptive_fields(chain, ["0", "1", "3"], 8, 8)
    assert list(fields) == ["0", "1"]
    assert refused == "Receptive fields cannot be followed through Upsample (interpolate)."
    fields, refused = receptive_fields(chain, ["1"], 8, 8)
    assert refused == ""
    assert torch.equal(fields["1"].rows, receptive_field(chain, "1", 8, 8).rows)


def test_nothing_of_the_network_is_touched_and_nothing_is_computed():
    network = models.resnet18().eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    receptive_field(network, "layer2", 1024, 2048)  # would need gigabytes if it were computed
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert not any(
        module._forward_hooks or module._forward_pre_hooks for module in network.modules()
    )
    assert all(value.grad is None for value in network.parameters())


# A stage in the middle and the last one of every family that has maps from convolutions.
FAMILIES = {
    "alexnet": ("features.5", "features.12"),
    "convnext_tiny": ("features.1",),
    "densenet121": ("features.denseblock1", "features.transition2"),
    "efficientnet_b0": ("features.0", "features.2"),
    "efficientnet_v2_s": ("features.2", "features.5"),
    "googlenet": ("inception3a", "inception4c"),
    "inception_v3": ("Mixed_5b", "Mixed_6a"),
    "mnasnet0_5": ("layers.8", "layers.11"),
    "mobilenet_v3_small": ("features.1", "features.3"),
    "regnet_x_400mf": ("trunk_output.block1", "trunk_output.block2"),
    "regnet_y_400mf": ("stem", "trunk_output.block1"),
    "resnet18": ("layer1.0", "layer3"),
    "resnet50": ("layer1", "layer3.0"),
    "resnext50_32x4d": ("layer2",),
    "shufflenet_v2_x0_5": ("stage2", "stage3.1"),
    "squeezenet1_1": ("features.3", "features.9"),
    "vgg11_bn": ("features.14", "features.28"),
    "wide_resnet50_2": ("layer1",),
}
FAST = ("googlenet",)


@pytest.mark.parametrize(
    "name",
    [n if n in FAST else pytest.param(n, marks=pytest.mark.acceptance) for n in FAMILIES],
)
def test_torchvisions_families_by_their_gradients(name):
    options = {"aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    if options:
        options["init_weights"] = False
    network = models.get_model(name, weights=None, **options).eval()
    for layer in FAMILIES[name]:
        agree(network, layer, (96, 112))
