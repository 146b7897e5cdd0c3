"""How training pictures are changed at random: the controls, a preview, and a word of warning."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.labels import Rule, about
from dlviz.core.specs import SHUFFLED, AugmentSpec, DataSpec
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.data import held_out_of, is_own
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from torch import Tensor

COLUMNS = 8  # pictures in the preview, at most
WIDTH = 77  # CSS pixels of each of them, at most
_SEED = "preview seed"


MIRROR = {"never": Named("Never"), "half": Named("Every second one")}


def augmentation_panel(
    default: AugmentSpec, data: DataSpec, *, context: str, shown: bool = True
) -> AugmentSpec:
    """Controls that start from ``default``, a preset's → the changes of training pictures.

    ``context`` is the preset's name: what was set for another one does not count. What is no
    control is left out unless ``shown``.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spec = _controls(default, context)
    if not shown:
        return spec
    try:
        pixels, labels = held_out_of(data.key)
    except ValueError:  # not downloaded yet, or gone: the data panel says so
        return spec
    shown_at, said_at = st.columns([1.3, 1], gap="medium")
    with shown_at:
        _preview(data.key, spec, pixels, labels)
    with said_at:
        _say(about(data.name, spec, int(pixels.shape[-1]), shuffled=data.shuffled))
    return spec


def _say(rules: tuple[Rule, ...]) -> None:
    """Beside the preview, which stays where it is: what the changes do to the labels."""
    if warnings := [rule.sentence for rule in rules if rule.breaks]:
        st.warning("\n\n".join(["**This breaks labels.**", *warnings]), icon=":material/warning:")
    for rule in rules:
        if not rule.breaks:
            st.caption(rule.sentence)


def _controls(default: AugmentSpec, context: str) -> AugmentSpec:
    """One control for each field of an AugmentSpec, its limit in the label."""
    first = "half" if default.flip else "never"
    return AugmentSpec(
        shift=number(
            "Shift (≤ 16 pixels)", 0, 16, default.shift, key="shift", context=context, width=170
        ),
        rotate=number(
            "Rotate (≤ 180°)",
            0.0,
            180.0,
            default.rotate,
            key="rotate",
            context=context,
            step=5.0,
            format="%.0f",
            width=160,
        ),
        flip=choice(
            "Mirror",
            {first: MIRROR[first], **MIRROR},
            key="mirror",
            context=context,
            width=180,
        )
        == "half",
        scale=_share("Scale (≤ 0.5)", 0.5, default.scale, "scale", context),
        contrast=_share("Contrast (≤ 0.9)", 0.9, default.contrast, "contrast", context),
        noise=_share("Noise (≤ 0.5)", 0.5, default.noise, "noise", context),
        erase=_share("Erase (≤ 0.8)", 0.8, default.erase, "erase", context),
    )


def _share(label: str, high: float, default: float, key: str, context: str) -> float:
    return number(
        label, 0.0, high, default, key=key, context=context, step=0.05, format="%.2f", width=150
    )


def _preview(key: str, spec: AugmentSpec, pixels: Tensor, labels: Tensor) -> None:
    seed = int(st.session_state.setdefault(_SEED, 0))
    make = _own_picture if is_own(key) else _shared_picture
    png = base64.b64encode(make((key, spec, seed, theme()), pixels, labels)).decode()
    count = min(len(labels), COLUMNS)
    words = f"{count} held-out pictures, and four variants of each below them"
    st.html(
        f'<img alt="{words}" src="data:image/png;base64,{png}" '
        f'style="width: 100%; max-width: {WIDTH * count}px; image-rendering: pixelated">'
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Draw again", icon=":material/casino:", on_click=_draw_again)
        moved = " The pixels are shuffled first." if key.endswith(SHUFFLED) else ""
        st.caption(
            f"{words}, as training sees them: another one each time.{moved} Held-out pictures are "
            "never changed when the net is judged.",
            width="stretch",
        )


def _draw_again() -> None:
    st.session_state[_SEED] = int(st.session_state.get(_SEED, 0)) + 1


def _png(key: tuple[str, AugmentSpec, int, str], pixels: Tensor, labels: Tensor) -> bytes:
    from dlviz.figures.augmentation import in_turn, preview
    from dlviz.figures.walls import PAPER
    from dlviz.io.png import png_bytes

    _, spec, seed, dark = key
    some = pixels[in_turn(labels, COLUMNS)]
    return png_bytes(preview(some, spec, background=PAPER[dark], seed=seed))


@st.cache_data(max_entries=64, show_spinner=False)
def _shared_picture(
    key: tuple[str, AugmentSpec, int, str], _pixels: Tensor, _labels: Tensor
) -> bytes:
    return _png(key, _pixels, _labels)


@st.cache_data(scope="session", max_entries=16, show_spinner=False)
def _own_picture(key: tuple[str, AugmentSpec, int, str], _pixels: Tensor, _labels: Tensor) -> bytes:
    return _png(key, _pixels, _labels)
