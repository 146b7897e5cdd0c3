"""Other answers to "which pixels drove this?", beside the deconvnet: gradients and Grad-CAM.

They differ in what they do with a negative signal, one that says "less of this". All work on one
picture, C×H×W or 1×C×H×W in [0, 1], and leave the model as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from dlviz.core.deconv_stages import Unit, one_picture
from dlviz.core.deconvnet import check_maps, has_relu
from dlviz.core.probe import activations, check_layer, evaluating, inside, shadow
from dlviz.core.relu_rules import ReluRule

Target = Unit | int  # a unit, or the number of a class


def gradient(model: nn.Module, image: Tensor, target: Target) -> Tensor:
    """How the target would change with each pixel: its derivative, C×H×W.

    The target is a unit's activation or a class's logit. Source: Simonyan et al. (2014),
    arXiv:1312.6034. Raises ValueError for a target that is not there.
    """
    return _gradients(model, one_picture(image), target, "plain")[0]


def guided(model: nn.Module, image: Tensor, target: Target) -> Tensor:
    """The gradient, where every ReLU passes on only what is positive, and only where it was open.

    C×H×W. Source: Springenberg et al. (2015), arXiv:1412.6806. Raises ValueError for a target
    that is not there, and for a network without ReLUs: there it would be the plain gradient.
    """
    picture = one_picture(image)
    if not has_relu(model, picture):
        raise ValueError("This network has no ReLU, so there is no guided backpropagation of it.")
    return _gradients(model, picture, target, "guided")[0]


def smooth_gradient(
    model: nn.Module, image: Tensor, target: Target, *, count: int, sigma: float, seed: int
) -> Tensor:
    """SmoothGrad: the mean gradient of ``count`` noisy copies of the picture, C×H×W.

    ``sigma`` is the noise's deviation in pixel units (1 is black to white); noisy copies are not
    clipped. Source: Smilkov et al. (2017), arXiv:1706.03825. Raises ValueError for a count below
    1, a sigma that is negative or not finite, and a target that is not there.
    """
    *_, last = stream_smooth_gradient(model, image, target, count=count, sigma=sigma, seed=seed)
    return last[1]


def stream_smooth_gradient(
    model: nn.Module,
    image: Tensor,
    target: Target,
    *,
    count: int,
    sigma: float,
    seed: int,
    batch: int = 5,
) -> Iterator[tuple[int, Tensor]]:
    """``smooth_gradient``, telling (copies so far, their mean gradient) after every ``batch``."""
    picture = one_picture(image)
    noise = noises(picture[0], count=count, sigma=sigma, seed=seed)
    total, done = torch.zeros_like(picture[0]), 0
    for part in torch.split(noise, batch):
        total = total + _gradients(model, picture + part, target, "plain").sum(dim=0)
        done += len(part)
        yield done, total / done


def noises(image: Tensor, *, count: int, sigma: float, seed: int) -> Tensor:
    """SmoothGrad's noise for one picture C×H×W: count×C×H×W, the same for the same seed."""
    if not isinstance(count, int) or count < 1:
        raise ValueError("The number of noisy copies must be a whole number of at least 1.")
    if not (math.isfinite(sigma) and sigma >= 0):
        raise ValueError("The noise's deviation must be a number of at least 0.")
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(count, *image.shape, generator=generator) * sigma
    return noise.to(image.device, image.dtype)


def grad_cam(model: nn.Module, image: Tensor, target: Target, *, layer: str) -> Tensor:
    """Which places of ``layer``'s maps speak for the target: rows×columns of the map, ≥ 0.

    Each map is weighted by the mean of the target's gradient over it; of their sum the positive
    part is kept. A unit as the target must lie behind ``layer``. Source: Selvaraju et al.
    (2017), arXiv:1610.02391. Raises ValueError for a layer or target that is not there, and for
    a target that ``layer`` does not reach.
    """
    picture = one_picture(image)
    with torch.inference_mode(False), torch.enable_grad():
        pixels = picture.detach().clone().requires_grad_()
        if isinstance(target, Unit):
            kept = activations(model, pixels, list(dict.fromkeys([layer, target.layer])))
            maps, value = kept[layer], _of_unit(kept[target.layer], target)
        else:
            # The answer itself has no name: the maps are kept on the way to it.
            maps, logits = _with_logits(model, pixels, layer)
            value = _of_class(logits, target)
        if maps.ndim != 4:
            raise ValueError(f"Layer {layer!r} has no feature maps.")
        (slope,) = torch.autograd.grad(value.sum(), maps, allow_unused=True)
    if slope is None:
        raise ValueError(f"Layer {layer!r} lies behind what it should explain.")
    weights = slope.mean(dim=(2, 3), keepdim=True)
    weighted = (weights * maps.detach()).sum(dim=1)[0]
    return torch.where(weighted > 0, weighted, 0)


def projection_cosine(model: nn.Module, one: Tensor, other: Tensor, unit: Unit) -> float:
    """The cosine between the deconvnet's projections of two pictures, from one place and from 1.

    It is 1 where no switches lie on the way: nothing then depends on the picture.
    """
    pictures = torch.cat([one_picture(one), one_picture(other)])
    signals = _gradients(model, pictures, unit, "deconvnet").flatten(1)
    return float(torch.cosine_similarity(signals[0], signals[1], dim=0))


def _gradients(model: nn.Module, pictures: Tensor, target: Target, rule: str) -> Tensor:
    """The target's gradient for each picture of a batch, under a rule at the ReLUs."""
    with torch.inference_mode(False), torch.enable_grad():
        pixels = pictures.detach().clone().requires_grad_()
        with ReluRule(rule):
            if isinstance(target, Unit):
                value = _of_unit(activations(model, pixels, [target.layer])[target.layer], target)
            else:
                value = _of_class(evaluating(model)(pixels), target)
        return torch.autograd.grad(value.sum(), pixels)[0]


def _with_logits(model: nn.Module, pixels: Tensor, layer: str) -> tuple[Tensor, Tensor]:
    """(what ``layer`` answers, the model's answer) in one pass."""
    check_layer(model, layer)
    twin, kept = shadow(model), []

    def keep(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        kept.append(output)
        return output.clone()  # what goes on is a copy: the next layer may work in place

    inside(twin).get_submodule(layer).register_forward_hook(keep)
    logits: Tensor = twin(pixels)
    return kept[0], logits


def _of_unit(maps: Tensor, unit: Unit) -> Tensor:
    check_maps(maps, unit.layer, unit.channel)
    rows, columns = maps.shape[2:]
    if not (0 <= unit.row < rows and 0 <= unit.column < columns):
        raise ValueError(f"The map of {unit.layer!r} has {rows} rows and {columns} columns.")
    return maps[:, unit.channel, unit.row, unit.column]


def _of_class(logits: Tensor, target: int) -> Tensor:
    if not 0 <= target < logits.shape[1]:
        raise ValueError(f"The class must be a whole number from 0 to {logits.shape[1] - 1}.")
    return logits[:, target]
