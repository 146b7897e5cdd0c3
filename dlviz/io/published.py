"""What torchvision publishes of its ImageNet classifiers: accuracy, parameters, multiply-adds.

Read from the lists that come with the package (``meta`` of the weights): nothing is downloaded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from torchvision.models import get_model_weights, list_models


@dataclass(frozen=True)
class Family:
    """Networks of one paper: how their names begin, the year of the paper."""

    title: str
    year: int
    begins: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """One set of weights: accuracies in per cent of ImageNet's 50 000 validation pictures.

    ``recipe``: 1 for the first weights of a network, 2 for those of a later way to train it.
    ``billions``: of multiply-adds; ``millions``: of parameters.
    """

    name: str
    family: str
    recipe: int
    top1: float
    top5: float
    millions: float
    billions: float


FAMILIES: dict[str, Family] = {
    "alexnet": Family("AlexNet", 2012, ("alexnet",)),
    "vgg": Family("VGG", 2014, ("vgg11", "vgg13", "vgg16", "vgg19")),
    "googlenet": Family("Inception", 2014, ("googlenet", "inception_v3")),
    "resnet": Family("ResNet", 2015, ("resnet",)),
    "densenet": Family("DenseNet", 2016, ("densenet",)),
    "mobilenet": Family("MobileNet", 2018, ("mobilenet",)),
    "efficientnet": Family("EfficientNet", 2019, ("efficientnet_b", "efficientnet_v2")),
    "regnet": Family("RegNet", 2020, ("regnet",)),
    "vit": Family("Vision transformer", 2020, ("vit",)),
    "swin": Family("Swin", 2021, ("swin",)),
    "convnext": Family("ConvNeXt", 2022, ("convnext",)),
}


@cache
def published() -> tuple[Published, ...]:
    """Every set of weights of ``FAMILIES`` that was trained on ImageNet's 1000 categories alone.

    Left out are weights from larger sets of pictures (named after how they were trained), and at
    larger pictures than the network's own.
    """
    found: list[Published] = []
    for family, entry in FAMILIES.items():
        for name in list_models(include=[f"{begin}*" for begin in entry.begins]):
            if any(part in name for part in ("rcnn", "ssd", "quantized", "retinanet", "lraspp")):
                continue
            for weights in get_model_weights(name):
                if weights.name not in ("IMAGENET1K_V1", "IMAGENET1K_V2"):
                    continue
                scores = weights.meta["_metrics"]["ImageNet-1K"]
                if math.isnan(scores["acc@1"]):
                    continue
                found.append(
                    Published(
                        name,
                        family,
                        int(weights.name[-1]),
                        scores["acc@1"],
                        scores["acc@5"],
                        weights.meta["num_params"] / 1e6,
                        weights.meta["_ops"],
                    )
                )
    return tuple(found)
