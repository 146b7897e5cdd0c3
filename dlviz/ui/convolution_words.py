"""What stands under the stepper: the size formula, what is odd, torch's verdict, the code."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dlviz.core.grids import Grid
from dlviz.core.kernels import KERNELS, Kernel
from dlviz.core.sliding import Numbers, Sliding
from dlviz.figures.convolution_code import code
from dlviz.figures.convolution_words import oddities, size_formula
from dlviz.figures.stepping import Scene
from dlviz.io.grids import GRIDS
from dlviz.ui.convolution_scene import Shown
from dlviz.ui.convolution_view import OPS

FUNCTIONS = {
    "convolution": "conv2d",
    "transposed": "conv_transpose2d",
    "max_pool": "max_pool2d",
    "average_pool": "avg_pool2d",
}
EQUAL = 1e-9  # float64; sums of up to 147 products of numbers below 1 000


def explanation(shown: Shown) -> None:
    """The output's size with the current numbers, and what surprises about it."""
    scene, view = shown.scene, shown.view
    st.latex(size_formula(scene.sliding, scene.length))
    for sentence in oddities(scene.sliding, scene.length):
        st.markdown(sentence)
    if "stride" in view.reasons:
        st.markdown(f"Stride is greyed: {view.reasons['stride']}")
    if scene.sliding.op == "transposed":
        st.markdown(
            "“Same” and “full” are not on offer: PyTorch's transposed convolution has neither."
        )
    entries = (GRIDS.get(view.grid), KERNELS.get(view.kernel))
    for entry, edited in zip(entries, shown.edited, strict=True):
        if entry is not None:  # what it is good for holds only as long as its numbers are
            st.markdown(f"**{entry.title}**, edited." if edited else _about(entry))


def _about(entry: Grid | Kernel) -> str:
    return f"**{entry.title}.** {entry.what}"


def name_of(shown: Shown) -> str:
    """What the first kernel (or the pooling) is called, and whether it was edited."""
    if shown.scene.kernels is None:
        return OPS[shown.scene.sliding.op].title
    return shown.view.names[0] + shown.view.share + (", edited" if shown.edited[1] else "")


def badge(scene: Scene) -> None:
    """Our numbers against torch's own, for exactly what is on the screen."""
    from dlviz.core.convolution import library

    name = f"torch.nn.functional.{FUNCTIONS[scene.sliding.op]}"
    theirs = library(scene.image, scene.kernels, scene.sliding).numpy()
    difference = float(np.abs(theirs - scene.output()).max())
    st.markdown(
        f":green[**✓ Equal to {name}:** max |difference| = {difference:.1g}]"
        if difference < EQUAL
        else f":red[**✗ Not {name}:** max |difference| = {difference:.1g}]"
    )


def half_turn(scene: Scene) -> None:
    """Whether the kernel is turned, and what a network makes of the difference."""
    if scene.kernels is None:
        return
    turned = "turned" if scene.sliding.turned else "plain"
    st.markdown((_STAMPS if scene.sliding.op == "transposed" else _SLIDES)[turned])


_SLIDES = {
    "plain": "What libraries call convolution is **cross-correlation**: the kernel is not turned. "
    "The card *Half turn* shows the difference; learning makes up for it.",
    "turned": "The kernel is turned by 180°: this is **convolution** as mathematicians mean it. "
    "Libraries leave the turn out, and a network that learns its kernels does not care.",
}
_STAMPS = {
    "plain": "Every input cell stamps the kernel upright, as it was chosen; the one that slides "
    "over the stretched input is therefore turned by 180°.",
    "turned": "The kernel was turned by 180° first: every input cell stamps it upside down, and "
    "the one that slides over the stretched input stands as it was chosen.",
}


def as_multiplied(scene: Scene) -> Numbers | None:
    """The first filter as it multiplies (turned where it is), a k×k for each channel: C×k×k."""
    if scene.kernels is None:
        return None
    first = scene.kernels[:, 0] if scene.sliding.depthwise else scene.kernels[0]
    return first[:, ::-1, ::-1] if scene.sliding.half_turn else first


def left_out(sliding: Sliding) -> str:
    """What of the layer the whole picture goes without, as a sentence; "" if nothing."""
    parts = {
        f"stride {sliding.stride}": sliding.stride > 1,
        "the border": sliding.op == "transposed" or any(sliding.margins()),
        "the bias": sliding.bias != 0,
        "the ReLU": sliding.relu,
    }
    names = [name for name, there in parts.items() if there]
    return f" Here the kernel goes without {' and '.join(names)}." if names else ""


def colours_of(scene: Scene) -> str:
    """What the layer does with a picture's colours, as ``dlviz.figures.filtering.WAYS`` has it."""
    if len(scene.image) == 1:
        return "grey"
    return "channels" if scene.sliding.depthwise else "summed"


def spread_out(scene: Scene) -> Numbers:
    """The first kernel on a grey picture, k×k; a dilated one with its gaps as zeros.

    A grey picture has the same number in all channels, so their kernels add up; depthwise each
    stays for itself, and red's is taken, as it is where the channels cancel out.
    """
    kernels = as_multiplied(scene)
    if kernels is None:
        return KERNELS["sobel_x"].at(3)
    summed = kernels.sum(axis=0)
    flat = summed if summed.any() and not scene.sliding.depthwise else kernels[0]
    spread = np.zeros((scene.sliding.reach, scene.sliding.reach))
    spread[:: scene.sliding.dilation, :: scene.sliding.dilation] = flat
    return spread


def show_code(scene: Scene) -> None:
    """The program for exactly what is on the screen."""
    with st.expander("Show the code"):
        st.code(code(scene), language="python")
