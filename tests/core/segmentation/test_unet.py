"""The U-Net's shapes by running it, its parameters by hand, and what its skips carry."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from dlviz.core.segmentation.unet import UNet


def seen(net: UNet, channels: int) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    """What goes in and comes out of each child when a picture goes through."""
    found = {}

    def look(name: str) -> None:
        def keep(_: nn.Module, given: tuple[Tensor], out: Tensor) -> None:
            found[name] = tuple(given[0].shape[1:]), tuple(out.shape[1:])

        net.get_submodule(name).register_forward_hook(keep)

    for name, _ in net.named_children():
        look(name)
    net(torch.zeros(2, channels, 64, 64))
    return found


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize(("channels", "classes"), [(1, 2), (3, 6)])
def test_stages_are_what_goes_through(channels: int, classes: int, *, skips: bool) -> None:
    net = UNet(channels, classes, skips=skips)
    found = seen(net, channels)
    picture, *stages = net.stages(channels, 64)
    assert (picture.channels, picture.side) == (channels, 64)
    assert [stage.title for stage in stages] == list(found)
    below = picture.channels
    for stage in stages:
        given, out = found[stage.title]
        assert out == (stage.channels, stage.side, stage.side)
        assert given[0] == below + stage.bridge
        below = stage.channels


def test_it_learns_as_many_numbers_as_the_paper_and_pencil_say() -> None:
    # 3×3 kernels without biases; two numbers a channel for each batch norm; a 1×1 head with biases.
    kernels = 9 * (1 * 8 + 8 * 8 + 8 * 12 + 12 * 12 + 12 * 24 + 24 * 24 + 36 * 12 + 20 * 8)
    norms = 2 * (8 + 8 + 12 + 12 + 24 + 24 + 12 + 8)
    assert UNet(1, 2, skips=True).learnt == kernels + norms + 8 * 2 + 2 == 16_146
    assert UNet(1, 2, skips=False).learnt == 16_146 - 9 * (12 * 12 + 8 * 8) == 14_274
    assert UNet(3, 6, skips=True).learnt <= 30_000


def test_skips_carry_what_the_bottom_has_lost() -> None:
    """Two pictures that are the same after the bottom's zeros differ only by way of a bridge."""
    for skips in (True, False):
        net = UNet(1, 2, skips=skips).eval()
        net.begin(torch.Generator().manual_seed(0))
        for value in net.bottom[-2].parameters():
            nn.init.zeros_(value)  # the way through the bottom is closed
        first, second = torch.rand(2, 1, 1, 64, 64, generator=torch.Generator().manual_seed(1))
        same = bool(torch.equal(net(first), net(second)))
        assert same is not skips


def test_the_same_seed_begins_the_same_and_never_draws_from_torchs_own() -> None:
    before = torch.get_rng_state()
    state = [net.state_dict() for net in (UNet(1, 2, skips=True), UNet(1, 2, skips=True))]
    torch.set_rng_state(before)
    nets = [UNet(1, 2, skips=True) for _ in state]
    held = torch.get_rng_state()
    for net in nets:
        net.begin(torch.Generator().manual_seed(3))
    assert torch.equal(torch.get_rng_state(), held)
    for one, two in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        assert torch.equal(one, two)
