"""The deconvnet: what in this picture drove this unit?"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlviz.core.probe import activations, shadow
from dlviz.core.relu_rules import ReluRule
from dlviz.core.strided import QuickStem


def deconvnet(model: nn.Module, images: Tensor, *, layer: str, channel: int) -> Tensor:
    """Project each image's strongest activation of one channel back to the pixels.

    images: N×C×H×W in [0, 1] → projections of the same shape, one image at a time. Each starts
    from that image's single strongest activation of ``channel`` in ``layer`` (on ties the first
    in reading order), at its own value, everything else zero. On the way down a pool puts the
    signal back to where its maximum sat (its "switch"; overlapping windows add up), a ReLU keeps
    the positive part of the signal, a convolution applies its transposed filters. That is the
    gradient with another rule at the ReLUs, so autograd does it: batch norm, strides and
    residual sums follow. The projection is in pixels: it includes the 1/std of the Classifier's
    normalisation. It shows what drove the unit in *this* picture, not what the unit means.

    The model is not touched. Raises ValueError for an unknown layer or channel, a layer without
    maps, and a network that has no ReLU at all, for which this would be the plain gradient.
    Source: Zeiler and Fergus (2014), section 2.1, arXiv:1311.2901.
    """
    if not isinstance(images, Tensor) or images.ndim != 4 or not images.is_floating_point():
        raise ValueError("Images must be a floating-point tensor N×C×H×W.")
    # A caller may have gradients off; inference mode has to be left altogether.
    with torch.inference_mode(False), torch.enable_grad():
        pixels = as_start(images)
        with ReluRule("deconvnet") as seen, QuickStem():
            maps = activations(model, pixels, [layer])[layer]
        check_maps(maps, layer, channel)
        # The first ReLU may come behind the layer, where the pass above has stopped.
        if not seen.count and not has_relu(model, pixels):
            raise ValueError("This network has no ReLU, so there is no deconvnet of it.")
        signal = torch.autograd.grad(maps, pixels, _strongest(maps.detach(), channel))[0]
        return signal.contiguous()


def as_start(images: Tensor) -> Tensor:
    """A copy of the pictures that gradients reach; its channels lie side by side in memory.

    So laid out, max pooling on a processor takes a tenth of the time, and convolutions less.
    """
    copy = images.detach().clone(memory_format=torch.channels_last)
    return copy.requires_grad_()


def has_switches(model: nn.Module) -> bool:
    """Whether the network has a max-pooling module.

    Without one nothing on the way down depends on the picture but the starting place, so the
    projections of different pictures look the same.
    """
    pools = (nn.MaxPool2d, nn.AdaptiveMaxPool2d, nn.FractionalMaxPool2d)
    return any(isinstance(module, pools) for module in model.modules())


def _strongest(maps: Tensor, channel: int) -> Tensor:
    """Each image's largest value of the channel at its own place, zero everywhere else."""
    flat = maps[:, channel].flatten(1)
    place = flat.argmax(dim=1, keepdim=True)  # the first of equals
    start = torch.zeros_like(maps)
    start[:, channel] = (
        torch.zeros_like(flat).scatter_(1, place, flat.gather(1, place)).view_as(start[:, channel])
    )
    return start


def check_maps(maps: Tensor, layer: str, channel: int) -> None:
    """ValueError in one sentence where ``layer`` has no maps, or none called ``channel``."""
    if maps.ndim != 4:
        raise ValueError(f"Layer {layer!r} has no feature maps.")
    if not isinstance(channel, int) or not 0 <= channel < maps.shape[1]:
        raise ValueError(f"The channel must be a whole number from 0 to {maps.shape[1] - 1}.")


def has_relu(model: nn.Module, pixels: Tensor) -> bool:
    """Whether any ReLU runs for one image, in the whole network."""
    with torch.no_grad(), ReluRule("plain") as seen:
        shadow(model)(pixels[:1])
    return bool(seen.count)
