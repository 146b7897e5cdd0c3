"""What the stepper shows: the controls' view with the cells that were edited by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dlviz.core.edits import EditError, edited, edits_between, rounded
from dlviz.core.grids import LARGEST, SMALLEST
from dlviz.core.sliding import Numbers, Sliding, SlidingError
from dlviz.figures.stepping import Scene, stepper_data
from dlviz.ui.address import follow, renew, write
from dlviz.ui.components.stepper import stepper
from dlviz.ui.convolution_view import View

STEPPER = "stepper"
_SHOWN = "convolution shown"
_REFUSED = "edit refused"
_EDITION = "edition"
_OPENING = "opening"


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on the screen, and the tables that its edits are counted from."""

    scene: Scene
    image: Numbers
    kernels: Numbers | None


def scene_of(view: View) -> Shown:
    """The view with its edits. Where it cannot be, one sentence, and the last good one stays."""
    if sentence := st.session_state.pop(_REFUSED, ""):
        st.warning(sentence)
    image = _edited("cells", view.image, view.source)
    kernels = view.kernels
    if kernels is not None:
        kernels = _edited("weights", kernels, view.bank)
    scene = Scene(image, kernels, view.sliding, view.maps)
    try:
        view.sliding.axis(scene.length)
    except SlidingError as error:
        good: Shown | None = st.session_state.get(_SHOWN)
        instead = "The last picture stays." if good else "Here is a kernel of ones that fits."
        st.warning(f"{error} {instead}")
        return good or _fitting(view)
    shown = Shown(scene, view.image, view.kernels)
    st.session_state[_SHOWN] = shown
    return shown


def _fitting(view: View) -> Shown:
    """Whoever opens a link to what cannot be sees the same input under a kernel of ones."""
    sliding = Sliding(size=min(view.sliding.size, len(view.image[0])))
    kernels = np.ones((1, len(view.image), sliding.size, sliding.size))
    return Shown(Scene(view.image, kernels, sliding, ("output",)), view.image, kernels)


def _edited(key: str, table: Numbers, context: str) -> Numbers:
    """A table with the edits that the address holds for it."""

    def read(text: str) -> str:
        edited(table, text)
        return text

    if sentence := follow(key, read, "", context=context):
        st.info(sentence)
    text = str(st.session_state[key])
    try:
        after = edited(table, text)
    except EditError:  # an edit of a table of another shape
        text, after = "", table
    write(key, text, "", context=context)
    return after


def show(shown: Shown) -> None:
    """The stepper."""
    edition, opening = (int(st.session_state.get(key, 0)) for key in (_EDITION, _OPENING))
    stepper(
        stepper_data(shown.scene), edition=edition, opening=opening, on_edit=take_edit, key=STEPPER
    )


def open_view(settings: Mapping[str, str]) -> None:
    """Put another view in place of this one, its step included. Call in a callback."""
    st.session_state[_OPENING] = int(st.session_state.get(_OPENING, 0)) + 1
    renew(settings)


def take_edit() -> None:
    """A cell was changed in the browser: put it into the address, or say why not."""
    edit = st.session_state[STEPPER]["edit"]
    shown: Shown = st.session_state[_SHOWN]
    try:
        st.session_state[_EDITION] = int(edit["edition"])
        image = rounded(np.array(edit["image"], dtype=np.float64))
        st.session_state["cells"] = edits_between(shown.image, image)
        if shown.kernels is not None:
            kernels = rounded(np.array(edit["kernels"], dtype=np.float64))
            st.session_state["weights"] = edits_between(shown.kernels, kernels)
    except EditError as error:
        st.session_state[_REFUSED] = str(error)
    except (KeyError, TypeError, ValueError, OverflowError):
        st.session_state[_REFUSED] = "What came from the browser were no numbers."


def feeds_back(scene: Scene) -> str:
    """Why the output cannot become the input, "" if it can."""
    maps, side, _ = scene.output().shape
    if not SMALLEST <= side <= LARGEST:
        return f"An input has {SMALLEST} to {LARGEST} rows; this output has {side}."
    if maps not in (1, 3):
        return f"An input has one or three channels; this output has {maps} maps."
    return ""


def feed_back() -> None:
    """Let the output be the input of the same layer: what a second layer sees."""
    shown: Shown = st.session_state[_SHOWN]
    output = shown.scene.output()
    try:
        cells = edits_between(np.zeros_like(output), rounded(output))
    except EditError as error:
        st.session_state[_REFUSED] = f"The output cannot become the input: {error}"
        return
    settings = {**st.query_params, "grid": "blank", "size": str(output.shape[-1]), "cells": cells}
    for name in ("seed", "step", "map", *(() if cells else ("cells",))):
        settings.pop(name, None)
    if len(output) == 1:
        settings.pop("channels", None)
        if "channels" in st.query_params:  # the kernels were for three channels
            settings.pop("weights", None)
    open_view(settings)
