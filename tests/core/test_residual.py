"""Batch norm and the residual block against torch's own and torchvision's."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock

from dlviz.core.layers import build, plan
from dlviz.core.receptive import receptive_field
from dlviz.core.residual import MapNorm, ResidualBlock, VectorNorm
from dlviz.core.specs import NetSpec, layer
from tests.core.test_receptive import computed, observed, positive

NAMES = {
    **{f"main.conv{n}": f"conv{n}" for n in (1, 2)},
    **{f"main.norm{n}": f"bn{n}" for n in (1, 2)},
    **{"skip.conv": "downsample.0", "skip.norm": "downsample.1"},
}


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def torchvisions(block: ResidualBlock, before: int, channels: int, stride: int) -> BasicBlock:
    """torchvision's block with the same numbers."""
    fit = None
    if len(block.skip):
        fit = nn.Sequential(
            nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
        )
    theirs = BasicBlock(before, channels, stride, fit)
    ours = {}
    for name, value in block.state_dict().items():
        owner, _, leaf = name.rpartition(".")
        ours[f"{NAMES[owner]}.{leaf}"] = value.clone()
    missing = theirs.load_state_dict(ours, strict=False)
    assert not missing.unexpected_keys
    assert all(name.endswith("num_batches_tracked") for name in missing.missing_keys)
    return theirs


def shaken(block: nn.Module) -> nn.Module:
    """Scales and shifts as after a training, not 1 and 0."""
    for seed, value in enumerate(block.parameters()):
        if value.ndim == 1:
            value.data.normal_(generator=generator(seed))
    return block


@pytest.mark.parametrize(
    ("before", "channels", "stride"), [(4, 4, 1), (4, 6, 1), (4, 4, 2), (3, 8, 3)]
)
def test_a_block_is_torchvisions_basic_block(before: int, channels: int, stride: int) -> None:
    block = shaken(ResidualBlock(before, channels, stride, generator()))
    theirs = torchvisions(block, before, channels, stride)
    for seed in range(3):  # training moves the running averages of both alike
        x = torch.randn(5, before, 9, 7, generator=generator(seed))
        assert torch.equal(block(x), theirs(x))
    block.eval(), theirs.eval()
    assert torch.equal(block(x), theirs(x))
    mine, other = (torch.autograd.grad(net(x).sum(), net.parameters()) for net in (block, theirs))
    assert sum(g.square().sum() for g in mine) == pytest.approx(
        float(sum(g.square().sum() for g in other)), rel=1e-5
    )


def test_an_unchanged_shape_is_skipped_as_it_is() -> None:
    net = NetSpec((layer("residual", channels=4), layer("global_average"), layer("dense")))
    (row, *_) = plan(net, (4, 8, 8), 3)
    assert row.parameters == 2 * 9 * 4 * 4 + 4 * 4
    assert row.multiply_adds == 2 * 9 * 4 * 4 * 64
    module, _ = build(net, (4, 8, 8), 3, generator())
    assert not len(module.block1.skip)


@pytest.mark.parametrize(
    ("ours", "theirs", "shape"),
    [(MapNorm, nn.BatchNorm2d, (6, 3, 4, 5)), (VectorNorm, nn.BatchNorm1d, (6, 3))],
)
def test_batch_norm_is_torchs_own_without_the_count(ours, theirs, shape) -> None:
    mine, other = shaken(ours(3)), shaken(theirs(3))
    for seed in range(4):
        x = 3 + 2 * torch.randn(*shape, generator=generator(seed))
        assert torch.equal(mine(x), other(x))
    assert torch.equal(mine.eval()(x), other.eval()(x))
    expected = other.state_dict()
    del expected["num_batches_tracked"]
    assert set(mine.state_dict()) == set(expected)
    assert all(torch.equal(value, expected[name]) for name, value in mine.state_dict().items())


@pytest.mark.parametrize("place", ["maps", "vector"])
def test_a_plain_dict_of_weights_is_read_back_strictly(place: str) -> None:
    """A snapshot is a plain dict; torch's own batch norm then asks for the count."""
    norm = layer("batch_norm")
    layers = (norm, layer("flatten")) if place == "maps" else (layer("flatten"), norm)
    net = NetSpec((*layers, layer("dense")))
    module, _ = build(net, (2, 4, 4), 3, generator())
    module(torch.randn(8, 2, 4, 4, generator=generator()))
    again, _ = build(net, (2, 4, 4), 3, generator(1))
    again.load_state_dict(dict(module.state_dict()))
    assert again.state_dict().keys() == module.state_dict().keys()
    assert torch.equal(again.norm1.running_mean, module.norm1.running_mean)


@pytest.mark.parametrize("shape", [(1, 3), (1, 3, 1, 1)])
def test_a_single_picture_left_over_is_normalised_by_the_running_averages(shape) -> None:
    norm = shaken(VectorNorm(3) if len(shape) == 2 else MapNorm(3))
    norm.running_mean.fill_(2.0), norm.running_var.fill_(4.0)
    x = torch.randn(*shape, generator=generator())
    got = norm(x)
    assert torch.equal(got, norm.eval()(x))
    assert norm.running_mean.unique().tolist() == [2.0]
    assert got.isfinite().all()


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_a_block_sees(stride: int, channels: int) -> None:
    net = nn.Sequential()
    net.add_module("conv", nn.Conv2d(1, 1, 3, stride=2))
    net.add_module("block", ResidualBlock(1, channels, stride, generator()))
    positive(net)
    block = net.block

    def to(*modules: nn.Module) -> Tensor:
        return observed(nn.Sequential(net.conv, *modules), 12, 11)

    assert torch.equal(computed(net, "block", 12, 11), to(block))
    assert torch.equal(computed(net, "block.relu", 12, 11), to(block))
    assert torch.equal(computed(net, "block.main.relu1", 12, 11), to(*block.main[:3]))
    assert torch.equal(computed(net, "block.main", 12, 11), to(block.main))
    if len(block.skip):
        assert torch.equal(computed(net, "block.skip.conv", 12, 11), to(block.skip[0]))


def test_a_block_of_stride_8_by_hand() -> None:
    """The first windows sit at −1…1, 7…9 and 15…17; the second convolution joins neighbours."""
    block = nn.Sequential(ResidualBlock(1, 1, 8, generator()))
    field = receptive_field(block, "0", 20, 20)
    assert field.rows.tolist() == [[0, 10], [0, 18], [7, 18]]
