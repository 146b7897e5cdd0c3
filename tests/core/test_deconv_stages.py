"""The deconvnet's stages against the paper's three steps written out, tensor for tensor."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.classifier import Classifier
from dlviz.core.deconv_stages import Descent, Unit, descend, one_picture, strongest_unit
from dlviz.core.deconvnet import deconvnet
from tests.core.test_deconvnet import LAYERS, _beyond, scatter_unpool

KINDS = ["plain", "batch_norm", "inplace", "relu6", "overlapping"]


def by_hand(model: Classifier, image: Tensor, unit: Unit, rule: str):
    """(ups, downs, switches) of every module of a chain, first to last, and the pixels' signal."""
    x = (image[None] - model.mean) / model.std
    inputs, ups, modules, switches = [], [], [], []
    for name, module in model.module.named_children():
        inputs.append(x)
        modules.append(module)
        if isinstance(module, nn.MaxPool2d):
            x, places = F.max_pool2d(x, module.kernel_size, module.stride, return_indices=True)
        else:
            x, places = module(x.clone()), None
        ups.append(x)
        switches.append(places)
        if name == unit.layer:
            break
    place = (0, unit.channel, unit.row, unit.column)
    signal = torch.zeros_like(x)
    signal[place] = x[place]
    downs = []
    for module, before, places in zip(modules[::-1], inputs[::-1], switches[::-1], strict=True):
        downs.append(signal)
        if places is not None:
            signal = scatter_unpool(signal, places, before.shape)
        elif isinstance(module, nn.Conv2d):
            signal = F.conv_transpose2d(
                signal,
                module.weight,
                stride=module.stride,
                padding=module.padding,
                output_padding=_beyond(module, signal.shape, before.shape),
            )
        elif isinstance(module, nn.BatchNorm2d):
            scale = module.weight / (module.running_var + module.eps).sqrt()
            signal = signal * scale.view(1, -1, 1, 1)
        else:
            top = 6 if isinstance(module, nn.ReLU6) else torch.inf
            opened = (before > 0) & (before < top)
            signal = {
                "deconvnet": signal.clamp(min=0),
                "guided": signal.clamp(min=0) * opened,
                "plain": signal * opened,
            }[rule]
    return ups, downs[::-1], switches, signal / model.std


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule", ["deconvnet", "guided", "plain"])
@pytest.mark.parametrize("layer", LAYERS)
def test_every_stage_is_what_the_steps_written_out_hold(kind, rule, layer, make_net, make_images):
    model, image = make_net(kind), make_images(1)[0]
    unit = strongest_unit(model, image, layer=layer, channel=5)
    for chosen in (Unit(layer, 2, 0, 3), unit):  # the strongest one last
        found = descend(model, image, chosen, rule)
        ups, downs, switches, pixels = by_hand(model, image, chosen, rule)
        assert [stage.name for stage in found.stages] == list(dict(model.module.named_children()))[
            : len(ups)
        ]
        for stage, up, down, places in zip(found.stages, ups, downs, switches, strict=True):
            torch.testing.assert_close(stage.up, up[0], rtol=1e-5, atol=1e-5)
            torch.testing.assert_close(stage.down, down[0], rtol=1e-5, atol=1e-5)
            assert (stage.switches is None) == (places is None)
            if places is not None:
                assert torch.equal(stage.switches, places[0])
        torch.testing.assert_close(found.signal[None], pixels, rtol=1e-5, atol=1e-5)
        assert torch.equal(found.pixels, image)
    assert found.signal.abs().max() > 0


@pytest.mark.parametrize("kind", KINDS)
def test_its_end_is_the_deconvnet_and_its_start_the_activation(kind, make_net, make_images):
    model, images = make_net(kind), make_images(3)
    for image in images:
        unit = strongest_unit(model, image, layer="pool2", channel=7)
        found = descend(model, image, unit)
        wanted = deconvnet(model, image[None], layer="pool2", channel=7)[0]
        assert torch.equal(found.signal, wanted)
        top = found.stages[-1]
        assert found.value == top.up[7].max() == top.up[7, unit.row, unit.column]
        assert top.down.nonzero().tolist() == [[7, unit.row, unit.column]]


def test_kinds_windows_and_filters_are_told(make_net, make_images):
    model = make_net("batch_norm")
    unit = Unit("pool2", 0, 1, 1)
    stages = descend(model, make_images(1), unit).stages
    assert [s.kind for s in stages] == ["conv", "norm", "relu", "max_pool"] * 2
    assert [s.window for s in stages[:4]] == [(5, 1), (0, 0), (0, 0), (2, 2)]
    assert torch.equal(stages[4].weight, model.module.conv2.weight)
    assert descend(model, make_images(1), unit).switched
    assert not descend(model, make_images(1), Unit("bn1", 0, 1, 1)).switched


def test_without_switches_only_place_and_value_depend_on_the_picture(make_images):
    torch.manual_seed(0)
    chain = nn.Sequential(
        nn.Conv2d(3, 6, 3, 2), nn.ReLU6(), nn.Conv2d(6, 4, 3), nn.ReLU6(), nn.MaxPool2d(2)
    )
    model = Classifier(chain, "a", [0.0] * 3, [1.0] * 3, layers=["3"], input_shape=(3, 24, 24))
    one, other = (descend(model, image, Unit("2", 1, 4, 4)) for image in make_images(2))
    assert not one.switched
    torch.testing.assert_close(one.signal / one.value, other.signal / other.value)
    pooled = [descend(model, image, Unit("4", 1, 2, 2)) for image in make_images(2)]
    assert all(found.switched for found in pooled)


class Wrapped(nn.Module):
    """No chain: the first convolution's answer is used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        x = self.first(x).relu()
        return self.pool((x + self.second(x)).relu())


def test_of_a_network_that_is_no_chain_the_way_is_one_stage(make_images):
    torch.manual_seed(1)
    model = Classifier(
        Wrapped(), "a", [0.0] * 3, [1.0] * 3, layers=["pool"], input_shape=(3, 24, 24)
    )
    image = make_images(1)
    unit = strongest_unit(model, image, layer="pool", channel=2)
    found = descend(model, image, unit)
    assert [(stage.name, stage.kind) for stage in found.stages] == [("pool", "block")]
    assert found.switched
    assert torch.equal(found.signal[None], deconvnet(model, image, layer="pool", channel=2))


def test_model_picture_and_generator_stay_as_they_were(make_net, make_images, fingerprint):
    model, image = make_net("inplace"), make_images(1)[0]
    given, before = image.clone(), fingerprint(model)
    with torch.no_grad():
        found = descend(model, image, Unit("pool2", 3, 1, 2), "guided")
    assert fingerprint(model) == before
    assert torch.equal(image, given)
    tensors = [found.signal, *(t for stage in found.stages for t in (stage.up, stage.down))]
    assert not any(tensor.requires_grad for tensor in tensors)


def test_two_threads_on_one_model_equal_solo(make_net, make_images):
    model, images = make_net("relu6"), make_images(2)
    jobs = [
        (images[0], Unit("pool2", 3, 1, 2), "deconvnet"),
        (images[1], Unit("conv2", 5, 0, 4), "guided"),
    ]
    alone = [descend(model, *job) for job in jobs]
    many: list[list[Descent]] = [[], []]

    def work(index: int) -> None:
        many[index] = [descend(model, *jobs[index]) for _ in range(10)]

    threads = [threading.Thread(target=work, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for solo, found in zip(alone, many, strict=True):
        assert len(found) == 10
        assert all(torch.equal(one.signal, solo.signal) for one in found)


def test_bad_input_is_refused_in_one_sentence(make_net, make_images):
    model, image = make_net(), make_images(1)
    for unit, words in (
        (Unit("conv9", 0, 0, 0), "No layer 'conv9'"),
        (Unit("conv2", 12, 0, 0), "0 to 11"),
        (Unit("conv2", 0, 12, 0), "12 rows and 12 columns"),
        (Unit("conv2", 0, 0, -1), "12 rows and 12 columns"),
        (Unit("dense", 0, 0, 0), "no feature maps"),
    ):
        with pytest.raises(ValueError, match=words):
            descend(model, image, unit)
    with pytest.raises(ValueError, match="no ReLU"):
        descend(make_net("smooth"), image, Unit("conv1", 0, 0, 0))
    with pytest.raises(ValueError, match="plain, deconvnet, guided"):
        descend(model, image, Unit("conv2", 0, 0, 0), "smooth")
    for wrong in (make_images(2), torch.zeros(3, 24, 24).byte(), None):
        with pytest.raises(ValueError, match="one floating-point tensor"):
            one_picture(wrong)
