"""What an attack is aimed at, and the one thing that it asks of the model: a gradient."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.attacks.checks import as_mask, check_logits, check_pictures, check_size
from dlviz.core.classifier import Classifier
from dlviz.core.probe import evaluating


@dataclass(frozen=True, eq=False)
class Aim:
    """A model, pictures and labels, checked once: what every attack begins with.

    ``images``: N×C×H×W in [0, 1], detached; ``labels``: int64 N; ``eps``: how far they may move.
    ``mask`` is 1 where a pixel may move. ``model`` is in evaluation mode (``of`` sees to that).
    """

    model: nn.Module
    images: Tensor
    labels: Tensor
    eps: float
    targeted: bool
    mask: Tensor | None
    device: torch.device

    @classmethod
    def of(
        cls,
        model: nn.Module,
        images: Tensor,
        labels: Tensor,
        eps: float | None = 0.0,
        *,
        targeted: bool = False,
        mask: Tensor | None = None,
    ) -> Aim:
        """Check everything. The images may lie on another device than the model.

        Raises ValueError in one sentence for anything that cannot be attacked.
        """
        eps = check_size(eps, "eps")
        check_pictures(images, labels)
        mask = as_mask(mask, images)
        first = next(chain(model.parameters(), model.buffers()), images)
        with torch.inference_mode(False):  # what was made in inference mode cannot be learnt from
            labels = labels.to(first.device, torch.int64, copy=True)
        return cls(
            evaluating(model),
            images.detach(),
            labels,
            eps,
            targeted,
            mask,
            first.device,
        )

    def gradient(self, now: Tensor) -> Tensor:
        """Uphill for the attacker at the pictures ``now``: ∇ₓ of the loss, N×C×H×W.

        The loss is cross-entropy on logits; with ``targeted`` it is to fall. Zero outside the
        mask. Raises ValueError where the gradient is not finite.
        """
        # A caller may have gradients off; inference mode has to be left altogether.
        with torch.inference_mode(False), torch.enable_grad():
            pixels, logits = self.ask(now)
            # The sum, not the mean: then every picture's gradient is what it would be alone.
            loss = F.cross_entropy(logits, self.labels, reduction="sum")
            (gradient,) = torch.autograd.grad(loss, pixels)
        return self.free(-gradient if self.targeted else gradient)

    def ask(self, now: Tensor) -> tuple[Tensor, Tensor]:
        """A leaf of the pictures ``now`` and the logits N×K that the model gives to it."""
        pixels = now.detach().to(self.device)
        pixels = (pixels.clone() if pixels.is_inference() else pixels).requires_grad_()
        # A copy, for the first layer may work in place; a Classifier's own first step makes one.
        given = pixels if isinstance(self.model, Classifier) else pixels.clone()
        logits = self.model(given)
        check_logits(logits, self.labels)
        return pixels, logits

    def part(self, rows: Tensor) -> Aim:
        """The same for some of the pictures: those at int64 ``rows``."""
        mask = self.mask
        if mask is not None and mask.ndim == self.images.ndim and len(mask) > 1:
            mask = mask[rows]
        labels = self.labels[rows.to(self.device)]
        return replace(self, images=self.images[rows], labels=labels, mask=mask)

    def free(self, gradient: Tensor) -> Tensor:
        """The gradient on the images' device, only where a pixel may move."""
        low, high = torch.aminmax(gradient)  # NaN if any entry is
        if not (torch.isfinite(low) and torch.isfinite(high)):
            raise ValueError("The model's gradient is not finite for these images.")
        gradient = gradient.to(self.images.device)
        return gradient if self.mask is None else gradient * self.mask

    def end(self, walk: Iterator[Tensor]) -> Tensor:
        """Where a walk of pictures ends; one without a step, at the clean ones."""
        ends = deque(walk, maxlen=1)
        return ends[0] if ends else self.images.clone()


def each(values: Tensor, like: Tensor) -> Tensor:
    """N numbers → N×1×1×1, one for each picture of ``like``."""
    return values.view(-1, *[1] * (like.ndim - 1))
