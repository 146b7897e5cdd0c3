"""What torchvision publishes of its networks: ImageNet accuracy and cost. Plain data, no PyTorch.

From the metadata of its weights (``num_params``, ``_ops``, ``acc@1`` of ImageNet's 50 000
validation pictures), which a test compares row by row. All learnt from ImageNet's 1.28 million
pictures alone: weights that have seen more elsewhere are left out. Years are the papers'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ZooFamily:
    """Networks of one idea, and the papers."""

    title: str
    papers: str


@dataclass(frozen=True)
class PricedNet:
    """One network: its cost, and what its published weights achieve.

    ``parameters``: numbers to learn; ``billions``: of multiply-adds for one picture of ``side`` ×
    ``side`` pixels; ``first``: top-1 accuracy in per cent of the first weights (V1), ``again``: of
    the same network trained again with a later recipe (V2), where that is published.
    """

    name: str
    title: str
    family: str
    year: int
    parameters: int
    billions: float
    first: float
    side: int = 224
    again: float | None = None

    @property
    def millions(self) -> float:
        """Of parameters."""
        return self.parameters / 1e6

    def accuracy(self, *, later: bool) -> float:
        """In per cent; with ``later`` that of the later recipe, where there is one."""
        return self.again if later and self.again is not None else self.first


Cost = Callable[[PricedNet], float]

ZOO_FAMILIES: dict[str, ZooFamily] = {
    "chain": ZooFamily(
        "plain chain",
        "Krizhevsky et al. 2012 (as in arXiv:1404.5997), Simonyan and Zisserman 2014",
    ),
    "inception": ZooFamily("Inception", "Szegedy et al. 2014 and 2015"),
    "residual": ZooFamily(
        "shortcuts", "He et al. 2015; Zagoruyko, Xie and Huang with others, all 2016"
    ),
    "small": ZooFamily(
        "made small", "Iandola et al. 2016; Sandler, Ma and Tan et al. 2018; Howard et al. 2019"
    ),
    "searched": ZooFamily("searched", "Tan and Le 2019 and 2021, Radosavovic et al. 2020"),
    "attention": ZooFamily("attention", "Dosovitskiy et al. 2020, Liu et al. 2021, Tu et al. 2022"),
    "convnext": ZooFamily("ConvNeXt", "Liu et al. 2022"),
}

_NETS: tuple[PricedNet, ...] = (
    PricedNet("alexnet", "AlexNet", "chain", 2012, 61_100_840, 0.714, 56.522),
    PricedNet("vgg11", "VGG11", "chain", 2014, 132_863_336, 7.609, 69.02),
    PricedNet("vgg13", "VGG13", "chain", 2014, 133_047_848, 11.308, 69.928),
    PricedNet("vgg16", "VGG16", "chain", 2014, 138_357_544, 15.47, 71.592),
    PricedNet("vgg19", "VGG19", "chain", 2014, 143_667_240, 19.632, 72.376),
    PricedNet("vgg16_bn", "VGG16, batch norm", "chain", 2014, 138_365_992, 15.47, 73.36),
    PricedNet("googlenet", "GoogLeNet", "inception", 2014, 6_624_904, 1.498, 69.778),
    PricedNet(
        "inception_v3", "Inception v3", "inception", 2015, 27_161_264, 5.713, 77.294, side=299
    ),
    PricedNet("resnet18", "ResNet-18", "residual", 2015, 11_689_512, 1.814, 69.758),
    PricedNet("resnet34", "ResNet-34", "residual", 2015, 21_797_672, 3.664, 73.314),
    PricedNet("resnet50", "ResNet-50", "residual", 2015, 25_557_032, 4.089, 76.13, again=80.858),
    PricedNet("resnet101", "ResNet-101", "residual", 2015, 44_549_160, 7.801, 77.374, again=81.886),
    PricedNet(
        "resnet152", "ResNet-152", "residual", 2015, 60_192_808, 11.514, 78.312, again=82.284
    ),
    PricedNet(
        "wide_resnet50_2",
        "Wide ResNet-50",
        "residual",
        2016,
        68_883_240,
        11.398,
        78.468,
        again=81.602,
    ),
    PricedNet(
        "resnext50_32x4d", "ResNeXt-50", "residual", 2016, 25_028_904, 4.23, 77.618, again=81.198
    ),
    PricedNet(
        "resnext101_32x8d",
        "ResNeXt-101",
        "residual",
        2016,
        88_791_336,
        16.414,
        79.312,
        again=82.834,
    ),
    PricedNet("densenet121", "DenseNet-121", "residual", 2016, 7_978_856, 2.834, 74.434),
    PricedNet("densenet201", "DenseNet-201", "residual", 2016, 20_013_928, 4.291, 76.896),
    PricedNet("squeezenet1_1", "SqueezeNet", "small", 2016, 1_235_496, 0.349, 58.178),
    PricedNet("mobilenet_v2", "MobileNetV2", "small", 2018, 3_504_872, 0.301, 71.878, again=72.154),
    PricedNet("shufflenet_v2_x0_5", "ShuffleNetV2 ×0.5", "small", 2018, 1_366_792, 0.04, 60.552),
    PricedNet("shufflenet_v2_x1_0", "ShuffleNetV2", "small", 2018, 2_278_604, 0.145, 69.362),
    PricedNet("mnasnet1_0", "MNASNet", "small", 2018, 4_383_312, 0.314, 73.456),
    PricedNet("mobilenet_v3_small", "MobileNetV3 small", "small", 2019, 2_542_856, 0.057, 67.668),
    PricedNet(
        "mobilenet_v3_large",
        "MobileNetV3 large",
        "small",
        2019,
        5_483_032,
        0.217,
        74.042,
        again=75.274,
    ),
    PricedNet("efficientnet_b0", "EfficientNet-B0", "searched", 2019, 5_288_548, 0.386, 77.692),
    PricedNet(
        "efficientnet_b1",
        "EfficientNet-B1",
        "searched",
        2019,
        7_794_184,
        0.687,
        78.642,
        side=240,
        again=79.838,
    ),
    PricedNet(
        "efficientnet_b2", "EfficientNet-B2", "searched", 2019, 9_109_994, 1.088, 80.608, side=288
    ),
    PricedNet(
        "efficientnet_b3", "EfficientNet-B3", "searched", 2019, 12_233_232, 1.827, 82.008, side=300
    ),
    PricedNet(
        "efficientnet_b4", "EfficientNet-B4", "searched", 2019, 19_341_616, 4.394, 83.384, side=380
    ),
    PricedNet(
        "efficientnet_b7", "EfficientNet-B7", "searched", 2019, 66_347_960, 37.746, 84.122, side=600
    ),
    PricedNet(
        "regnet_y_400mf", "RegNetY-400MF", "searched", 2020, 4_344_144, 0.402, 74.046, again=75.804
    ),
    PricedNet(
        "regnet_y_8gf", "RegNetY-8GF", "searched", 2020, 39_381_472, 8.473, 80.032, again=82.828
    ),
    PricedNet(
        "efficientnet_v2_s",
        "EfficientNetV2-S",
        "searched",
        2021,
        21_458_488,
        8.366,
        84.228,
        side=384,
    ),
    PricedNet(
        "efficientnet_v2_l",
        "EfficientNetV2-L",
        "searched",
        2021,
        118_515_272,
        56.08,
        85.808,
        side=480,
    ),
    PricedNet("vit_b_32", "ViT-B/32", "attention", 2020, 88_224_232, 4.409, 75.912),
    PricedNet("vit_b_16", "ViT-B/16", "attention", 2020, 86_567_656, 17.564, 81.072),
    PricedNet("vit_l_16", "ViT-L/16", "attention", 2020, 304_326_632, 61.555, 79.662),
    PricedNet("swin_t", "Swin-T", "attention", 2021, 28_288_354, 4.491, 81.474),
    PricedNet("swin_b", "Swin-B", "attention", 2021, 87_768_224, 15.431, 83.582),
    PricedNet("maxvit_t", "MaxViT-T", "attention", 2022, 30_919_624, 5.558, 83.7),
    PricedNet("convnext_tiny", "ConvNeXt-T", "convnext", 2022, 28_589_128, 4.456, 82.52),
    PricedNet("convnext_base", "ConvNeXt-B", "convnext", 2022, 88_591_464, 15.355, 84.062),
    PricedNet("convnext_large", "ConvNeXt-L", "convnext", 2022, 197_767_336, 34.361, 84.414),
)

PRICED: dict[str, PricedNet] = {net.name: net for net in _NETS}

# Those of ``dlviz.io.zoo.ZOO`` among them: their layers can be looked at. Known without PyTorch.
DRAWN = (
    *("alexnet", "vgg16", "googlenet", "resnet18", "resnet50"),
    *("mobilenet_v2", "efficientnet_b0", "convnext_tiny"),
)


def front(nets: Iterable[PricedNet], cost: Cost, *, later: bool) -> list[PricedNet]:
    """The networks that no other one beats: as cheap and more often right, or the reverse.

    In the order of their costs, so of their accuracies too (Pareto's front).
    """
    found: list[PricedNet] = []
    for net in sorted(nets, key=lambda net: (cost(net), -net.accuracy(later=later))):
        if not found or net.accuracy(later=later) > found[-1].accuracy(later=later):
            found.append(net)
    return found


def cheapest(nets: Iterable[PricedNet], cost: Cost, least: float, *, later: bool) -> PricedNet:
    """The cheapest network that is right for at least ``least`` per cent; ValueError if none is."""
    able = [net for net in nets if net.accuracy(later=later) >= least]
    if not able:
        raise ValueError(f"None of these networks is right for {least:g} % of the pictures.")
    return min(able, key=cost)
