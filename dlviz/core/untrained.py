"""The same network before it has learnt anything: the control of every look inside."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch

from dlviz.core.classifier import Classifier
from dlviz.core.snapshots import Snapshot


def untrained(
    model: Classifier, snapshots: Sequence[Snapshot] = (), *, seed: int = 0
) -> Classifier:
    """The network of ``model`` with random weights; ``model`` itself stays as it is.

    Where its training is known it is the very network that the training began with: the first
    of ``snapshots`` if that is of step 0. Otherwise all weights are drawn anew: normal with
    deviation √(2/inputs), biases 0, norms that change nothing (He et al. 2015, arXiv:1502.01852).
    """
    if snapshots and snapshots[0].step == 0:
        return snapshots[0].classifier
    twin = copy.deepcopy(model)
    generator = torch.Generator().manual_seed(seed)
    for module in twin.module.modules():
        for name, value in module.named_parameters(recurse=False):
            if value.ndim > 1:
                value.data.normal_(std=(2 / value[0].numel()) ** 0.5, generator=generator)
            else:
                value.data.fill_(float(name == "weight"))
        for name, buffer in module.named_buffers(recurse=False):
            if name in ("running_mean", "running_var"):
                buffer.fill_(float(name == "running_var"))
    return twin.eval().requires_grad_(False)
