"""The architecture zoo: famous networks without numbers, so that nothing is downloaded.

One entry in ``ZOO`` each. ``weights``: torchvision's published entry, whose counts a test holds
against ours. Every module is made on "meta": it has shapes and no values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import nn
from torchvision import models

from dlviz.core.zoo.anatomy import Anatomy
from dlviz.core.zoo.classics import lenet5, zfnet
from dlviz.core.zoo.trace import anatomy

COLOUR = (3, 224, 224)


@dataclass(frozen=True)
class ZooNet:
    """A network of the zoo: ``what`` was new, and where dlviz lets one go on with it.

    ``model``: its name in the filters lab. ``preset``: of its small version in the training lab.
    ``small``: a registered model that is its small version.
    """

    name: str
    title: str
    year: int
    paper: str
    what: str
    build: Callable[[], nn.Module]
    weights: Any = None
    picture: tuple[int, int, int] = COLOUR
    model: str = ""
    preset: str = ""
    small: str = ""

    @property
    def source(self) -> str:
        """A line of Python that makes it as ``module``."""
        if self.weights is None:
            return f"from dlviz.core.zoo.classics import {self.name}; module = {self.name}()"
        options = "aux_logits=False, init_weights=False" if self.name == "googlenet" else ""
        return f"import torchvision; module = torchvision.models.{self.name}({options})"


@cache
def anatomy_of(name: str) -> Anatomy:
    """What a network of ``ZOO`` consists of."""
    with torch.device("meta"):
        module = ZOO[name].build()
    return anatomy(module, ZOO[name].picture)


def _googlenet() -> nn.Module:
    module: nn.Module = models.GoogLeNet(aux_logits=False, init_weights=False)
    return module


_NETS: tuple[ZooNet, ...] = (
    ZooNet(
        "lenet5",
        "LeNet-5",
        1998,
        "LeCun et al. 1998",
        "Convolve, pool, convolve, pool, then dense: the pattern that has stayed.",
        lenet5,
        picture=(1, 32, 32),
        preset="lenet5",
    ),
    ZooNet(
        "alexnet",
        "AlexNet",
        2012,
        "Krizhevsky et al. 2012; here its one-stream form of 2014",
        "ReLU, dropout and two graphics cards; nine tenths of its weights are dense.",
        models.alexnet,
        models.AlexNet_Weights.IMAGENET1K_V1,
        model="alexnet",
    ),
    ZooNet(
        "zfnet",
        "ZFNet",
        2013,
        "Zeiler and Fergus 2013",
        "AlexNet with a finer first layer: 7×7 in steps of 2 for 11×11 in steps of 4.",
        zfnet,
        preset="zfnet",
        small="creatures_cnn",
    ),
    ZooNet(
        "vgg16",
        "VGG16",
        2014,
        "Simonyan and Zisserman 2014",
        "Nothing but 3×3 convolutions: two in a row see as far as one 5×5, for fewer weights.",
        models.vgg16,
        models.VGG16_Weights.IMAGENET1K_V1,
        model="vgg16",
    ),
    ZooNet(
        "googlenet",
        "GoogLeNet",
        2014,
        "Szegedy et al. 2014; torchvision’s third way is 3×3 where the paper has 5×5",
        "Each Inception block tries four ways at once and piles up what they find.",
        _googlenet,
        models.GoogLeNet_Weights.IMAGENET1K_V1,
        model="googlenet",
    ),
    ZooNet(
        "resnet18",
        "ResNet-18",
        2015,
        "He et al. 2015",
        "A block learns what to add to its input, which goes on unchanged beside it.",
        models.resnet18,
        models.ResNet18_Weights.IMAGENET1K_V1,
        model="resnet18",
        preset="resnet",
    ),
    ZooNet(
        "resnet50",
        "ResNet-50",
        2015,
        "He et al. 2015",
        "1×1 convolutions make the maps few before the 3×3 one, and many again behind it.",
        models.resnet50,
        models.ResNet50_Weights.IMAGENET1K_V1,
        model="resnet50",
        preset="resnet",
    ),
    ZooNet(
        "mobilenet_v2",
        "MobileNetV2",
        2018,
        "Sandler et al. 2018",
        "Depthwise convolutions: each kernel looks at one map only, 1×1 ones mix the maps.",
        models.mobilenet_v2,
        models.MobileNet_V2_Weights.IMAGENET1K_V1,
        model="mobilenet_v2",
    ),
    ZooNet(
        "efficientnet_b0",
        "EfficientNet-B0",
        2019,
        "Tan and Le 2019",
        "Found by a search; each block also weighs its own channels, seen over the whole picture.",
        models.efficientnet_b0,
        models.EfficientNet_B0_Weights.IMAGENET1K_V1,
        model="efficientnet_b0",
    ),
    ZooNet(
        "convnext_tiny",
        "ConvNeXt-Tiny",
        2022,
        "Liu et al. 2022",
        "A ResNet after the transformers: 7×7 depthwise, layer norm, one activation a block.",
        models.convnext_tiny,
        models.ConvNeXt_Tiny_Weights.IMAGENET1K_V1,
        model="convnext_tiny",
    ),
)
ZOO: dict[str, ZooNet] = {net.name: net for net in _NETS}
