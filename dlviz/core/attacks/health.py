"""Whether there is a gradient to follow at all: an attack that fails for want of one says so.

Athalye, Carlini and Wagner (2018), arXiv:1802.00420: a net whose gradient vanishes is not safe,
only hard to see through.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.attacks.aim import Aim


@dataclass(frozen=True, eq=False)
class GradientHealth:
    """For each of N pictures, what becomes of the loss's gradient.

    ``finite``: bool, no entry is NaN or infinite. ``zero``: bool, every entry is exactly 0, so no
    gradient attack moves a pixel. ``saturated``: bool, the label's probability rounds to 1, so
    the label's own part of the gradient is lost and the direction is only the rivals'.
    ``still``: float, the share of pixel values whose entry is exactly 0.
    """

    finite: Tensor
    zero: Tensor
    saturated: Tensor
    still: Tensor

    def __getitem__(self, index: int) -> str:
        """In one word: "fine", "saturated", "zero" or "not finite"."""
        if not self.finite[index]:
            return "not finite"
        if self.zero[index]:
            return "zero"
        return "saturated" if self.saturated[index] else "fine"


def gradient_health(
    model: nn.Module, images: Tensor, labels: Tensor, *, mask: Tensor | None = None
) -> GradientHealth:
    """Look at the gradient that an attack on ``labels`` would follow first.

    images: N×C×H×W in [0, 1]; labels: int64 N; ``mask`` as for ``fgsm``. Unlike the attacks it
    does not refuse a gradient that is not finite: it says which pictures have one.
    Raises ValueError for other bad input.
    """
    aim = Aim.of(model, images, labels, mask=mask)
    with torch.inference_mode(False), torch.enable_grad():
        pixels, logits = aim.ask(aim.images)
        loss = F.cross_entropy(logits, aim.labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, pixels)
    sure = logits.detach().softmax(dim=1).gather(1, aim.labels[:, None])[:, 0] == 1
    gradient = gradient.to(aim.images.device).flatten(1)
    if aim.mask is not None:
        # Not a product: 0 times NaN is NaN.
        free = aim.mask.expand(aim.images.shape).flatten(1) > 0
        gradient = torch.where(free, gradient, 0.0)
    finite = torch.isfinite(gradient).all(dim=1)
    still = (gradient == 0).float().mean(dim=1)
    return GradientHealth(finite, still == 1, sure.to(finite.device), still)
