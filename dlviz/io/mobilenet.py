"""The shipped ImageNet network: torchvision's MobileNetV2, from ``assets/``, no download.

Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks".
"""

from __future__ import annotations

from functools import cache

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torchvision.models import MobileNet_V2_Weights, MobileNetV2

from dlviz.core.classifier import Classifier
from dlviz.io.assets import AssetError, asset_path

FILE = "mobilenet_v2.safetensors"
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
LAYERS = tuple(f"features.{index}" for index in range(19))


def mobilenet_v2() -> Classifier:
    """A new MobileNetV2 with ImageNet's 1000 categories: 3×224×224 pixels in [0, 1] → logits.

    Raises ``AssetError`` if the shipped weights are missing or damaged.
    """
    # On "meta" nothing is drawn: random weights that are thrown away would cost time, and the
    # numbers of everyone else who uses the global generator.
    with torch.device("meta"):
        module = MobileNetV2()
    try:
        module.load_state_dict(load_file(asset_path(FILE)), assign=True)
    except (RuntimeError, SafetensorError) as error:
        raise AssetError(f"assets/{FILE} is damaged; rebuild it.") from error
    return Classifier(
        module,
        imagenet_categories(),
        IMAGENET_MEAN,
        IMAGENET_STD,
        layers=LAYERS,
        input_shape=(3, 224, 224),
        name="mobilenet_v2",
        data="imagenet",
    )


@cache
def imagenet_categories() -> tuple[str, ...]:
    """ImageNet's 1000 category names, in the order of the logits."""
    return tuple(MobileNet_V2_Weights.IMAGENET1K_V1.meta["categories"])
