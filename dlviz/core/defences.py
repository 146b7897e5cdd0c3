"""Input defences: what is done to a picture before the net sees it, and attacks through it.

A defence changes the picture a little, in the hope that the perturbation suffers more than what
the picture shows. It stops an attacker who does not know of it. One who does attacks the whole of
defence and net: along the exact gradient where there is one, else as if the defence changed
nothing (straight-through, called BPDA by Athalye, Carlini and Wagner (2018), arXiv:1802.00420).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.attacks import Setting

REACH = 3  # deviations to each side that a blur looks at


@dataclass(frozen=True)
class Defence:
    """A defence with one number: ``apply(images, value)``, float N×C×H×W in [0, 1] → the same.

    ``noun`` stands in a sentence. ``what`` it does and ``beaten``: how, a sentence each.
    ``exact``: whether autograd gives its true gradient; if not, it is attacked as if it were the
    identity.
    """

    name: str
    title: str
    noun: str
    what: str
    beaten: str
    source: str
    setting: Setting
    exact: bool
    apply: Callable[[Tensor, Any], Tensor] = field(repr=False)


class Defended(nn.Module):
    """A net behind a defence: pixels in [0, 1] → logits, with a gradient for an attacker.

    ``model`` maps pixels to logits. Where the defence has no gradient to speak of (it rounds), the
    way back goes straight through it. Raises ValueError for a number that the defence cannot take.
    """

    def __init__(self, model: nn.Module, defence: Defence, value: float) -> None:
        super().__init__()
        self.model = model
        self.defence = defence
        self.value = defence.setting.check(value)
        self.training = model.training  # not train(): that would change the model

    def seen(self, images: Tensor) -> Tensor:
        """What the net gets to see of the images."""
        if self.defence.exact:
            return self.defence.apply(images, self.value)
        through: Tensor = _StraightThrough.apply(images, self.defence.apply, self.value)
        return through

    def forward(self, images: Tensor) -> Tensor:
        """images: float N×C×H×W in [0, 1] → logits."""
        logits: Tensor = self.model(self.seen(images))
        return logits


class _StraightThrough(torch.autograd.Function):
    """Forwards the defence itself; backwards as if it had changed nothing."""

    @staticmethod
    def forward(
        _ctx: Any, images: Tensor, apply: Callable[[Tensor, Any], Tensor], value: float
    ) -> Tensor:
        return apply(images.detach(), value)

    @staticmethod
    def backward(_ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return gradients[0], None, None


def quantise(images: Tensor, bits: int) -> Tensor:
    """Round every pixel to one of 2ᵇ brightnesses, black and white included.

    Source: "feature squeezing", Xu, Evans and Qi (2018), arXiv:1704.01155.
    """
    steps = (1 << bits) - 1
    return (images * steps).round() / steps


def blur(images: Tensor, sigma: float) -> Tensor:
    """Every pixel becomes a Gaussian mean of its neighbourhood, of deviation ``sigma`` pixels.

    Beyond the border the picture is mirrored; sigma 0 changes nothing. What is further than three
    deviations, or than the picture is wide, does not count.
    """
    if not sigma:
        return images
    kernels = [_bell(sigma, side).to(images) for side in images.shape[2:]]
    count = images.shape[1]
    down = kernels[0].view(1, 1, -1, 1).expand(count, 1, -1, 1)
    across = kernels[1].view(1, 1, 1, -1).expand(count, 1, 1, -1)
    tall, wide = down.shape[2] // 2, across.shape[3] // 2
    images = F.pad(images, (wide, wide, tall, tall), mode="reflect")
    blurred: Tensor = F.conv2d(F.conv2d(images, down, groups=count), across, groups=count)
    return blurred.clamp(0, 1)


def _bell(sigma: float, side: int) -> Tensor:
    """Weights of a Gaussian that sum to 1, at most as far to each side as can be mirrored."""
    far = min(int(REACH * sigma + 0.5), side - 1)
    weights = torch.exp(-0.5 * (torch.arange(-far, far + 1, dtype=torch.float64) / sigma) ** 2)
    return weights / weights.sum()


_ALL = (
    Defence(
        "blur",
        "Blur",
        "the blur",
        "Every pixel becomes a mean of its neighbours: a perturbation that changes from pixel to "
        "pixel averages out.",
        "A blur is a convolution, with an exact gradient: the attack goes through it and makes "
        "perturbations that are smooth themselves.",
        "Xu, Evans and Qi (2018), arXiv:1704.01155",
        Setting("Sigma", "The Gaussian's deviation, in pixels.", 2.0, 0.0, 4.0, 0.25),
        True,
        blur,
    ),
    Defence(
        "quantise",
        "Fewer brightnesses",
        "rounding",
        "Every pixel is rounded to a few brightnesses: a change smaller than half a step is gone.",
        "Rounding has no slope, but on average it changes nothing: the attack rounds on the way "
        "there and takes the slope of the identity on the way back. Digits, nearly black and white "
        "by themselves, it cannot turn: there one bit does hold a small ε.",
        "Xu, Evans and Qi (2018), arXiv:1704.01155",
        Setting("Bits", "2ᵇ brightnesses are left.", 3, 1, 8, 1),
        False,
        quantise,
    ),
)

DEFENCES: dict[str, Defence] = {defence.name: defence for defence in _ALL}
