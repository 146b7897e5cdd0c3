"""A network's look-alike that answers the same in less time, for many looks at one network."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

import torch
from torch import nn

from dlviz.core.probe import shadow


def folded(model: nn.Module, keep: Collection[str] = ()) -> nn.Module:
    """A shadow in which batch norms are worked into the convolutions before them.

    In evaluation mode a batch norm is a factor and a summand for each channel, so the convolution
    can give them itself: the answers are the same but for rounding. Only direct neighbours in a
    chain are folded; a convolution whose path (from ``model``'s root) is in ``keep`` is left alone,
    because someone looks at its own answer. The model is not touched.
    Source: Jacob et al. (2018), section 3.2, arXiv:1712.05877.
    """
    twin = shadow(model)
    for path, chain in twin.named_modules(remove_duplicate=False):
        if not isinstance(chain, nn.Sequential) or type(chain).forward is not nn.Sequential.forward:
            continue
        start = f"{path}." if path else ""
        for (name, conv), (after, norm) in pairwise(list(chain._modules.items())):
            if not isinstance(norm, nn.BatchNorm2d) or norm.running_mean is None:
                continue
            if type(conv) is nn.Conv2d and f"{start}{name}" not in keep:
                _fold(conv, norm)
                chain._modules[after] = nn.Identity()
    return twin


@torch.no_grad()
def _fold(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> None:
    """Give the shadow of a convolution weights of its own."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    factor = 1 / (norm.running_var.double() + norm.eps).sqrt()
    if norm.weight is not None:
        factor = factor * norm.weight.double()
    bias = -norm.running_mean.double() if conv.bias is None else conv.bias - norm.running_mean
    bias = bias.double() * factor
    if norm.bias is not None:
        bias = bias + norm.bias.double()
    weight = (conv.weight.double() * factor.view(-1, 1, 1, 1)).to(conv.weight.dtype)
    weight = weight.contiguous(memory_format=torch.channels_last)
    conv._parameters["weight"] = nn.Parameter(weight, requires_grad=False)
    conv._parameters["bias"] = nn.Parameter(bias.to(weight.dtype), requires_grad=False)
