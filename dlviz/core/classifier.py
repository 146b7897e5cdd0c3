"""A trained network that speaks pixels in [0, 1]: module, class names and normalisation."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Classifier(nn.Module):
    """Pixels in [0, 1] → logits. Normalisation lives inside, so ε = 8/255 means what it says.

    ``module`` is the network behind the normalisation, ``classes`` its class names,
    ``layers`` the names of the layers that have feature maps, in order; ``data`` names the data
    set that it knows. A Classifier is read-only: evaluation mode, no parameter wants a gradient.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        module: nn.Module,
        classes: Sequence[str],
        mean: Sequence[float],
        std: Sequence[float],
        *,
        layers: Sequence[str],
        input_shape: tuple[int, int, int],
        name: str = "",
        data: str = "",
    ) -> None:
        super().__init__()
        self.module = module
        self.classes = tuple(classes)
        self.layers = tuple(layers)
        self.input_shape = input_shape
        self.name = name
        self.data = data
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, -1, 1, 1))
        self.eval().requires_grad_(False)

    def forward(self, images: Tensor) -> Tensor:
        """images: float N×C×H×W in [0, 1] → logits N×len(classes)."""
        logits: Tensor = self.module((images - self.mean) / self.std)
        return logits

    @torch.no_grad()
    def probabilities(self, images: Tensor) -> Tensor:
        """images N×C×H×W in [0, 1] → softmax probabilities N×len(classes)."""
        return torch.softmax(self(images), dim=1)
