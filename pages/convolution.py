"""The convolution page: step through one by hand, then see the same kernel on a photograph."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlviz.core.kernels import KERNELS
from dlviz.figures.compose import png_bytes
from dlviz.io.grids import GRIDS
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.components.stepper import stepper
from dlviz.ui.controls import choice, number
from dlviz.ui.engine import need_torch
from dlviz.ui.pages import header

LARGEST_STRIDE, LARGEST_PADDING = 3, 2  # beyond, a 7×7 picture shows nothing new


@st.cache_data(max_entries=512, show_spinner=False)
def steps(grid: str, kernel: str, stride: int, padding: int) -> dict[str, Any]:
    return stepper_data(grid, kernel, stride=stride, padding=padding)


@st.cache_data(max_entries=64, show_spinner=False)
def filtered(photo: str, kernel: str, theme: str) -> tuple[bytes, bytes, str]:
    result = filter_photograph(load_photograph(photo), kernel, theme=theme)
    return png_bytes(result.before), png_bytes(result.after), result.how


def show_half_turn() -> None:
    st.session_state.update(grid="impulse", kernel="sobel_x", stride=1, padding=0)


header("convolution")
st.markdown(
    "A small **kernel** slides over the picture. At each place it multiplies the window under it "
    "with its own numbers and adds up: one number of the output."
)
need_torch("convolution")

# Only now: this module needs torch.
from dlviz.figures.convolution import (  # noqa: E402
    code,
    filter_photograph,
    size_formula,
    stepper_data,
)

with st.container(horizontal=True):
    grid = choice("Input", GRIDS, key="grid")
    kernel = choice("Kernel", KERNELS, key="kernel")
    stride = number("Stride", 1, LARGEST_STRIDE, 1, key="stride", width=130)
    padding = number("Padding", 0, LARGEST_PADDING, 0, key="padding", width=130)

data = steps(grid, kernel, stride, padding)
stepper(data)

formula, check = st.columns(2, vertical_alignment="center")
formula.latex(size_formula(grid, kernel, stride=stride, padding=padding))
difference = data["difference"]
check.markdown(
    f":green[**✓ Equal to torch.nn.functional.conv2d:** max |difference| = {difference:.1g}]"
    if difference < 1e-9
    else f":red[**✗ Not torch.nn.functional.conv2d:** max |difference| = {difference:.1g}]"
)
check.markdown(f"**{GRIDS[grid].title}.** {GRIDS[grid].what}")
check.markdown(f"**{KERNELS[kernel].title}.** {KERNELS[kernel].what}")

st.header("The same kernel on a photograph")
st.markdown(
    "Numbers that add up to 0 answer only where something changes: edges. Others give a picture "
    "again, blurred or sharpened. Choose **Sobel** or the **Laplacian** above to see edges."
)
photo = choice("Photograph", PHOTOGRAPHS, key="photo", width=260)
theme = "dark" if st.context.theme.type == "dark" else "light"
before, after, how = filtered(photo, kernel, theme)
left, right = st.columns(2)
left.image(before, caption=f"Before: {PHOTOGRAPHS[photo].title}, grey", width="stretch")
right.image(after, caption=f"After: {KERNELS[kernel].title}. {how}", width="stretch")
right.download_button(
    "Save picture", after, f"{photo}-{kernel}.png", "image/png", on_click="ignore"
)

st.header("Convolution or cross-correlation?")
st.markdown(
    "What you see, and what every deep learning library computes, is **cross-correlation**. "
    "Mathematicians' convolution turns the kernel by 180° first. The lecture's X looks the same "
    "after a half turn, which hides the difference; Sobel turned by 180° is its own negative, so "
    "every sign flips. A network does not care: it learns its kernels, in whichever orientation."
)
st.button("Try it: Sobel on a single 1. Where do the numbers end up?", on_click=show_half_turn)

with st.expander("Show the code"):
    st.code(code(grid, kernel, stride=stride, padding=padding), language="python")
