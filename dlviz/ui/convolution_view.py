"""The convolution lab's controls: what is in the picture, what slides over it, and how."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st

from dlviz.core.grids import LARGEST, SEEDS, SMALLEST
from dlviz.core.kernels import KERNELS, Kernel
from dlviz.core.kernels import LARGEST as LARGEST_KERNEL
from dlviz.core.mixes import MIXES, filter_bank
from dlviz.core.sliding import Numbers, Sliding, greyed
from dlviz.io.grids import GRIDS
from dlviz.ui.controls import Named, choice, further, number, several, switch

LARGEST_STRIDE, LARGEST_AMOUNT, LARGEST_DILATION = 4, 6, 3
BIASES = -99.0, 99.0
MOST_KERNELS = 4
NETWORK = "net"


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
class Bank:
    """Kernels as the stepper takes them, with their titles.

    ``key`` says which ones they are, "" if they cannot be edited; ``share``: how they are spread
    over the channels, to be said after a name.
    """

    kernels: Numbers | None
    names: tuple[str, ...]
    key: str
    share: str = ""


@dataclass(frozen=True, eq=False)
class View:
    """What the controls say: picture and kernels before any cell was edited by hand.

    ``source`` and ``bank`` say which picture and which kernels these are: edits belong to them;
    kernels that cannot be edited have no bank. ``grid`` and ``kernel`` are registry names, "" for
    what is in no registry; ``names`` the kernels' titles, ``share`` what is said after them.
    ``reasons``: which controls are greyed, and why.
    """

    image: Numbers
    kernels: Numbers | None
    sliding: Sliding
    names: tuple[str, ...]
    source: str
    bank: str
    grid: str
    kernel: str
    share: str
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
        op = choice("Operation", OPS, key="op", width=190)
        grid = choice("Input", GRIDS, key="grid", width=180)
        pools = op in ("max_pool", "average_pool")
        kernel = (
            ""
            if pools
            else choice("Kernel", SOURCES, key="kernel", width=200, on_change=_see_something)
        )
        size = _window() if pools else 0
        sliding = _steps(op)
        unfolded = switch("More settings", key="unfold")
    with further(shown=unfolded):
        image, source, channels = _picture(grid)
        bank = Bank(None, (), "") if pools else _kernels(kernel, channels)
        sliding = replace(
            sliding,
            size=size if bank.kernels is None else bank.kernels.shape[-1],
            depthwise=channels == "depthwise" and not pools,
        )
        sliding, reasons = _layer(sliding)
    return View(
        image=image,
        kernels=bank.kernels,
        sliding=sliding,
        names=bank.names,
        source=source,
        bank=bank.key,
        grid=grid,
        kernel=kernel,
        share=bank.share,
        reasons=reasons,
    )


def _see_something() -> None:
    """A network's filters are wide and made for photographs; the lecture's grid has no room."""
    if st.session_state["kernel"] == NETWORK and st.session_state["grid"] == "lecture":
        st.session_state["grid"] = "photograph"


def _window() -> int:
    return number("Window", 1, LARGEST_KERNEL, 2, key="window", width=100)


def _steps(op: str) -> Sliding:
    """Padding and stride: the settings that stand in the first row."""
    sliding = Sliding(op=op)
    if not sliding.pools:
        known = ("valid", "amount") if op == "transposed" else tuple(PADDINGS)
        offered = {name: PADDINGS[name] for name in known}
        sliding = replace(sliding, padding=choice("Padding", offered, key="padding", width=150))
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
    entry = GRIDS[grid]
    low, high = (entry.fixed, entry.fixed) if entry.fixed else (SMALLEST, LARGEST)
    size = number(
        "Input size",
        low,
        high,
        entry.fixed or entry.natural,
        key="size",
        context=grid,
        disabled=bool(entry.fixed),
        help="This input has one size only." if entry.fixed else None,
        width=120,
    )
    seed = 0
    if entry.seeded:
        seed = number("Seed", 0, SEEDS - 1, 0, key="seed", context=grid, width=120)
    channels = choice("Channels", CHANNELS, key="channels", width=200)
    planes = 1 if channels == "grey" else 3
    image = entry.at(size, seed=seed, channels=planes)
    return image, f"{grid} {size} {seed} {planes}", channels


def _kernels(kernel: str, channels: str) -> Bank:
    """The kernels F×C×k×k, for the channels there are."""
    if kernel == NETWORK:
        from dlviz.ui.first_layer import choose_filter

        return choose_filter(channels)
    entry = KERNELS[kernel]
    least, natural = entry.least, entry.natural
    size = number(
        "Kernel size", least, LARGEST_KERNEL, natural, key="ksize", context=kernel, width=120
    )
    further = {
        name: other for name, other in KERNELS.items() if name != kernel and other.least <= size
    }
    most = MOST_KERNELS - 1 if channels != "depthwise" else 2
    more = several("Further filters", further, key="more", most=most, placeholder="none", width=220)
    mix = "all"
    if channels != "grey":
        mix = choice("Its share in each channel", MIXES, key="mix", width=200)
    names = (kernel, *more)
    tables = [KERNELS[name].at(size) for name in names]
    planes = 1 if channels == "grey" else 3
    kernels = filter_bank(tables, planes, MIXES[mix], channels == "depthwise")
    share = "" if mix == "all" else f" ({MIXES[mix].title.lower()})"
    titles = tuple(KERNELS[name].title for name in names)
    return Bank(kernels, titles, f"{','.join(names)} {size} {mix} {channels}", share)


def _layer(sliding: Sliding) -> tuple[Sliding, dict[str, str]]:
    """The rest of the layer; what torch has no combination for is greyed, with the reason."""
    reasons = greyed(sliding)

    def state(name: str) -> dict[str, Any]:
        return {"disabled": name in reasons, "help": reasons.get(name)}

    chosen = replace(
        sliding,
        border=choice("Border filled with", BORDERS, key="border", width=190, **state("border")),
        dilation=number(
            "Dilation", 1, LARGEST_DILATION, 1, key="dilation", width=120, **state("dilation")
        ),
        bias=number(
            "Bias", *BIASES, 0.0, key="bias", step=0.5, format="%g", width=120, **state("bias")
        ),
        turned=switch("True convolution", key="turned", **state("turned")),
        relu=switch("ReLU after it", key="relu"),
    )
    # What a control shows does not count where it is greyed.
    usual: dict[str, Any] = {
        field.name: field.default for field in fields(Sliding) if field.name in reasons
    }
    return replace(chosen, **usual), reasons
