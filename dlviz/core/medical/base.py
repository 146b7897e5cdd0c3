"""The frozen base: MobileNetV2, trained on ImageNet, without its top.

As CheXNet took a network that knew ImageNet and gave it a last layer of its own. Cut after block
13 of 18 and averaged over the picture, 96 numbers are left.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from dlviz.core.classifier import Classifier
from dlviz.core.readout import as_input

CUT = 14
BATCH = 100
SIDE = 64


@torch.no_grad()
def described(model: Classifier, pixels: Tensor) -> Tensor:
    """uint8 N×1×H×W or N×3×H×W → float32 N×96, resized to 64×64. ``model`` is left as it is."""
    blocks = cast(nn.Sequential, model.module.features)[:CUT]
    parts = []
    for part in torch.split(pixels, BATCH):
        images = as_input(part, (3, SIDE, SIDE))
        parts.append(blocks((images - model.mean) / model.std).mean((2, 3)))
    return torch.cat(parts)
