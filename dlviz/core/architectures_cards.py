"""Lesson cards of the page “architectures”: settings, a question to predict from, and the answer.

One entry in ``ARCHITECTURES_CARDS`` each, in the order in which a student asks. Plain data;
a test works out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_CARDS: tuple[Card, ...] = (
    card(
        "breakthrough",
        "The breakthrough",
        "Five guesses a picture, and the best entry of 2010 is wrong for 28.2 %. Predict: how far"
        " was 2012's deep net ahead of the second, and when did a winner first beat a person?",
        "16.4 % against 26.2 %. In 2015 ResNet with 3.57 % fell below the person's 5.1 %, who had"
        " practised, on a sample.",
        then=("Show the chart", {"part": "imagenet"}),
        event="imagenet",
    ),
    card(
        "dense",
        "Where the weights are",
        "LeNet-5's dense layers hold most of its parameters. Predict for VGG16, 13 convolutions"
        " and 3 dense layers: which share of the parameters is dense, which of the multiply-adds?",
        "89 % of the parameters, 1 % of the multiply-adds: a kernel's few numbers work at every"
        " place, a dense layer's many numbers work once.",
        then=("Show VGG16", {"zoo": "vgg16"}),
        part="net",
        zoo="lenet5",
    ),
    card(
        "small_kernels",
        "Two 3×3 for one 5×5",
        "VGG16 knows 3×3 only. Predict: how far does its second convolution see, and how many"
        " weights do two 3×3 from 64 to 64 maps take, how many one 5×5?",
        "5×5 pixels. 73 728 weights against 102 400: 28 % fewer, with a ReLU in between.",
        then=("Second convolution", {"block": "2"}),
        part="net",
        zoo="vgg16",
        block="1",
    ),
    card(
        "inception",
        "Four ways at once",
        "The four ways of an Inception block end in 64, 128, 32 and 32 maps. Predict: how many"
        " leave the block, and how many parameters has the one dense layer at the very end?",
        "256: they are piled up, not added. 1 025 000, for a global average leaves 1 024 numbers;"
        " VGG16's first dense layer has 102 764 544.",
        then=("First Inception", {"block": "6"}),
        part="net",
        zoo="googlenet",
        block="1",
    ),
    card(
        "residual",
        "What is added to what",
        "A residual block adds its input to what its convolutions made of it. Predict: in how many"
        " of ResNet-18's 8 blocks does the input not fit as it is, and what is done then?",
        "In 3: where the maps become twice as many and half as wide, a 1×1 convolution in steps of"
        " 2 makes the input fit. In the other 5 it goes on unchanged.",
        then=("The first of them", {"block": "5"}),
        part="net",
        zoo="resnet18",
        block="1",
    ),
    card(
        "finer",
        "Finer first filters",
        "ZFNet is AlexNet with a first layer of 7×7 in steps of 2 instead of 11×11 in steps of 4."
        " Predict: what does that do to parameters, and to multiply-adds?",
        "Parameters 2 % more, multiply-adds 64 % more: maps that stay larger are looked at in more"
        " places, by hardly more numbers.",
        then=("Side by side", {"part": "pair", "left": "alexnet", "right": "zfnet"}),
        part="net",
        zoo="alexnet",
        block="1",
    ),
    card(
        "depthwise",
        "Depthwise",
        "A 3×3 convolution from 64 to 64 maps takes 36 864 multiply-adds a place. Predict: how many"
        " do a depthwise 3×3 and a 1×1 behind it take together?",
        "4 672, an eighth: 576 to look around in each map, 4 096 to mix the maps. So MobileNetV2 is"
        " as good as VGG16 with 51 times fewer multiply-adds.",
        then=("Accuracy and cost", {"part": "cost"}),
        part="net",
        zoo="mobilenet_v2",
        block="3",
    ),
    card(
        "last_points",
        "The last points",
        "EfficientNet-B0 is right for 77.7 % with 0.386 billion multiply-adds. Predict: how many"
        " times as many does the best network here take, which is right for 85.8 %?",
        "145 times as many, for 8.1 points. From ShuffleNetV2 ×0.5 up to it, nearly ten times as"
        " many had brought 17.1: each further point costs more.",
        then=("The best", {"marked": "efficientnet_v2_l"}),
        part="cost",
        marked="efficientnet_b0",
    ),
    card(
        "recipe",
        "The same network, trained again",
        "ResNet-50 is right for 76.1 %, ResNet-152, with 2.8 times the multiply-adds, for 78.3 %."
        " Predict: how often is ResNet-50 when it is trained again with a recipe of years later?",
        "80.9 %: 4.7 points more, where three times the layers had brought 2.2. Two designs can be"
        " compared only if they were trained alike.",
        then=("Trained again", {"again": "1"}),
        part="cost",
        marked="resnet50",
    ),
)

ARCHITECTURES_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}
