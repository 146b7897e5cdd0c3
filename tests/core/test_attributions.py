"""Gradients and Grad-CAM against Captum and against the formulas written out."""

from __future__ import annotations

import threading

import pytest
import torch
from captum.attr import LayerGradCam, NeuronGradient, NeuronGuidedBackprop, NoiseTunnel, Saliency
from torch import Tensor, nn

from dlviz.core.attributions import (
    grad_cam,
    gradient,
    guided,
    noises,
    smooth_gradient,
    stream_smooth_gradient,
)
from dlviz.core.deconv_stages import Unit, strongest_unit

UNIT = Unit("relu2", 5, 4, 7)
KINDS = ["plain", "batch_norm", "overlapping", "inplace", "relu6"]


def layer_of(model: nn.Module, unit: Unit) -> nn.Module:
    return model.module.get_submodule(unit.layer)


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_captums(kind, make_net, make_images):
    model, images = make_net(kind), make_images(1)
    unit = strongest_unit(model, images, layer="pool2", channel=5)
    captum, pixels = NeuronGradient(model, layer_of(model, unit)), images.clone().requires_grad_()
    wanted = captum.attribute(pixels, (5, unit.row, unit.column)).detach()
    torch.testing.assert_close(gradient(model, images, unit)[None], wanted)
    saliency = Saliency(model).attribute(pixels, target=3, abs=False).detach()
    torch.testing.assert_close(gradient(model, images[0], 3)[None], saliency)
    assert saliency.abs().max() > 0


@pytest.mark.filterwarnings("ignore:Setting backward hooks")
@pytest.mark.parametrize("kind", ["plain", "batch_norm", "overlapping"])
def test_guided_is_captums_where_captum_is_right(kind, make_net, make_images):
    model, images = make_net(kind), make_images(1)
    unit = strongest_unit(model, images, layer="pool2", channel=5)
    captum = NeuronGuidedBackprop(model, layer_of(model, unit))
    wanted = captum.attribute(images.clone().requires_grad_(), (5, unit.row, unit.column)).detach()
    ours = guided(model, images, unit)[None]
    torch.testing.assert_close(ours, wanted)
    assert (ours - gradient(model, images, unit)).norm() > 0.1 * ours.norm()


@pytest.mark.filterwarnings("ignore:Setting backward hooks")
def test_guided_rectifies_at_relu6_where_captum_silently_gives_the_gradient(make_net, make_images):
    model, images = make_net("relu6"), make_images(1)
    unit = strongest_unit(model, images, layer="pool2", channel=5)
    captum = NeuronGuidedBackprop(model, layer_of(model, unit))
    theirs = captum.attribute(images.clone().requires_grad_(), (5, unit.row, unit.column)).detach()
    torch.testing.assert_close(theirs[0], gradient(model, images, unit))
    ours = guided(model, images, unit)
    assert (ours - theirs[0]).norm() > 0.1 * theirs.norm()


def test_smoothgrad_is_captums_noise_tunnel_with_the_same_noise(make_net, make_images, monkeypatch):
    model, image = make_net("overlapping"), make_images(1)[0]
    noise = noises(image, count=7, sigma=0.2, seed=3)
    ours = smooth_gradient(model, image, 2, count=7, sigma=0.2, seed=3)
    monkeypatch.setattr(torch, "normal", lambda *_args, **_options: noise)
    wanted = NoiseTunnel(Saliency(model)).attribute(
        image[None].clone(), nt_type="smoothgrad", nt_samples=7, stdevs=0.2, target=2, abs=False
    )
    torch.testing.assert_close(ours, wanted[0].detach())
    assert (ours - gradient(model, image, 2)).norm() > 0.1 * ours.norm()


def test_smoothgrad_of_a_unit_is_the_mean_of_the_noisy_gradients(make_net, make_images):
    model, image = make_net("relu6"), make_images(1)[0]
    noise = noises(image, count=12, sigma=0.1, seed=0)
    wanted = torch.stack([gradient(model, image + one, UNIT) for one in noise]).mean(0)
    told = list(stream_smooth_gradient(model, image, UNIT, count=12, sigma=0.1, seed=0))
    assert [done for done, _ in told] == [5, 10, 12]
    torch.testing.assert_close(told[-1][1], wanted)
    first = torch.stack([gradient(model, image + one, UNIT) for one in noise[:5]]).mean(0)
    torch.testing.assert_close(told[0][1], first)


def test_the_noise_is_seeded_and_leaves_the_global_generator_alone(make_images):
    image, before = make_images(1)[0], torch.random.get_rng_state()
    noise = noises(image, count=400, sigma=0.3, seed=1)
    assert torch.equal(noise, noises(image, count=400, sigma=0.3, seed=1))
    assert not torch.equal(noise, noises(image, count=400, sigma=0.3, seed=2))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert float(noise.std()) == pytest.approx(0.3, rel=0.01)
    assert float(noise.mean()) == pytest.approx(0, abs=0.002)


def test_without_noise_it_is_the_gradient(make_net, make_images):
    model, image = make_net(), make_images(1)[0]
    ours = smooth_gradient(model, image, UNIT, count=3, sigma=0.0, seed=0)
    torch.testing.assert_close(ours, gradient(model, image, UNIT))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layer", ["relu1", "pool1", "conv2", "pool2"])
def test_grad_cam_of_a_class_is_captums_and_the_formula(kind, layer, make_net, make_images):
    model, images = make_net(kind), make_images(2)
    captum = LayerGradCam(model, model.module.get_submodule(layer))
    in_place = kind in ("inplace", "relu6")  # there Captum reads what the next layer has changed
    compared = 0.0
    for image in images:
        for target in (0, 4):
            ours = grad_cam(model, image, target, layer=layer)
            wanted = cam_by_hand(model, image, target, layer)
            torch.testing.assert_close(ours, wanted[0, 0].detach())
            if not in_place:
                theirs = captum.attribute(image[None].clone(), target, relu_attributions=True)
                torch.testing.assert_close(ours, theirs[0, 0].detach())
            compared += float(ours.max())
    assert compared > 0


def cam_by_hand(model: nn.Module, image: Tensor, target: int, layer: str) -> Tensor:
    """Selvaraju's equations 1 and 2, module after module."""
    x, names = (image[None] - model.mean) / model.std, list(dict(model.module.named_children()))
    cut = names.index(layer) + 1
    for name in names[:cut]:
        x = model.module.get_submodule(name)(x.clone())
    maps = x.detach().requires_grad_()
    x = maps
    for name in names[cut:]:
        x = model.module.get_submodule(name)(x.clone())
    (slope,) = torch.autograd.grad(x[0, target], maps)
    return (slope.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True).relu()


def test_grad_cam_of_a_unit_looks_at_the_layer_below(make_net, make_images):
    model, image = make_net(), make_images(1)[0]
    maps = image[None]
    maps = (maps - model.mean) / model.std
    for name in ("conv1", "relu1", "pool1"):
        maps = model.module.get_submodule(name)(maps)
    maps = maps.detach().requires_grad_()
    above = model.module.relu2(model.module.conv2(maps))
    (slope,) = torch.autograd.grad(above[0, 5, 4, 7], maps)
    wanted = (slope.mean((2, 3), keepdim=True) * maps).sum(1)[0].relu().detach()
    torch.testing.assert_close(grad_cam(model, image, UNIT, layer="pool1"), wanted)
    # Of its own layer the map is the channel itself, times 1 / the number of places.
    own = grad_cam(model, image, UNIT, layer="relu2")
    torch.testing.assert_close(own, above[0, 5].detach() / above[0, 5].numel())


def test_the_model_stays_as_it_was_and_two_threads_equal_solo(make_net, make_images, fingerprint):
    model, image = make_net("inplace"), make_images(1)[0]
    before = fingerprint(model)
    jobs = [
        lambda: guided(model, image, UNIT),
        lambda: gradient(model, image, UNIT),
        lambda: grad_cam(model, image, 1, layer="pool1"),
        lambda: smooth_gradient(model, image, 1, count=2, sigma=0.1, seed=0),
    ]
    alone = [job() for job in jobs]
    found: list[list[Tensor]] = [[] for _ in jobs]

    def work(index: int) -> None:
        found[index] = [jobs[index]() for _ in range(5)]

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for solo, many in zip(alone, found, strict=True):
        assert len(many) == 5
        assert all(torch.equal(one, solo) for one in many)
        assert not solo.requires_grad
    assert fingerprint(model) == before


def test_bad_input_is_refused_in_one_sentence(make_net, make_images):
    model, image = make_net(), make_images(1)[0]
    with pytest.raises(ValueError, match="0 to 4"):
        gradient(model, image, 5)
    with pytest.raises(ValueError, match="0 to 11"):
        gradient(model, image, Unit("relu2", 12, 0, 0))
    with pytest.raises(ValueError, match="12 rows and 12 columns"):
        guided(model, image, Unit("relu2", 0, 12, 0))
    with pytest.raises(ValueError, match="no ReLU"):
        guided(make_net("smooth"), image, Unit("conv2", 0, 0, 0))
    with pytest.raises(ValueError, match="at least 1"):
        smooth_gradient(model, image, 0, count=0, sigma=0.1, seed=0)
    for sigma in (-0.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="deviation"):
            smooth_gradient(model, image, 0, count=1, sigma=sigma, seed=0)
    with pytest.raises(ValueError, match="No layer 'conv9'"):
        grad_cam(model, image, 0, layer="conv9")
    with pytest.raises(ValueError, match="no feature maps"):
        grad_cam(model, image, 0, layer="dense")
    with pytest.raises(ValueError, match="behind"):
        grad_cam(model, image, Unit("relu1", 0, 0, 0), layer="pool2")
