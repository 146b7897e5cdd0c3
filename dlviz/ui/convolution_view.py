"""The convolution lab's controls: what is in the picture, what slides over it, and how."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.grids import LARGEST, SEEDS, SMALLEST
from dlviz.core.kernels import KERNELS, Kernel
from dlviz.core.kernels import LARGEST as LARGEST_KERNEL
from dlviz.core.mixes import MIXES, filter_bank
from dlviz.core.sliding import Numbers, Sliding, greyed
from dlviz.io.grids import GRIDS
from dlviz.ui.controls import choice, number, several, switch

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

LARGEST_STRIDE, LARGEST_AMOUNT, LARGEST_DILATION = 4, 6, 3
BIASES = -99.0, 99.0
MOST_KERNELS = 4
NETWORK = "net"


@dataclass(frozen=True)
class Named:
    """A choice that is nothing but its title."""

    title: str


OPS = {
    "convolution": Named("Convolution"),
    "transposed": Named("Transposed convolution"),
    "max_pool": Named("Max pooling"),
    "average_pool": Named("Average pooling"),
}
PADDINGS = {
    "valid": Named("none (valid)"),
    "same": Named("same size"),
    "full": Named("full"),
    "amount": Named("so many cells"),
}
BORDERS = {
    "zeros": Named("zeros"),
    "reflect": Named("mirrored (reflect)"),
    "replicate": Named("edge repeated (replicate)"),
    "circular": Named("other side (circular)"),
}
CHANNELS = {
    "grey": Named("one: grey"),
    "rgb": Named("three: RGB, added up"),
    "depthwise": Named("three: RGB, each for itself (depthwise)"),
}
SOURCES: dict[str, Kernel | Named] = {**KERNELS, NETWORK: Named("A network's first layer …")}


@dataclass(frozen=True, eq=False)
class View:
    """What the controls say: picture and kernels before any cell was edited by hand.

    ``source`` and ``bank`` say which picture and which kernels these are: edits belong to them;
    kernels that cannot be edited have no bank. ``grid`` and ``kernel`` are registry names, "" for
    what is in no registry; ``names`` the kernels' titles. ``reasons``: which controls are greyed,
    and why.
    """

    image: Numbers
    kernels: Numbers | None
    sliding: Sliding
    names: tuple[str, ...]
    source: str
    bank: str
    grid: str
    kernel: str
    reasons: dict[str, str]

    @property
    def length(self) -> int:
        """The input's side in cells."""
        return int(self.image.shape[-1])

    @property
    def maps(self) -> tuple[str, ...]:
        """What each output map is called."""
        if self.kernels is None or self.sliding.depthwise:
            planes = len(self.image)
            return ("output",) if planes == 1 else ("red's map", "green's map", "blue's map")
        return ("output",) if len(self.kernels) == 1 else self.names


def controls() -> View:
    """Show the controls and read them."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="settings"):
        op = choice("Operation", OPS, key="op", width=165)
        grid = choice("Input", GRIDS, key="grid", width=170)
        pools = op in ("max_pool", "average_pool")
        kernel = "" if pools else choice("Kernel", SOURCES, key="kernel", width=185)
        size = _window() if pools else 0
        sliding = _steps(op)
        more = st.popover("More settings", icon=":material/tune:")
    with more:
        left, middle, right = st.columns(3)
        with left:
            image, source, channels = _picture(grid)
        with middle:
            kernels, names, bank = (None, (), "") if pools else _kernels(kernel, channels)
        sliding = replace(
            sliding,
            size=size if kernels is None else kernels.shape[-1],
            depthwise=channels == "depthwise" and not pools,
        )
        sliding, reasons = _layer(right, sliding)
    return View(image, kernels, sliding, names, source, bank, grid, kernel, reasons)


def _window() -> int:
    return number("Window", 1, LARGEST_KERNEL, 2, key="ksize", context="pooling", width=110)


def _steps(op: str) -> Sliding:
    """Padding and stride: the settings that stand in the first row."""
    sliding = Sliding(op=op)
    if not sliding.pools:
        known = ("valid", "amount") if op == "transposed" else tuple(PADDINGS)
        offered = {name: PADDINGS[name] for name in known}
        sliding = replace(sliding, padding=choice("Padding", offered, key="padding", width=140))
        if sliding.padding == "amount":
            amount = number("Cells", 0, LARGEST_AMOUNT, 1, key="amount", width=90)
            sliding = replace(sliding, amount=amount)
    reason = greyed(sliding).get("stride")
    first = 2 if sliding.pools else 1
    stride = number(
        "Stride",
        1,
        LARGEST_STRIDE,
        first,
        key="stride",
        context="pooling" if sliding.pools else "",
        disabled=reason is not None,
        help=reason,
        width=100,
    )
    return replace(sliding, stride=1 if reason else stride)


def _picture(grid: str) -> tuple[Numbers, str, str]:
    """The input: its numbers, which one it is, and what its channels are for."""
    st.markdown("**Input**")
    entry = GRIDS[grid]
    if entry.fixed:
        st.number_input("Size", value=entry.fixed, disabled=True, help="It has this size only.")
        size = entry.fixed
    else:
        size = number("Size", SMALLEST, LARGEST, entry.natural, key="size", context=grid)
    seed = 0
    if entry.seeded:
        seed = number("Seed: another picture", 0, SEEDS - 1, 0, key="seed", context=grid)
    channels = choice("Channels", CHANNELS, key="channels")
    planes = 1 if channels == "grey" else 3
    image = entry.at(size, seed=seed, channels=planes)
    return image, f"{grid} {size} {seed} {planes}", channels


def _kernels(kernel: str, channels: str) -> tuple[Numbers, tuple[str, ...], str]:
    """The kernels F×C×k×k, their names, and which ones they are."""
    st.markdown("**Kernel**")
    if kernel == NETWORK:
        from dlviz.ui.first_layer import choose_filter

        return choose_filter(channels)
    entry = KERNELS[kernel]
    least, natural = entry.least, entry.natural
    size = number("Size", least, LARGEST_KERNEL, natural, key="ksize", context=kernel)
    further = {
        name: other for name, other in KERNELS.items() if name != kernel and other.least <= size
    }
    most = MOST_KERNELS - 1 if channels != "depthwise" else 2
    more = several("Further filters", further, key="more", most=most, placeholder="none")
    mix = "all"
    if channels != "grey":
        mix = choice("Its share in each channel", MIXES, key="mix")
    names = (kernel, *more)
    tables = [KERNELS[name].at(size) for name in names]
    planes = 1 if channels == "grey" else 3
    bank = filter_bank(tables, planes, MIXES[mix], channels == "depthwise")
    titles = tuple(KERNELS[name].title for name in names)
    return bank, titles, f"{','.join(names)} {size} {mix} {channels}"


def _layer(place: DeltaGenerator, sliding: Sliding) -> tuple[Sliding, dict[str, str]]:
    """The rest of the layer; what torch has no combination for is greyed, with the reason."""
    reasons = greyed(sliding)

    def state(name: str) -> dict[str, Any]:
        return {"disabled": name in reasons, "help": reasons.get(name)}

    with place:
        st.markdown("**Layer**")
        chosen = replace(
            sliding,
            border=choice("Border filled with", BORDERS, key="border", **state("border")),
            dilation=number(
                "Dilation", 1, LARGEST_DILATION, 1, key="dilation", **state("dilation")
            ),
            bias=number("Bias", *BIASES, 0.0, key="bias", step=0.5, format="%g", **state("bias")),
            turned=switch("True convolution", key="turned", **state("turned")),
            relu=switch("ReLU after it", key="relu"),
        )
    # What a control shows does not count where it is greyed.
    usual: dict[str, Any] = {
        field.name: field.default for field in fields(Sliding) if field.name in reasons
    }
    return replace(chosen, **usual), reasons
