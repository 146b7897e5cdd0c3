"""Layers in human words, with sizes that are true."""

import pytest
import torch
from torch import nn
from torchvision import models

from dlviz.core.classifier import Classifier
from dlviz.core.layers import build
from dlviz.core.networks import SHIPPED
from dlviz.core.specs import NetSpec, layer
from dlviz.figures.layer_names import look_layers, map_layers, worth_opening
from dlviz.io.models import load_model
from dlviz.io.torchvision_models import as_classifier
from tests.figures.looking import small_net

CLOSING = "conv behind block 16 (after ReLU)"


def shipped(name, shape):
    module, layers = build(SHIPPED[name].spec.net, shape, 8, torch.Generator().manual_seed(0))
    mean = (0.5,) * shape[0]
    return Classifier(module, "abcdefgh", mean, mean, layers=layers, input_shape=shape)


def test_a_zeiler_fergus_net_in_words():
    model = shipped("creatures_cnn", (3, 64, 64))
    layers = look_layers(model)
    assert [layer.words for layer in layers.values()] == [
        *("conv 1 (after ReLU)", "pool 1", "conv 2 (after ReLU)", "pool 2"),
        *("conv 3 (after ReLU)", "conv 4 (after ReLU)", "pool 3"),
    ]
    # By hand: each layer adds (size − 1) × the strides before it.
    sides = [layer.field for layer in layers.values()]
    assert sides == [(side, side) for side in (7, 11, 27, 35, 51, 64, 64)]
    assert layers["relu3"].title == "conv 3 (after ReLU) · 7×7 map · sees 51×51 px"
    assert worth_opening(layers) == "relu3"
    maps = torch.zeros(1, 3, 64, 64)
    for name, module in model.module.named_children():
        maps = module(maps)
        if name in layers:
            about = layers[name]
            assert (about.channels, about.height, about.width) == tuple(maps.shape[1:])


def test_a_net_for_small_pictures_opens_on_its_second_convolution():
    assert worth_opening(look_layers(shipped("fashion_cnn", (1, 28, 28)))) == "relu2"


def test_a_relu_of_its_own_is_called_so():
    chain = nn.Sequential(nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(3, 4, 3), nn.ReLU())
    model = Classifier(chain, "ab", (0.5,), (0.5,), layers=list("0123"), input_shape=(3, 12, 12))
    words = {name: layer.words for name, layer in look_layers(model).items()}
    assert words == {"0": "pool 1", "1": "ReLU 1", "3": "conv 1 (after ReLU)"}


def test_a_residual_block_is_looked_into_as_a_whole():
    net = NetSpec(
        (
            *(layer("conv"), layer("batch_norm"), layer("relu"), layer("residual")),
            *(layer("residual", channels=8, stride=2), layer("conv"), layer("relu")),
            *(layer("avg_pool"), layer("flatten"), layer("dense")),
        )
    )
    module, names = build(net, (1, 28, 28), 3, torch.Generator().manual_seed(0))
    model = Classifier(module, "abc", (0.5,), (0.5,), layers=names, input_shape=(1, 28, 28))
    layers = look_layers(model)
    assert {name: layer.words for name, layer in layers.items()} == {
        "relu1": "conv 1 (after ReLU)",
        "block1": "residual block 1 (after ReLU)",
        "block2": "residual block 2 (after ReLU)",
        "relu2": "conv behind block 2 (after ReLU)",  # not the net's second convolution
        "average1": "pool 1",
    }
    # By hand: each layer adds (size − 1) × the strides before it; the skips see less.
    assert [layer.field[0] for layer in layers.values()] == [3, 7, 13, 17, 19]


def test_what_comes_behind_blocks_is_not_the_second_convolution():
    layers = look_layers(load_model("mobilenet_v2"))
    words = [layer.words for layer in layers.values()]
    assert words[:2] == ["conv 1 (after ReLU)", "inverted residual 1"]
    assert words[-2:] == ["inverted residual 17", "conv behind block 17 (after ReLU)"]


# family → (first layer, some that are in it, last layer), all that have maps
FAMILIES = {
    "squeezenet1_1": ("conv 1", ["Fire block 8 (after ReLU)"], "conv behind block 8 (after ReLU)"),
    "shufflenet_v2_x0_5": ("conv 1", ["pool 1", "shuffle block 16 (after ReLU)"], CLOSING),
    "mnasnet0_5": ("conv 1", ["conv 2 (after ReLU)", "inverted residual 16"], CLOSING),
    "regnet_y_400mf": ("conv 1 (after ReLU)", ["stage 1 (after ReLU)"], "stage 4 (after ReLU)"),
    "efficientnet_b0": ("conv 1", ["inverted residual 1"], "conv behind block 16"),
    "convnext_tiny": (
        "conv 1",
        ["ConvNeXt block 3", "norm 1", "conv behind block 3", "conv behind block 6"],
        "ConvNeXt block 18",
    ),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_torchvisions_families_in_words(family):
    first, within, last = FAMILIES[family]
    torch.manual_seed(0)
    model = as_classifier(getattr(models, family)(weights=None), family, size=(64, 64))
    words = list(map_layers(model).values())
    assert (words[0], words[-1]) == (first, last)
    assert set(within) <= set(words)
    assert len(set(words)) == len(words)
    assert not any("_" in word or "2d" in word or "block block" in word for word in words)


def test_two_convolutions_behind_one_block_are_told_apart():
    block = nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU())
    convs = nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3), nn.ReLU()
    chain = nn.Sequential(block, *convs, nn.AdaptiveAvgPool2d(2))
    model = Classifier(chain, "ab", (0.5,), (0.5,), layers=list("012345"), input_shape=(3, 8, 8))
    assert list(map_layers(model).values()) == [
        "Sequential block 1",
        *("conv behind block 1", "conv behind block 1 (after ReLU)"),
        *("conv 2 behind block 1", "conv 2 behind block 1 (after ReLU)", "average pool 1"),
    ]


def test_a_net_without_relus_and_pools_has_nothing_to_look_into():
    chain = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh())
    model = Classifier(chain, "ab", (0.5,), (0.5,), layers=["0", "1"], input_shape=(3, 8, 8))
    assert look_layers(model) == {}


def test_a_layer_that_cannot_be_followed_is_an_error():
    chain = nn.Sequential(nn.Upsample(scale_factor=2), nn.ReLU())
    model = Classifier(chain, "ab", (0.5,), (0.5,), layers=["1"], input_shape=(3, 8, 8))
    with pytest.raises(ValueError, match="Upsample"):
        look_layers(model)


def test_every_layer_of_the_small_net_is_offered():
    assert list(look_layers(small_net())) == ["relu1", "pool1", "relu2"]
