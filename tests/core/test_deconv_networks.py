"""The descent through real architectures: torchvision's AlexNet and VGG, and every preset."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision import models
from torchvision.models.vgg import cfgs, make_layers

from dlviz.core.classifier import Classifier
from dlviz.core.deconv_stages import Unit, descend, strongest_channel, strongest_unit
from dlviz.core.deconvnet import deconvnet
from dlviz.core.layers import build
from dlviz.core.networks import PRESETS
from dlviz.figures.deconv import descent_data
from dlviz.figures.layer_names import look_layers
from dlviz.io.datasets import DATASETS
from dlviz.io.models import load_model
from tests.core.test_deconvnet import _beyond, scatter_unpool


def going_down(chain: nn.Sequential, x: Tensor, unit: Unit) -> list[Tensor]:
    """The signal at every module's answer, last to first, and before the first one."""
    passed = []
    for name, module in chain.named_children():
        before, places = x, None
        if isinstance(module, nn.MaxPool2d):
            x, places = F.max_pool2d(x, module.kernel_size, module.stride, return_indices=True)
        else:
            x = module(x.clone())
        passed.append((module, before.shape, places))
        if name == unit.layer.rpartition(".")[2]:
            break
    signal = torch.zeros_like(x)
    place = (0, unit.channel, unit.row, unit.column)
    signal[place] = x[place]
    signals = [signal]
    for module, shape, places in reversed(passed):
        if places is not None:
            signal = scatter_unpool(signal, places, shape)
        elif isinstance(module, nn.Conv2d):
            beyond = _beyond(module, signal.shape, shape)
            signal = F.conv_transpose2d(
                signal, module.weight, None, module.stride, module.padding, beyond
            )
        elif isinstance(module, nn.BatchNorm2d):
            signal = (
                signal * (module.weight / (module.running_var + module.eps).sqrt())[:, None, None]
            )
        else:
            signal = signal.clamp(min=0)
        signals.append(signal)
    return signals


FEATURES = {
    "alexnet": lambda: models.AlexNet(num_classes=2).features,
    "vgg11": lambda: make_layers(cfgs["A"]),
    "vgg11_bn": lambda: make_layers(cfgs["A"], batch_norm=True),
}


def random_net(make: str) -> Classifier:
    """A torchvision family's convolutions; what stands behind them is large and never runs."""
    torch.manual_seed(4)
    module = nn.Sequential(OrderedDict(features=FEATURES[make]()))
    for layer in module.features:
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.running_var, 0.5, 2)
            nn.init.normal_(layer.running_mean, std=0.1)
    layers = [f"features.{index}" for index in range(len(module.features))]
    return Classifier(
        module, "ab", (0.4, 0.5, 0.6), (0.2, 0.3, 0.25), layers=layers, input_shape=(3, 96, 96)
    )


@pytest.mark.parametrize(
    ("make", "layer"),
    [("alexnet", "features.12"), ("vgg11", "features.10"), ("vgg11_bn", "features.14")],
)
def test_torchvisions_chains(make, layer):
    """AlexNet's pools overlap (3×3, stride 2), VGG's do not; with batch norm and without."""
    model = random_net(make)
    image = torch.rand(3, 96, 96, generator=torch.Generator().manual_seed(0))
    chosen = strongest_channel(model, image, layer=layer)
    check(
        model,
        model.module.features,
        image,
        strongest_unit(model, image, layer=layer, channel=chosen),
    )


@pytest.mark.parametrize("layer", ["relu3", "pool3"])
def test_the_shipped_net(layer):
    model = load_model("creatures_cnn")
    image = torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(0))
    channel = strongest_channel(model, image, layer=layer)
    check(model, model.module, image, strongest_unit(model, image, layer=layer, channel=channel))


def check(model: Classifier, chain: nn.Sequential, image: Tensor, unit: Unit) -> None:
    found = descend(model, image, unit)
    wanted = going_down(chain, (image[None] - model.mean) / model.std, unit)
    assert len(found.stages) == len(wanted) - 1
    for stage, signal in zip(reversed(found.stages), wanted, strict=False):
        close(stage.down, signal[0])
    close(found.signal, (wanted[-1] / model.std)[0])
    assert float(found.signal.abs().max()) > 0


def close(ours: Tensor, wanted: Tensor) -> None:
    limit = 1e-5 * max(1e-3, float(wanted.abs().max()))
    torch.testing.assert_close(ours, wanted, rtol=0, atol=limit)


@pytest.mark.parametrize("name", PRESETS)
def test_every_layer_of_every_preset_is_followed_or_refused_by_name(name):
    spec = PRESETS[name].spec
    shape = (3, 64, 64) if spec.data.name == "creatures" else (1, 28, 28)
    classes = DATASETS[spec.data.name].classes
    module, layers = build(spec.net, shape, len(classes), torch.Generator().manual_seed(0))
    std = (0.5,) * shape[0]
    model = Classifier(module, classes, std, std, layers=layers, input_shape=shape)
    image = torch.rand(shape, generator=torch.Generator().manual_seed(1))
    for layer in look_layers(model):
        channel = strongest_channel(model, image, layer=layer)
        unit = strongest_unit(model, image, layer=layer, channel=channel)
        if not any(isinstance(part, nn.ReLU) for part in module.modules()):
            with pytest.raises(ValueError, match="no ReLU"):
                descend(model, image, unit)
            continue
        found = descend(model, image, unit)
        wanted = deconvnet(model, image[None], layer=layer, channel=channel)[0]
        assert torch.equal(found.signal, wanted)
        data = descent_data(found, title="", field=(0, 0, 1, 1))
        assert len(data["steps"]) == len(data["tensors"]) == len(found.stages) + 1


@pytest.mark.parametrize(
    ("make", "layer", "stages"),
    [
        ("resnet18", "layer2.0", ["conv1", "bn1", "relu", "maxpool", "layer1", "layer2.0"]),
        ("squeezenet1_1", "features.3", [f"features.{index}" for index in range(4)]),
        ("mobilenet_v2", "features.2", [f"features.{index}" for index in range(3)]),
        (
            "densenet121",
            "features.pool0",
            [f"features.{n}0" for n in ("conv", "norm", "relu", "pool")],
        ),
    ],
)
def test_blocks_are_followed_one_after_the_other(make, layer, stages):
    torch.manual_seed(5)
    module = getattr(models, make)(weights=None, num_classes=2)
    std = (0.5,) * 3
    model = Classifier(module, "ab", std, std, layers=[layer], input_shape=(3, 64, 64))
    image = torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(0))
    channel = strongest_channel(model, image, layer=layer)
    unit = strongest_unit(model, image, layer=layer, channel=channel)
    found = descend(model, image, unit)
    assert [stage.name for stage in found.stages] == stages
    assert found.switched == (make != "mobilenet_v2")
    wanted = deconvnet(model, image[None], layer=layer, channel=channel)[0]
    assert torch.equal(found.signal, wanted)
    assert float(wanted.abs().max()) > 0
