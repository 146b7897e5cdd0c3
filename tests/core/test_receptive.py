"""Receptive fields against what can be observed: which pixels move which unit."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models import alexnet, mobilenet_v2, vgg11
from torchvision.models.mobilenetv2 import InvertedResidual
from torchvision.ops import Conv2dNormActivation

from dlviz.core.layers import SeededDropout
from dlviz.core.receptive import receptive_field


def positive(module: nn.Module) -> nn.Module:
    """Every weight positive and no offsets: then a unit moves if and only if it sees the pixel."""
    for name, value in module.state_dict().items():
        if value.is_floating_point():
            value.fill_(0.0 if name.endswith(("bias", "running_mean")) else 0.01)
            if name.endswith("running_var"):
                value.fill_(1.0)
    return module.eval()


def observed(chain: nn.Module, height: int, width: int, channels: int = 1) -> Tensor:
    """rows × columns × 4: the box (x0, y0, x1, y1) of pixels that move each unit, by trying all.

    Every weight is positive, so an impulse at a pixel raises exactly the units that see it:
    through convolutions, averages and maxima alike.
    """
    impulses = torch.eye(height * width, dtype=torch.float64).view(-1, 1, height, width)
    with torch.no_grad():
        maps = chain.double()(impulses.expand(-1, channels, -1, -1))
    seen = (maps.amax(1) > 0).view(height, width, *maps.shape[2:])
    boxes = torch.zeros(*maps.shape[2:], 4, dtype=torch.int64)
    for row in range(maps.shape[2]):
        for column in range(maps.shape[3]):
            where = seen[:, :, row, column].nonzero()
            if len(where):
                (y0, x0), (y1, x1) = where.amin(0), where.amax(0) + 1
                boxes[row, column] = torch.stack([x0, y0, x1, y1])
    return boxes


def computed(model: nn.Module, layer: str, height: int, width: int) -> Tensor:
    field = receptive_field(model, layer, height, width)
    rows, columns = range(len(field.rows)), range(len(field.columns))
    return torch.tensor([[field.box(row, column) for column in columns] for row in rows])


@st.composite
def chains(draw):
    """Two or three windowed layers of any geometry that torch accepts."""
    layers: list[nn.Module] = []
    for _ in range(draw(st.integers(1, 3))):
        kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 3)))
        stride = draw(st.integers(1, 3))
        half = draw(st.integers(0, min(kernel) // 2))
        dilation = draw(st.integers(1, 2))
        kind = draw(st.sampled_from(["conv", "max", "average"]))
        if kind == "conv":
            padding = draw(st.integers(0, 3))
            layers.append(nn.Conv2d(1, 1, kernel, stride, padding, dilation))
        elif kind == "max":
            ceil = draw(st.booleans())
            layers.append(nn.MaxPool2d(kernel, stride, half, dilation, ceil_mode=ceil))
        else:
            ceil = draw(st.booleans())
            layers.append(nn.AvgPool2d(kernel, stride, half, ceil_mode=ceil))
        layers.append(draw(st.sampled_from([nn.ReLU(), nn.BatchNorm2d(1), nn.Identity()])))
    return nn.Sequential(*layers)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(chain=chains(), height=st.integers(5, 12), width=st.integers(5, 11))
def test_exactly_the_pixels_that_move_the_unit(chain, height, width):
    last = str(len(chain) - 1)
    try:
        expected = observed(positive(chain), height, width)
    except RuntimeError:  # torch: the maps have become too small for the next layer
        with pytest.raises(ValueError, match="too small"):
            receptive_field(chain, last, height, width)
        return
    got = computed(chain, last, height, width)
    assert torch.equal(got, expected)


@pytest.mark.parametrize("seed", range(6))
def test_the_support_of_the_gradient(seed):
    generator = torch.Generator().manual_seed(seed)
    kernel, stride, padding, dilation = (
        int(torch.randint(low, high, (), generator=generator))
        for low, high in [(2, 5), (1, 3), (0, 3), (1, 3)]
    )
    chain = nn.Sequential(
        nn.Conv2d(1, 3, kernel, stride, padding, dilation),
        nn.Tanh(),
        nn.AvgPool2d(2, 1),
        nn.Conv2d(3, 2, (3, 2), (1, 2), padding),
    )
    for value in chain.parameters():
        value.data.normal_(generator=generator)
    images = torch.rand(1, 1, 17, 15, generator=generator, requires_grad=True)
    maps = chain(images)
    field = receptive_field(chain, "3", 17, 15)
    assert (len(field.rows), len(field.columns)) == tuple(maps.shape[2:])
    for row in range(maps.shape[2]):
        for column in range(maps.shape[3]):
            (gradient,) = torch.autograd.grad(maps[0, 0, row, column], images, retain_graph=True)
            where = gradient[0, 0].nonzero()
            if len(where) == 0:  # a unit in the corner of a wide padding
                assert field.box(row, column) == (0, 0, 0, 0)
                continue
            (y0, x0), (y1, x1) = where.amin(0).tolist(), (where.amax(0) + 1).tolist()
            assert field.box(row, column) == (x0, y0, x1, y1)


class Resized(nn.Module):
    def __init__(self, *size):
        super().__init__()
        self.size = size

    def forward(self, x):
        return F.interpolate(x, self.size, mode="bilinear", antialias=True)


@pytest.mark.parametrize("size", [(11, 9), (30, 10), (5, 4), (16, 6), (9, 7), (3, 23)])
def test_a_resized_picture_by_its_gradient(size):
    chain = nn.Sequential(Resized(*size), nn.Conv2d(1, 1, 2, 2)).double()
    chain[1].weight.data.fill_(1.0)
    images = torch.rand(1, 1, 10, 7, requires_grad=True, dtype=torch.float64)
    maps = chain(images)
    field = receptive_field(chain, "1", 10, 7)
    for row in range(maps.shape[2]):
        for column in range(maps.shape[3]):
            (gradient,) = torch.autograd.grad(maps[0, 0, row, column], images, retain_graph=True)
            where = (gradient[0, 0] > 1e-9).nonzero()
            (y0, x0), (y1, x1) = where.amin(0).tolist(), (where.amax(0) + 1).tolist()
            assert field.box(row, column) == (x0, y0, x1, y1)


def test_the_famous_ones():
    chain = nn.Sequential(*[nn.Conv2d(1, 1, 3) for _ in range(3)])
    assert receptive_field(chain, "0", 9, 9).box(2, 4) == (4, 2, 7, 5)
    assert receptive_field(chain, "2", 9, 9).box(0, 0) == (0, 0, 7, 7)  # three 3×3 see 7×7
    # AlexNet's last pool sees 195 pixels where nothing is cut off (Araujo et al. 2019).
    with torch.device("meta"):
        net = alexnet()
    field = receptive_field(net, "features.12", 1024, 1024)
    lo, hi = field.rows[len(field.rows) // 2].tolist()
    assert hi - lo == 195


def test_an_all_padding_unit_sees_nothing_and_is_ignored_further_on():
    chain = nn.Sequential(nn.Conv2d(1, 1, 1, padding=1), nn.Conv2d(1, 1, 2))
    field = receptive_field(chain, "0", 3, 3)
    assert field.box(0, 0) == (0, 0, 0, 0)
    assert torch.equal(computed(chain, "0", 3, 3), observed(positive(chain[:1]), 3, 3))
    assert torch.equal(computed(chain, "1", 3, 3), observed(positive(chain), 3, 3))


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_named_paddings(padding, dilation):
    chain = nn.Sequential(nn.Conv2d(1, 1, (4, 3), padding=padding, dilation=dilation))
    assert torch.equal(computed(chain, "0", 9, 8), observed(positive(chain), 9, 8))


def test_nested_chains_and_layers_on_the_way():
    block = nn.Sequential(OrderedDict(conv=nn.Conv2d(1, 1, 3), relu=nn.ReLU6(inplace=True)))
    dropout = SeededDropout(0.5, torch.Generator())
    chain = nn.Sequential(OrderedDict(a=block, pool=nn.MaxPool2d(3, 2), drop=dropout))
    positive(chain)
    assert torch.equal(computed(chain, "a.conv", 10, 11), observed(chain.a.conv, 10, 11))
    assert torch.equal(computed(chain, "a", 10, 11), observed(chain.a, 10, 11))
    assert torch.equal(computed(chain, "drop", 10, 11), observed(chain, 10, 11))
    assert torch.equal(computed(chain, "pool", 10, 11), observed(chain[:2], 10, 11))


@pytest.mark.parametrize("stride", [1, 2])
def test_inverted_residuals(stride):
    residual = InvertedResidual(1, 1, stride, 2)
    assert residual.use_res_connect == (stride == 1)
    chain = nn.Sequential(Conv2dNormActivation(1, 1, 3, stride=2), residual)
    positive(chain)
    assert torch.equal(computed(chain, "1", 11, 12), observed(chain, 11, 12))
    inner = nn.Sequential(chain[0], residual.conv[0], residual.conv[1])
    assert torch.equal(computed(chain, "1.conv.1", 11, 12), observed(inner, 11, 12))


def test_a_residual_sum_sees_what_its_shortcut_sees():
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.use_res_connect = True
            # Two taps at −1 and +1: at the border the branch does not see its own place.
            self.conv = nn.Sequential(nn.Conv2d(1, 1, 2, padding=1, dilation=2))

        def forward(self, x):
            return x + self.conv(x)

    chain = nn.Sequential(Residual())
    assert receptive_field(chain, "0", 6, 6).box(0, 0) == (0, 0, 2, 2)
    rows = receptive_field(chain, "0", 6, 6).rows
    ends = observed(positive(chain), 6, 6)
    assert torch.equal(rows, torch.stack([ends[:, 2, 1], ends[:, 2, 3]], dim=1))


def test_a_mobilenet():
    model = mobilenet_v2(width_mult=0.05)
    positive(model)
    with torch.no_grad():
        shape = model.features[:5](torch.zeros(1, 3, 32, 32)).shape[2:]
    field = receptive_field(model, "features.4", 32, 32)
    assert (len(field.rows), len(field.columns)) == tuple(shape)
    got = computed(model, "features.4", 32, 32)
    assert torch.equal(got, observed(model.features[:5], 32, 32, channels=3))


def test_vgg_by_hand():
    with torch.device("meta"):
        net = vgg11()
    # Pool 2 takes rows 6–7 of conv 2, they rows 5–8 of pool 1, they rows 10–17 of conv 1.
    assert receptive_field(net, "features.5", 64, 64).box(3, 3) == (9, 9, 19, 19)


def test_a_classifier_and_its_maps(make_net, make_images):
    model = make_net("overlapping")
    x = make_images(1)
    for name in model.layers:
        x = model.module.get_submodule(name)(x)
        field = receptive_field(model, name, 24, 24)
        assert (len(field.rows), len(field.columns)) == tuple(x.shape[2:])
        assert field.rows.dtype == torch.int64
        assert field.rows.shape[1] == 2


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (nn.Upsample(scale_factor=2), "Upsample"),
        (nn.Upsample(size=12, mode="bilinear"), "Upsample"),
        (nn.Flatten(), "Flatten"),
        (nn.Fold(8, 1), "Fold"),
        (nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"), "reflect"),
        (nn.ConvTranspose2d(1, 1, 3), "ConvTranspose2d"),
    ],
)
def test_what_it_cannot_do_exactly_it_refuses_by_name(module, name):
    chain = nn.Sequential(module, nn.Conv2d(1, 1, 1))
    with pytest.raises(ValueError, match=name):
        receptive_field(chain, "1", 8, 8)


def test_a_subclass_may_do_anything():
    class Strange(nn.Conv2d):
        def forward(self, x):
            return super().forward(x.flip(2))

    with pytest.raises(ValueError, match="Strange"):
        receptive_field(nn.Sequential(Strange(1, 1, 3)), "0", 8, 8)


def test_bad_input(make_net):
    with pytest.raises(ValueError, match="No layer 'conv9'"):
        receptive_field(make_net(), "conv9", 24, 24)
    with pytest.raises(ValueError, match="at least 1"):
        receptive_field(make_net(), "conv1", 0, 24)
    with pytest.raises(ValueError, match="too small"):
        receptive_field(make_net(), "pool2", 3, 24)
    with pytest.raises(IndexError):
        receptive_field(make_net(), "pool2", 24, 24).box(6, 0)
